package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.importing.TrapImporter;
import org.vemmio.emulator.importing.TrapImporters;
import org.vemmio.emulator.recording.file.RecordingReader;
import tools.jackson.databind.json.JsonMapper;

class ImportCommandTest {
    /// A load, a store that is lost but for its access, and an instruction without one.
    private static final String TRACE = """
            # tracer: nop
             CPU 0/KVM-2807 [000] .....  4583.889109: kvm_emulate_insn: 0:ffffffff8134be37:44 8b 60 60 (prot64)
             CPU 0/KVM-2807 [000] .....  4583.889110: kvm_mmio: mmio unsatisfied-read len 4 gpa 0xd0000060 val 0x0
             CPU 0/KVM-2807 [000] .....  4583.889111: kvm_mmio: mmio read len 4 gpa 0xd0000060 val 0x1
             CPU 0/KVM-2807 [000] .....  4583.889112: kvm_mmio: mmio write len 4 gpa 0xd0000070 val 0x1
            CPU:1 [LOST 3 EVENTS]
             CPU 0/KVM-2807 [000] .....  4583.889113: kvm_emulate_insn: 0:ffffffff8134be40:0f a2 (prot64)
            """;

    @TempDir
    private Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void writesARecordingAndTellsWhatBecameOfTheLines() throws IOException {
        String trace = write("t", TRACE);
        String output = folder.resolve("o.jsonl.gz").toString();
        CommandRun run = CommandRun.of("import", trace, "-o", output);
        assertThat(run).isEqualTo(new CommandRun(0, """
                trace      %s (kvm-trace)
                recording  %s

                lines                                   7
                  not of events that count here         2
                  that say that events were lost        1
                instructions                            2
                  became traps                          1
                  no device access follows              1
                lines of device accesses                3
                  in traps                              2
                  the instruction makes fewer accesses  1
                traps in which was assumed
                  code[]                                1
                  cpl                                   1
                  gla                                   1
                  regs.rax                              1
                """.formatted(trace, output), ""));
    }

    @Test
    void aSourceIsCalledWhatItIs() throws IOException {
        String trace = write("t", TRACE);
        String log = write("l", "RIP: 0010:f+0x15/0x30\nCode: 76 06 <89> 3e c3 cc cc cc cc cc cc cc cc cc cc cc cc\n");
        String output = folder.resolve("o.jsonl").toString();
        assertThat(CommandRun.of("import", trace, trace, log, "-o", output).out()).startsWith("""
                trace      %s (kvm-trace)
                           %s (kvm-trace)
                log        %s (dump)
                recording  %s
                """.formatted(trace, trace, log, output));
    }

    @Test
    void theRecordingIsReplayed() throws IOException {
        String output = folder.resolve("o.jsonl").toString();
        CommandRun.withInput(TRACE, "import", "-", "-o", output);
        try (RecordingReader reader = RecordingReader.open(Path.of(output))) {
            assertThat(reader.header().title()).isEqualTo("standard input");
            assertThat(reader.header().source()).isEqualTo("made by 'vemmio import' of kvm-trace");
        }
        CommandRun run = CommandRun.of("replay", output);
        assertThat(run.code()).isZero();
        assertThat(run.out()).containsPattern("(?m)^all +1 +1 +- +-$")
                .containsPattern("(?m)^assumed, not recorded +total").containsPattern("(?m)^gla +1 +1 +- +-$");
    }

    @Test
    void jsonTellsTheSame() throws IOException {
        String trace = write("t", TRACE);
        String output = folder.resolve("o.jsonl").toString();
        CommandRun run = CommandRun.of("import", "--json", trace, "-o", output);
        JsonMapper mapper = JsonMapper.builder().build();
        assertThat(mapper.readTree(run.out())).isEqualTo(mapper.readTree("""
                {"vemmio": "import", "version": 1, "output": "%s", "traps": 1,
                  "files": [{"file": "%s", "format": "kvm-trace"}],
                  "lines": 7, "events": 5, "lostMarks": 1,
                  "instructions": {"total": 2, "inTraps": 1, "left": [{"reason": "no-access", "count": 1}]},
                  "accesses": {"total": 3, "inTraps": 2, "left": [{"reason": "surplus", "count": 1}]},
                  "assumed": [{"key": "code[]", "traps": 1}, {"key": "cpl", "traps": 1}, {"key": "gla", "traps": 1},
                    {"key": "regs.rax", "traps": 1}]}
                """.formatted(output, trace)));
    }

