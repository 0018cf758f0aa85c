package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.policy.FailurePolicy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplayCommandTest {
    /// Five traps that any handler may emulate and the architectural one does; the first is in 32-bit code.
    private static final String AGREEING = """
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

    private static final String DISAGREEING = """
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

    @TempDir
    private Path folder;

    private String agreeing = "";
    private String disagreeing = "";

    @BeforeEach
    void writeRecordings() throws IOException {
        agreeing = Files.writeString(folder.resolve("a"), AGREEING).toString();
        disagreeing = Files.writeString(folder.resolve("d"), DISAGREEING).toString();
    }

    /// Runs `vemmio replay`, and takes the folder's name out of what it prints.
    private CommandRun replay(String... words) {
        CommandRun run = CommandRun.of(Stream.concat(Stream.of("replay"), Arrays.stream(words)).toArray(String[]::new));
        return new CommandRun(run.code(), run.out().replace(folder + "/", ""), run.err().replace(folder + "/", ""));
    }

    // Output

    @Test
    void whatAgreesIsCounted() {
        assertThat(replay(agreeing)).isEqualTo(new CommandRun(0, """
                recording  a
                           Made for a test
                handler    architectural
                policy     propagate

                traps          total  agreed  disagreed  refused
                all                5       5          -        -

                outcome        total  agreed  disagreed  refused
                emulated           5       5          -        -

                instruction    total  agreed  disagreed  refused
                mov r32, m32       2       2          -        -
                mov m32, r32       1       1          -        -
                movzx r32, m8      1       1          -        -
                rep stosw          1       1          -        -

                device         total  agreed  disagreed  refused
                lapic              3       3          -        -
                none               1       1          -        -
                vga-lowmem         1       1          -        -
                """, ""));
    }

    @Test
    void whatIsRefusedIsCountedApartWithItsFailureRuleAndEnding() {
        assertThat(replay("--handler=linux-tdx", "--policy=linux-6.12", agreeing)).isEqualTo(new CommandRun(0, """
                recording  a
                           Made for a test
                handler    linux-tdx-6.12
                policy     linux-6.12

                traps                                          total  agreed  disagreed  refused
                all                                                5       3          -        2

                outcome                                        total  agreed  disagreed  refused
                emulated                                           3       3          -        -
                general-protection                                 2       -          -        2

                failure                                        total  agreed  disagreed  refused
                mmio-decode-failed                                 1       -          -        1
                user-address                                       1       -          -        1

                rule                                           total  agreed  disagreed  refused
                2: {when: {failure: [user-mode,                    1       -          -        1
                mmio-decode-failed, no-such-register,
                unknown-mmio-type, unsupported-instruction,
                no-memory-operand]}, then: warn-once}
                3: {when: {failure: user-address}, then:           1       -          -        1
                warn-once}

                ending                                         total  agreed  disagreed  refused
                oops                                               2       -          -        2

                hazard                                         total  agreed  disagreed  refused
                stale-upper-half                                   1       1          -        -

                instruction                                    total  agreed  disagreed  refused
                mov r32, m32                                       2       1          -        1
                mov m32, r32                                       1       1          -        -
                movzx r32, m8                                      1       1          -        -
                rep stosw                                          1       -          -        1

                device                                         total  agreed  disagreed  refused
                lapic                                              3       2          -        1
                none                                               1       1          -        -
                vga-lowmem                                         1       -          -        1
                """, ""));
    }

    @Test
    void disagreementsStandSideBySide() {
        assertThat(replay(disagreeing)).isEqualTo(new CommandRun(1, """
                recording  d
                handler    architectural
                policy     propagate

                traps         total  agreed  disagreed  refused
                all               3       1          2        -

                outcome       total  agreed  disagreed  refused
                emulated          3       1          2        -

                instruction   total  agreed  disagreed  refused
                mov m32, r32      2       1          1        -
                mov r64, m64      1       -          1        -

                device        total  agreed  disagreed  refused
                none              2       1          1        -
                lapic             1       -          1        -

                disagreement  expected                          got

                d:2: 64-bit code at 0xffffffff81000000, device lapic
                488b07        mov rax, [rdi]
                rip           0xffffffff81000004                0xffffffff81000003
                rax           0x12                              0x11

                d:3: 64-bit code at 0xffffffff81000008
                8907          mov [rdi], eax
                access 1      write 4 bytes at 0xd0000020 =     write 4 bytes at 0xd0000020 =
                              0x1                               0x2
                access 2      write 4 bytes at 0xd0000024 =     nothing
                              0x1
                """, ""));
    }

    @Test
    void theFirstTenDisagreementsAreShownAndTheOthersCounted() throws IOException {
        String line = DISAGREEING.lines().skip(1).findFirst().orElseThrow();
        Path many = Files.writeString(folder.resolve("many"), "{\"vemmio\":\"recording\",\"version\":1,\"traps\":12}\n"
                + (line + "\n").repeat(12));
        CommandRun run = replay(many.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("\nmany:2: ", "\nmany:11: ").doesNotContain("\nmany:12: ")
                .endsWith("\n2 other traps disagree.\n");
    }

    @Test
    void longTailsAreSummed() throws IOException {
        StringBuilder text = new StringBuilder("{\"vemmio\":\"recording\",\"version\":1,\"traps\":15}\n");
        String line = AGREEING.lines().skip(2).findFirst().orElseThrow();
        for (int i = 0; i < 14; i++) {
            text.append(line.replace("lapic", "device-" + (char) ('a' + i))).append('\n');
        }
        text.append(line.replace("lapic", "device-n")).append('\n');
        CommandRun run = replay(Files.writeString(folder.resolve("many"), text).toString());
        assertThat(run.out()).endsWith("""
                device        total  agreed  disagreed  refused
                device-n          2       2          -        -
                device-a          1       1          -        -
                device-b          1       1          -        -
                device-c          1       1          -        -
                device-d          1       1          -        -
                device-e          1       1          -        -
                device-f          1       1          -        -
                device-g          1       1          -        -
                device-h          1       1          -        -
                device-i          1       1          -        -
                device-j          1       1          -        -
                3 others          3       3          -        -
                """);
    }

    @Test
    void severalRecordingsAreOneRunWithACountEach() {
        assertThat(replay("--only=mode=64", agreeing, disagreeing).out()).startsWith("""
                recording  a
                           Made for a test
                recording  d
                handler    architectural
                policy     propagate
                only       mode=64

                """)
                .containsPattern("\\nall +7 +5 +2 +-\\n")
                .containsPattern("\\nrecording +total .*\\na +4 +4 +- +-\\nd +3 +1 +2 +-\\n")
                .contains("\nd:3: ");
    }

    @Test
    void aRecordingComesFromStandardInputToo() {
        CommandRun run = CommandRun.withInput(AGREEING, "replay", "-");
        assertThat(run.out()).startsWith("recording  standard input\n");
        assertThat(run.out().substring(run.out().indexOf('\n')))
                .isEqualTo(replay(agreeing).out().substring("recording  a".length()));
    }

    @ParameterizedTest
    @CsvSource({"linux-6.12, oops, 2", "bug, oops, 2", "paranoid, panic, 2"})
    void thePolicyDecidesTheEnding(String policy, String ending, int traps) {
        assertThat(replay("--handler=linux-tdx", "--policy", policy, agreeing).out())
                .containsPattern("(?m)^ending .*\n" + ending + " +" + traps + " ");
    }

    @Test
    void onRequestOneKernelSeesAllTraps() {
        assertThat(replay("--handler=linux-tdx", "--policy=paranoid", "--one-kernel", agreeing).out())
                .containsPattern("(?m)^general-protection +1 ").containsPattern("(?m)^panic +1 ");
    }

    @Test
    void aPolicyComesFromAFileToo() throws IOException {
        Path policy = Files.writeString(folder.resolve("skip.yaml"), """
                rules:
                  - {when: any, then: {recover: skip-ones}}
                """);
        CommandRun run = replay("--handler=linux-tdx", "--policy", policy.toString(), agreeing);
        assertThat(run.out()).contains("policy     skip\n").containsPattern("(?m)^recovered +2 ");
    }

    @Test
    void jsonTellsEverything() {
        CommandRun run = replay("--json", "--handler=linux-tdx-6.1", "--policy=linux-6.1", "--only=line=2-5", agreeing,
                disagreeing);
        assertThat(run.code()).isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(run.out());
        assertThat(json).isEqualTo(JsonMapper.shared().readTree("""
                {"vemmio": "replay", "version": 1, "handler": "linux-tdx-6.1", "policy": "linux-6.1",
                  "oneKernel": false, "only": "line=2-5", "traps": 7, "agreed": 4, "disagreed": 2, "refused": 1,
                  "recordings": [
                    {"file": "a", "title": "Made for a test", "source": "this test",
                      "traps": 4, "agreed": 3, "disagreed": 0, "refused": 1},
                    {"file": "d", "title": "", "source": "", "traps": 3, "agreed": 1, "disagreed": 2, "refused": 0}],
                  "outcomes": [
                    {"outcome": "emulated", "traps": 6, "agreed": 4, "disagreed": 2, "refused": 0},
                    {"outcome": "general-protection", "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "failures": [
                    {"failure": "mmio-decode-failed", "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "rules": [
                    {"rule": 2, "text": "{when: {failure: [user-mode, mmio-decode-failed, no-such-register, \
                unknown-mmio-type, unsupported-instruction, no-memory-operand]}, then: warn-once}",
                      "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "endings": [
                    {"ending": "oops", "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "hazards": [
                    {"hazard": "stale-upper-half", "traps": 1, "agreed": 1, "disagreed": 0, "refused": 0}],
                  "instructions": [
                    {"instruction": "mov m32, r32", "traps": 2, "agreed": 1, "disagreed": 1, "refused": 0},
                    {"instruction": "mov r32, m32", "traps": 2, "agreed": 2, "disagreed": 0, "refused": 0},
                    {"instruction": "mov r64, m64", "traps": 1, "agreed": 0, "disagreed": 1, "refused": 0},
                    {"instruction": "movzx r32, m8", "traps": 1, "agreed": 1, "disagreed": 0, "refused": 0},
                    {"instruction": "rep stosw", "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "devices": [
                    {"device": "lapic", "traps": 4, "agreed": 3, "disagreed": 1, "refused": 0},
                    {"device": "none", "traps": 2, "agreed": 1, "disagreed": 1, "refused": 0},
                    {"device": "vga-lowmem", "traps": 1, "agreed": 0, "disagreed": 0, "refused": 1}],
                  "disagreements": [
                    {"file": "d", "line": 2, "mode": 64, "rip": "0xffffffff81000000", "device": "lapic",
                      "bytes": "488b07", "text": "mov rax, [rdi]", "differences": [
                        {"in": "rip", "expected": "0xffffffff81000004", "got": "0xffffffff81000003"},
                        {"in": "rax", "expected": "0x12", "got": "0x11"}]},
                    {"file": "d", "line": 3, "mode": 64, "rip": "0xffffffff81000008", "device": "",
                      "bytes": "8907", "text": "mov [rdi], eax", "differences": [
                        {"in": "access 1", "expected": "write 4 bytes at 0xd0000020 = 0x1",
                          "got": "write 4 bytes at 0xd0000020 = 0x2"},
                        {"in": "access 2", "expected": "write 4 bytes at 0xd0000024 = 0x1", "got": ""}]}]}
                """));
    }

    @Test
    void progressIsShownOnATerminalAloneAndTakenAwayInTheEnd() {
        String recording = Path.of("../testdata/recordings/linux-6.1-cloud-q35-boot.jsonl.gz").toString();
        CommandRun run = CommandRun.on(new Terminal(false, true), "replay", recording);
        assertThat(run.err()).endsWith("\r\u001b[K");
        assertThat(run.out()).isEqualTo(CommandRun.of("replay", recording).out());
        assertThat(CommandRun.of("replay", recording).err()).isEmpty();
    }

    @Test
    void coloursAreForTerminalsAlone() {
        CommandRun terminal = CommandRun.on(new Terminal(true, false), "replay", disagreeing);
        assertThat(terminal.out()).contains("\u001b[31m0x11\u001b[0m");
        assertThat(terminal.out().replaceAll("\u001b\\[\\d+m", ""))
                .isEqualTo(CommandRun.of("replay", disagreeing).out());
    }

    // Mistakes

    @ParameterizedTest(name = "vemmio replay {0}")
    @CsvSource(delimiterString = " ; ", quoteCharacter = '~', value = {
        "--policy=nope a  ; --policy: 'nope' is no preset and no file; presets are PRESETS",
        "--handler=nope a ; --handler: no handler 'nope'; there are HANDLERS",
        "--only=mode=1 a  ; --only, column 6: '1' is none of 16, 32, 64",
        "--only= a        ; --only, column 1: a term looks like device=vga-lowmem",
        "- -              ; standard input can be read only once",
        "--jsno a         ; Unknown option: '--jsno'; perhaps --json",
        "~~               ; Missing required parameter: 'FILE|-'"})
    void wrongUsageIsToldInOneLine(String words, String message) {
        String full = message.replace("PRESETS", String.join(", ", FailurePolicy.presets()))
                .replace("HANDLERS", String.join(", ", TrapHandlers.names()));
        assertThat(replay(words.isEmpty() ? new String[0] : words.split(" ")))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + full + "; try 'vemmio replay --help'\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~                                         | NONE",
        "hello                                      | NONE",
        "{'a':1}                                    | NONE",
        "{'vemmio':'recording','version':2,'traps':0} | 'version' is 2; version 1 is the one that can be read",
        "{'vemmio':'recording','version':1,'traps':1} | the header says that 1 traps follow; the last is number 0"})
    void whatIsNoRecordingIsToldWithItsPlace(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("f"), text.isEmpty() ? "" : text.replace('\'', '"') + "\n");
        String full = message.replace('\'', '"').replace("NONE",
                "this is not a recording; the first line of one is a JSON object with \"vemmio\":\"recording\"");
        assertThat(replay(file.toString())).isEqualTo(new CommandRun(2, "", "vemmio: f:1: " + full + "\n"));
    }

    @Test
    void aMistakeInALaterRecordingLeavesNoReport() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), AGREEING.replace("\"code\":\"8907c3", "\"code\":\"8907c"));
        assertThat(replay(agreeing, file.toString())).isEqualTo(new CommandRun(2, "",
                "vemmio: f:6:36: \"code\" has 29 hexadecimal digits; two make a byte\n"));
    }

    @Test
    void aRecordingThatWasCutOffIsTold() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(AGREEING.getBytes(StandardCharsets.US_ASCII));
        }
        Path file = Files.write(folder.resolve("f.gz"), Arrays.copyOf(compressed.toByteArray(), compressed.size() / 2));
        CommandRun run = replay(file.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .matches("vemmio: f\\.gz:\\d+: the compressed data end too early; the file has been cut off\n");
    }

    @Test
    void aFileThatIsNotThereOrADirectoryIsTold() {
        assertThat(replay(folder.resolve("f").toString()))
                .isEqualTo(new CommandRun(2, "", "vemmio: f: there is no such file\n"));
        assertThat(CommandRun.of("replay", folder.toString()))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + folder + ": reading failed: Is a directory\n"));
    }

    @Test
    void aFileThatMayNotBeReadIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), AGREEING);
        Files.setPosixFilePermissions(file, Set.of());
        assumeThat(Files.isReadable(file)).as("the superuser reads everything").isFalse();
        assertThat(replay(file.toString())).isEqualTo(new CommandRun(2, "", "vemmio: f: no permission to read it\n"));
    }

    @Test
    void standardInputThatCannotBeReadIsToldInOneLine() {
        InputStream closed = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        };
        assertThat(CommandRun.withInput(closed, "replay", "-"))
                .isEqualTo(new CommandRun(2, "", "vemmio: standard input: reading failed: Bad file descriptor\n"));
    }

    @Test
    void aPolicyFileWithAMistakeIsToldWithItsPlace() throws IOException {
        Path policy = Files.writeString(folder.resolve("p.yaml"), "rules:\n  - {when: {failur: x}, then: bug}\n");
        assertThat(replay("--policy", policy.toString(), agreeing)).isEqualTo(new CommandRun(2, "",
                "vemmio: p.yaml:2:13: no key 'failur' here; did you mean 'failure'?\n"));
    }

    @Test
    void aFilterThatTakesNothingIsAMistake() {
        assertThat(replay("--only=mode=16", agreeing))
                .isEqualTo(new CommandRun(2, "", "vemmio: --only takes none of the traps: mode=16\n"));
    }

    @Test
    void aRecordingWithoutTrapsIsFine() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "{\"vemmio\":\"recording\",\"version\":1,\"traps\":0}\n");
        assertThat(replay(file.toString())).isEqualTo(new CommandRun(0, """
                recording  f
                handler    architectural
                policy     propagate

                traps  total  agreed  disagreed  refused
                all        0       -          -        -
                """, ""));
    }
}
