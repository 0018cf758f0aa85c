package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.recording.RecordedTrap;

/// What a test class with [RecordedTraps] goes through, run by JUnit within this test.
class RecordedTrapsTest {
    private static final String CUT_OFF = "src/test/resources/org/vemmio/emulator/testing/cut.jsonl";
    private static final String EMPTY = "src/test/resources/org/vemmio/emulator/testing/empty.jsonl";

    private static final List<RecordedTrap> SEEN = new ArrayList<>();

    static final class Samples {
        @ParameterizedTest
        @RecordedTraps(value = "linux-6.1-drivers-q35", device = "VGA-*", mode = 64, onePerInstruction = true)
        void console(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(value = "linux-6.1-drivers-q35", mnemonic = {"stos?", "movsq"}, mode = {16, 64}, first = 5)
        void strings(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(value = "linux-6.1-cloud-q35-boot", mnemonic = "fld*", mode = 64)
        void nothingPasses(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(value = "linux-6.1-cloud-q35-boot", mode = 8)
        void noSuchMode(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(value = "linux-6.1-cloud-q35-boot", first = 0)
        void firstNone(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(CUT_OFF)
        void cutOff(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(value = CUT_OFF, first = 2)
        void cutOffUnseen(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps(EMPTY)
        void emptyFile(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps("linux-0.01")
        void noSuchRecording(RecordedTrap trap) {
            SEEN.add(trap);
        }

        @ParameterizedTest
        @RecordedTraps("no/such/file.jsonl")
        void noSuchFile(RecordedTrap trap) {
            SEEN.add(trap);
        }
    }

    @BeforeEach
    @AfterEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void filtersTakeWhatPassesAllOfThem() {
        EngineExecutionResults results = run("console");
        assertThat(SEEN).hasSizeGreaterThan(5)
                .allMatch(trap -> trap.device().equals("vga-lowmem") && trap.mode() == CodeMode.CODE64);
        results.testEvents().assertStatistics(statistics -> statistics.succeeded(SEEN.size()).failed(0));
    }

    @Test
    void oneTrapPerInstructionIsTaken() {
        run("console");
        assertThat(SEEN.stream().map(InstructionText::of).map(text -> text.substring(0, text.indexOf("  "))))
                .doesNotHaveDuplicates();
    }

    @Test
    void alternativesAndAnUpperLimit() {
        run("strings");
        assertThat(SEEN).hasSize(5).allMatch(trap -> trap.mode() != CodeMode.CODE32)
                .allMatch(trap -> InstructionText.of(trap).matches(".*  (rep )?(stos.|movsq)( .*)?"));
    }

    @Test
    void displayNamesShowBytesTextAndLine() {
        List<String> names = run("strings").testEvents().started().stream()
                .map(event -> event.getTestDescriptor().getDisplayName()).toList();
        assertThat(names).startsWith("[1] f3 ab  rep stosw (line 607)", "[2] f3 ab  rep stosw (line 1973)",
                "[3] f3 66 ab  rep stosw (line 2780)");
    }

    @Test
    void trapsAreReadAsTheTestRuns() {
        assertThat(problem("cutOff")).startsWith(Path.of(CUT_OFF).toAbsolutePath() + ":4:");
        assertThat(SEEN).as("those before the wrong line have run").hasSize(2);
    }

    @Test
    void nothingIsReadBeyondTheLastTrapTaken() {
        run("cutOffUnseen").containerEvents().assertStatistics(statistics -> statistics.failed(0));
        assertThat(SEEN).extracting(RecordedTrap::rip).containsExactly(0x1000L, 0x1002L);
    }

    @Test
    void anEmptySelectionFails() {
        assertThat(problem("nothingPasses"))
                .isEqualTo("none of the 4170 traps of linux-6.1-cloud-q35-boot passes mnemonic=fld*,mode=64");
        assertThat(problem("emptyFile")).isEqualTo("the recording " + EMPTY + " has no traps");
        assertThat(SEEN).isEmpty();
    }

    @Test
    void aFilterThatIsNoneFails() {
        assertThat(problem("noSuchMode")).startsWith("@RecordedTraps asks for mode=8; ").contains("16, 32, 64");
        assertThat(problem("firstNone")).startsWith("@RecordedTraps asks for first=0; ").contains("at least 1");
    }

    @Test
    void aMissingRecordingFails() {
        assertThat(problem("noSuchRecording")).startsWith("linux-0.01: ")
                .contains("META-INF/vemmio/recordings/linux-0.01.jsonl.gz");
        assertThat(problem("noSuchFile")).isEqualTo(
                Path.of("no/such/file.jsonl").toAbsolutePath() + ": there is no such file");
    }

    private static EngineExecutionResults run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Samples.class, method, RecordedTrap.class)).execute();
    }

    private static String problem(String method) {
        List<Throwable> problems = run(method).containerEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow()).toList();
        assertThat(problems).hasSize(1);
        return problems.getFirst().getMessage();
    }
}