    @Test
    void anOutputThatIsThereIsKeptUnlessForced() throws IOException {
        String trace = write("t", TRACE);
        String output = write("o.jsonl", "precious");
        CommandRun run = CommandRun.of("import", trace, "-o", output);
        assertThat(run).isEqualTo(new CommandRun(2, "",
                "vemmio: " + output + ": the file is there already; --force replaces it\n"));
        assertThat(Path.of(output)).hasContent("precious");
        assertThat(CommandRun.of("import", trace, "-o", output, "--force").code()).isZero();
        assertThat(Path.of(output)).content().startsWith("{\"vemmio\":\"recording\"");
    }

    /// What is wrong comes after a trap that is right.
    @Test
    void theOutputIsWholeOrAbsent() throws IOException {
        String trace = write("t", TRACE);
        String output = folder.resolve("o.jsonl").toString();
        CommandRun run = CommandRun.of("import", trace, folder.resolve("absent").toString(), "-o", output);
        assertThat(run).isEqualTo(new CommandRun(2, "",
                "vemmio: " + folder.resolve("absent") + ": there is no such file\n"));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(Path.of(trace));
        }
    }

    @Test
    void aDamagedTraceIsToldWithItsLine() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("../testdata/traces/seabios-q35.kvm-trace.gz"));
        Path half = Files.write(folder.resolve("half.gz"), Arrays.copyOf(whole, whole.length / 2));
        CommandRun run = CommandRun.of("import", half.toString(), "-o", folder.resolve("o.jsonl").toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).matches("vemmio: \\Q" + half + "\\E:\\d{5}: it cannot be read: Unexpected end of ZLIB"
                + " input stream\n");
    }

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of("no format of '--list-formats'", "x.txt", "-o", "o"),
                List.of("a trace or a log is missing; try 'vemmio import --help'", "-o", "o"),
                List.of("-o FILE is missing: the recording to write; try 'vemmio import --help'", "x.txt"),
                List.of("--from: 'kvm' is no format; there are dump, kvm-trace, mmiotrace; try 'vemmio import --help'",
                        "x.txt", "--from=kvm", "-o", "o"),
                List.of("--from: 'kvm-trase' is no format; did you mean 'kvm-trace'?; try 'vemmio import --help'",
                        "x.txt", "--from=kvm-trase", "-o", "o"),
                List.of("standard input can be read only once; try 'vemmio import --help'", "-", "-", "-o", "o"),
                List.of("absent: there is no such file", "absent", "-o", "o"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void wrongInputIsOneLine(List<String> mistake) throws IOException {
        String text = write("x.txt", "hello\n");
        String[] words = mistake.stream().skip(1).map(word -> word.equals("x.txt") ? text
                : word.equals("o") || word.equals("absent") ? folder.resolve(word).toString() : word)
                .toArray(String[]::new);
        CommandRun run = CommandRun.of(Stream.concat(Stream.of("import"), Arrays.stream(words)).toArray(String[]::new));
        String expected = mistake.getFirst().startsWith("no format") ? text + ": not recognised as any of the formats"
                + " that --list-formats lists; --from says which it is" : mistake.getFirst().startsWith("absent")
                        ? folder.resolve("absent") + ": there is no such file" : mistake.getFirst();
        assertThat(run).isEqualTo(new CommandRun(2, "", "vemmio: " + expected + "\n"));
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @Test
    void aTraceWithoutATrapIsNoRecording() throws IOException {
        String trace = write("t", TRACE.lines().skip(5).map(line -> line + "\n").reduce("", String::concat));
        CommandRun run = CommandRun.of("import", trace, "-o", folder.resolve("o").toString());
        assertThat(run).isEqualTo(new CommandRun(2, "", "vemmio: " + trace
                + ": none of the instructions became a trap: 1 times, no device access follows\n"));
        String other = write("u", "hello\n");
        assertThat(CommandRun.of("import", "--from=kvm-trace", other, "-o", folder.resolve("o").toString()).err())
                .startsWith("vemmio: " + other + ": no KVM trace events; there must be lines with kvm_emulate_insn");
    }

    @Test
    void everyFormatHasAnExampleThatIsRecognised() {
        String formats = CommandRun.of("import", "--list-formats").out();
        for (TrapImporter importer : TrapImporters.all()) {
            assertThat(formats).containsPattern("(?m)^" + importer.name() + " +" + importer.description() + "$");
            assertThat(TrapImporters.all().stream().filter(each -> each.recognises(importer.example())))
                    .containsExactly(importer);
        }
    }
}
