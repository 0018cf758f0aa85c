package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.cli.ReplayedRecordings.AGREEING;
import static org.vemmio.emulator.cli.ReplayedRecordings.DISAGREEING;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplayCommandTest {
    private final ReplayedRecordings files;

    ReplayCommandTest(@TempDir Path folder) throws IOException {
        files = new ReplayedRecordings(folder);
    }

    @Test
    void whatAgreesIsCounted() {
        assertThat(files.replay(files.agreeing)).isEqualTo(new CommandRun(0, """
                recording  a
                           Made for a test
                handler    architectural
                policy     own

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
        CommandRun run = files.replay("--handler=linux-tdx", "--policy=linux-6.12", files.agreeing);
        assertThat(run).isEqualTo(new CommandRun(0, """
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
                2: {when: {failure: [user-mode,                    2       -          -        2
                mmio-decode-failed, unsupported-instruction,
                no-memory-operand, no-such-register,
                user-address, unknown-mmio-type]}, then:
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
        assertThat(files.replay(files.disagreeing)).isEqualTo(new CommandRun(1, """
                recording  d
                handler    architectural
                policy     own

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
        Path many = files.write("many", "{\"vemmio\":\"recording\",\"version\":1,\"traps\":12}\n"
                + (line + "\n").repeat(12));
        CommandRun run = files.replay(many.toString());
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
        CommandRun run = files.replay(files.write("many", text).toString());
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
        assertThat(files.replay("--only=mode=64", files.agreeing, files.disagreeing).out()).startsWith("""
                recording  a
                           Made for a test
                recording  d
                handler    architectural
                policy     own
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
                .isEqualTo(files.replay(files.agreeing).out().substring("recording  a".length()));
    }

    @ParameterizedTest
    @CsvSource({"linux-6.12, oops, 2", "bug, oops, 2", "paranoid, panic, 2"})
    void thePolicyDecidesTheEnding(String policy, String ending, int traps) {
        assertThat(files.replay("--handler=linux-tdx", "--policy", policy, files.agreeing).out())
                .containsPattern("(?m)^ending .*\n" + ending + " +" + traps + " ");
    }

    @Test
    void onRequestOneKernelSeesAllTraps() {
        assertThat(files.replay("--handler=linux-tdx", "--policy=paranoid", "--one-kernel", files.agreeing).out())
                .containsPattern("(?m)^general-protection +1 ").containsPattern("(?m)^panic +1 ");
    }

    @Test
    void aPolicyComesFromAFileToo() throws IOException {
        Path policy = files.write("skip.yaml", """
                rules:
                  - {when: any, then: {recover: skip-ones}}
                """);
        CommandRun run = files.replay("--handler=linux-tdx", "--policy", policy.toString(), files.agreeing);
        assertThat(run.out()).contains("policy     skip\n").containsPattern("(?m)^recovered +2 ");
    }

    @Test
    void jsonTellsEverything() {
        CommandRun run = files.replay("--json", "--handler=linux-tdx-6.1", "--policy=linux-6.1", "--only=line=2-5",
                files.agreeing, files.disagreeing);
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
                    {"rule": 2, "text": "{when: {failure: [user-mode, mmio-decode-failed, unsupported-instruction, \
                no-memory-operand, no-such-register, unknown-mmio-type]}, then: warn-once}",
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
                  "assumed": [],
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
        CommandRun terminal = CommandRun.on(new Terminal(true, false), "replay", files.disagreeing);
        assertThat(terminal.out()).contains("\u001b[31m0x11\u001b[0m");
        assertThat(terminal.out().replaceAll("\u001b\\[\\d+m", ""))
                .isEqualTo(CommandRun.of("replay", files.disagreeing).out());
    }

    @Test
    void aRecordingWithoutTrapsIsFine() throws IOException {
        Path file = files.write("f", "{\"vemmio\":\"recording\",\"version\":1,\"traps\":0}\n");
        assertThat(files.replay(file.toString())).isEqualTo(new CommandRun(0, """
                recording  f
                handler    architectural
                policy     own

                traps  total  agreed  disagreed  refused
                all        0       -          -        -
                """, ""));
    }
}
