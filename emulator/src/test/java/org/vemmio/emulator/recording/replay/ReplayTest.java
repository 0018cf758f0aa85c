package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.TestTraps.code;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;
import static org.vemmio.emulator.recording.replay.Replays.builder;
import static org.vemmio.emulator.recording.replay.Replays.replay;
import static org.vemmio.emulator.recording.replay.Replays.replayAll;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.file.RecordingReader;

class ReplayTest {
    @ParameterizedTest
    @CsvSource({
        "linux-6.1-cloud-q35-boot, architectural, propagate, 4170",
        "linux-6.1-drivers-q35, architectural, propagate, 49633",
        "x86-64-hardware-int, architectural, propagate, 7148",
        "x86-64-hardware-vec, architectural, propagate, 2585",
        "x86-32-hardware, architectural, propagate, 1500",
        "linux-6.12-vc-handle-mmio, linux-sev, propagate, 4000",
        "linux-6.1-drivers-q35, linux-tdx, recover, 49633",
        "linux-6.12-handle-mmio-reachable, linux-tdx, propagate, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, propagate, 2500",
        "linux-6.12-handle-mmio-reachable, linux-tdx-6.12, linux-6.12, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, paranoid, 2500",
        "linux-6.12-handle-mmio-reachable, linux-tdx, recover, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, recover, 2500"})
    void agreesWithTheRecordings(String recording, String handler, String policy, long traps) {
        ReplaySummary summary = replayAll(recording, builder(handler, policy));
        assertThat(summary.disagreements()).isEmpty();
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(traps, 0, 0));
    }

    /// One iteration a call, and in numbers that do not divide the counts.
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100_000})
    void goesOnWithInstructionsThatHaveIterationsLeft(int bound) {
        try (Replay replay = Replay.builder().engine(MmioEngine.builder().repeatBound(bound)).build();
                RecordingReader reader = RecordingReader.ofResource(TestTraps.DRIVERS)) {
            List<RecordedTrap> repeated = reader.stream().filter(trap -> trap.accesses().size() > 1).toList();
            assertThat(repeated).hasSizeGreaterThan(500);
            assertThat(repeated).allSatisfy(trap -> {
                ReplayResult result = replay.replay(trap);
                assertThat(result.differences()).isEmpty();
                assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
                assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Emulated.class,
                        emulated -> assertThat(emulated.complete()).isTrue());
                assertThat(result.after().rip()).isNotEqualTo(trap.rip());
            });
        }
    }

    /// The SEV handler does one element of MOVS per call, whatever the bound.
    @Test
    void goesOnWithStringMovesOfTheSevHandler() {
        try (Replay replay = builder("linux-sev", "propagate").build();
                RecordingReader reader = RecordingReader.ofResource(TestTraps.DRIVERS)) {
            List<RecordedTrap> moves = reader.stream()
                    .filter(trap -> trap.mode() == CodeMode.CODE64 && trap.accesses().size() > 1)
                    .filter(trap -> trap.code()[0] == (byte) 0xf3 && trap.code()[1] == (byte) 0xa4).toList();
            assertThat(moves).isNotEmpty().allSatisfy(trap ->
                    assertThat(replay.replay(trap).verdict()).isEqualTo(Verdict.AGREED));
        }
    }

    // No end

    @Test
    void stopsAnEndlessInstructionWhenItLeavesTheRecording() {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'f3aa','regs':{'rcx':'0xffffffffffffff','rdi':'0x10000000'},\
                'gla':'0x10000000','gpa':'0x10000000',\
                'map':[{'gla':'0x10000000','gpa':'0x10000000','size':4503599358935040}],\
                'mmio':[{'op':'w','gpa':'0x10000000','size':1,'value':'0x0'}]}""");
        ReplayResult result = replay(trap, "architectural");
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
        assertThat(result.differences()).hasSizeLessThan(100).startsWith(
                new Difference(Difference.Kind.ACCESS, "2", "", "write 1 byte at 0x10000001 = 0x0"));
    }

    @Test
    void stopsAnInstructionThatDoesNotGoOn() {
        RecordedTrap trap = TestTraps.changed(TestTraps.DRIVERS, code("890e"), line -> line.remove("mmio"));
        try (Replay replay = Replay.builder().engine(MmioEngine.builder().handler(new Standstill())).build()) {
            ReplayResult result = replay.replay(trap);
            assertDisagreed(result,
                    new Difference(Difference.Kind.PROGRESS, "progress", "complete", "incomplete"));
        }
    }

    /// Always has iterations left.
    private static final class Standstill implements TrapHandler {
        @Override
        public Ladder ladder() {
            return Ladder.of("standstill", List.of());
        }

        @Override
        public Admission admit(FetchedCode code) {
            return new MmioOperation(code.decoding(), 2, List.of()) {
                @Override
                protected void execute(Execution execution) {
                    execution.leaveIncomplete();
                }
            };
        }
    }

    // The guest's kernel

    @Test
    void keepsOneKernelForTheRecordingUnlessTold() {
        RecordedTrap trap = TestTraps.changed(TestTraps.REACHABLE, code("6336"), line -> { });
        try (Replay replay = builder("linux-tdx", "linux-6.12").build()) {
            assertThat(isWarned(replay.replay(trap))).isTrue();
            assertThat(isWarned(replay.replay(trap))).as("a warning that prints once").isFalse();
            assertThat(replay.kernel().warnings()).isEqualTo(1);
            assertThat(replay.kernel().oopses()).isEqualTo(2);
        }
        try (Replay replay = builder("linux-tdx", "linux-6.12").kernelScope(Replay.KernelScope.TRAP).build()) {
            assertThat(isWarned(replay.replay(trap))).isTrue();
            assertThat(isWarned(replay.replay(trap))).isTrue();
        }
    }

    private static boolean isWarned(ReplayResult result) {
        assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
        return ((Outcome.GeneralProtection) result.outcome()).warned();
    }

    @ParameterizedTest
    @CsvSource({
        "interrupt, Fatal exception in interrupt",
        "init, Attempted to kill init! exitcode=0x0000000b",
        "idle, Attempted to kill the idle task!"})
    void tellsTheKernelItsContext(String context, String panic) {
        RecordedTrap trap = TestTraps.changed(TestTraps.REACHABLE, code("6336"), line -> line.put("context", context));
        assertThat(ending(trap)).isEqualTo(new Ending.Panic(panic));
        RecordedTrap task = TestTraps.changed(TestTraps.REACHABLE, code("6336"), line -> { });
        assertThat(ending(task)).isInstanceOf(Ending.Oops.class);
    }

    private static Ending ending(RecordedTrap trap) {
        try (Replay replay = builder("linux-tdx", "linux-6.12").build()) {
            return ((Outcome.GeneralProtection) replay.replay(trap).outcome()).ending();
        }
    }
}
