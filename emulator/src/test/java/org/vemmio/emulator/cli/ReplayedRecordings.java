package org.vemmio.emulator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// A folder with two recordings to replay.
final class ReplayedRecordings {
    /// Five traps that any handler may emulate and the architectural one does; the first is in 32-bit code.
    static final String AGREEING = """
            {"vemmio":"recording","version":1,"title":"Made for a test","source":"this test","traps":5}
            {"mode":32,"rip":"0x1000","code":"8b0790909090909090909090909090","regs":{"rdi":"0xfee00020"},\
            "gla":"0xfee00020","gpa":"0xfee00020","device":"lapic","mmio":[{"op":"r","gpa":"0xfee00020","size":4,\
            "value":"0x11"}]}
            {"rip":"0xffffffff81000000","code":"8b0790909090909090909090909090","regs":{"rdi":"0xffffc90000000020"},\
            "gla":"0xffffc90000000020","gpa":"0xfee00020","device":"lapic","mmio":[{"op":"r","gpa":"0xfee00020",\
            "size":4,"value":"0x11"}]}
            {"rip":"0xffffffff81000002","code":"0fb607909090909090909090909090","regs":{"rax":"0xffffffffffffffff",\
            "rdi":"0xffffc90000000020"},"gla":"0xffffc90000000020","gpa":"0xfee00020","device":"lapic",\
            "mmio":[{"op":"r","gpa":"0xfee00020","size":1,"value":"0x80"}]}
            {"rip":"0xffffffff81000005","code":"f366ab909090909090909090909090","regs":{"rax":"0x720","rcx":"0x2",\
            "rdi":"0xffff8880000b8000"},"gla":"0xffff8880000b8000","gpa":"0xb8000","device":"vga-lowmem",\
            "mmio":[{"op":"w","gpa":"0xb8000","size":2,"value":"0x720"},{"op":"w","gpa":"0xb8002","size":2,\
            "value":"0x720"}]}
            {"rip":"0xffffffff81000008","code":"8907c3909090909090909090909090","regs":{"rax":"0x1",\
            "rdi":"0xffffc90000000020"},"gla":"0xffffc90000000020","gpa":"0xd0000020","mmio":[{"op":"w",\
            "gpa":"0xd0000020","size":4,"value":"0x1"}]}
            """;

    static final String DISAGREEING = """
            {"vemmio":"recording","version":1,"traps":3}
            {"rip":"0xffffffff81000000","code":"488b07909090909090909090909090","regs":{"rdi":"0xffffc90000000020"},\
            "gla":"0xffffc90000000020","gpa":"0xfee00020","device":"lapic","mmio":[{"op":"r","gpa":"0xfee00020",\
            "size":8,"value":"0x11"}],"expect":{"outcome":"emulated","rip":"0xffffffff81000004","regs":{"rax":"0x12"}}}
            {"rip":"0xffffffff81000008","code":"8907c3909090909090909090909090","regs":{"rax":"0x2",\
            "rdi":"0xffffc90000000020"},"gla":"0xffffc90000000020","gpa":"0xd0000020","mmio":[{"op":"w",\
            "gpa":"0xd0000020","size":4,"value":"0x1"},{"op":"w","gpa":"0xd0000024","size":4,"value":"0x1"}]}
            {"rip":"0xffffffff81000008","code":"8907c3909090909090909090909090","regs":{"rax":"0x1",\
            "rdi":"0xffffc90000000020"},"gla":"0xffffc90000000020","gpa":"0xd0000020","mmio":[{"op":"w",\
            "gpa":"0xd0000020","size":4,"value":"0x1"}]}
            """;

    final Path folder;
    /// A file `a` that holds [#AGREEING].
    final String agreeing;
    /// A file `d` that holds [#DISAGREEING].
    final String disagreeing;

    ReplayedRecordings(Path folder) throws IOException {
        this.folder = folder;
        agreeing = write("a", AGREEING).toString();
        disagreeing = write("d", DISAGREEING).toString();
    }

    /// Writes another file into the folder.
    Path write(String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /// Runs `vemmio replay`, and takes the folder's name out of what it prints.
    CommandRun replay(String... words) {
        CommandRun run = CommandRun.of(Stream.concat(Stream.of("replay"), Arrays.stream(words)).toArray(String[]::new));
        return new CommandRun(run.code(), run.out().replace(folder + "/", ""), run.err().replace(folder + "/", ""));
    }
}
