package org.vemmio.emulator.recording.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplaySummary;

/// What a simulator does is recorded and replayed: here the simulator does what was recorded once before.
class RecordedAgainTest {
    @TempDir
    private Path folder;

    private static MmioEngine.Builder engine(String handler, String policy) {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).policy(FailurePolicy.preset(policy));
    }

    @ParameterizedTest
    @CsvSource({
        "linux-6.1-drivers-q35, architectural, propagate, 3",
        "linux-6.1-cloud-q35-boot, linux-tdx, recover, 1024",
        "linux-6.1-cloud-q35-boot, linux-sev, propagate, 7",
        "x86-64-hardware-int, architectural, propagate, 1024",
        "x86-64-hardware-vec, architectural, propagate, 1024",
        "x86-64-hardware-faults, architectural, propagate, 1024",
        "x86-32-hardware, architectural, propagate, 2",
        "x86-16-hardware, architectural, propagate, 1024",
        "linux-6.12-vc-handle-mmio, linux-sev, linux-sev, 1024",
        "linux-6.12-handle-mmio-reachable, linux-tdx, linux-6.12, 1024",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, own, 1024"})
    void agreesWithWhatItWasRecordedOf(String recording, String handler, String policy, int bound) throws IOException {
        Path file = folder.resolve("again.jsonl.gz");
        long traps = 0;
        RecordedDevices devices = new RecordedDevices();
        try (RecordingReader reader = RecordingReader.ofResource(recording);
                TrapRecorder recorder = TrapRecorder.builder(file).title("again").open();
                RecordingEngine engine = recorder.engine(engine(handler, policy).repeatBound(bound), devices)) {
            for (; reader.hasNext(); traps++) {
                RecordedTrap trap = reader.next();
                devices.load(trap);
                run(engine, trap);
            }
        }
        ReplaySummary summary = new ReplaySummary(10);
        try (Replay replay = Replay.builder().engine(engine(handler, policy)).build();
                RecordingReader originals = RecordingReader.ofResource(recording);
                RecordingReader reader = RecordingReader.open(file)) {
            assertThat(reader.header().title()).isEqualTo("again");
            reader.forEachRemaining(trap -> {
                assertSameTrap(trap, originals.next());
                summary.add(replay.replay(trap));
            });
        }
        assertThat(summary.disagreements()).isEmpty();
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(traps, 0, 0));
    }

    /// Nothing was lost on the way; of a trap that was refused, the accesses until then.
    private static void assertSameTrap(RecordedTrap trap, RecordedTrap original) {
        boolean whole = trap.expectation().orElseThrow() instanceof Expectation.Emulated;
        int count = whole ? original.accesses().size() : trap.accesses().size();
        boolean same = trap.before().equals(original.before()) && Arrays.equals(trap.code(), original.code())
                && trap.trap().equals(original.trap()) && (original.backing().isPresent()
                || trap.accesses().equals(original.accesses().subList(0, count)));
        if (!same) {
            throw new AssertionError("recorded " + trap + " of " + original);
        }
    }

    private static void run(RecordingEngine engine, RecordedTrap trap) {
        CpuState cpu = trap.cpu();
        MemoryMap memory = trap.memory();
        Outcome outcome;
        do {
            outcome = engine.handle(trap.trap(), cpu, memory);
        } while (Completion.isIncomplete(outcome));
    }
}
