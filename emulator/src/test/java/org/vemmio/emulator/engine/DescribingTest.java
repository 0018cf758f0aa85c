package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MmioDevice;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;

/// An engine does the same whether or not it tells what the processor makes of the bytes.
class DescribingTest {
    private static final long DEVICES = 1L << 40;

    /// What nobody drives.
    private static final class Floating implements MmioDevice {
        @Override
        public long read(long offset, int size) {
            return -1;
        }

        @Override
        public void write(long offset, int size, long value) {
            // Nothing is kept.
        }
    }

    /// One engine, and what reaches its devices.
    private static final class Machine implements AutoCloseable {
        private final List<String> accesses = new ArrayList<>();
        private final MmioEngine engine;

        Machine(String handler, boolean describing) {
            AccessObserver observer = (write, gpa, bytes, offset, size) ->
                    accesses.add("%s 0x%x %d".formatted(write ? "write" : "read", gpa, size));
            engine = MmioEngine.builder().handler(TrapHandlers.named(handler)).describing(describing)
                    .observer(observer).bus(DeviceMap.builder().add(0, DEVICES, new Floating()).build()).build();
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linux-tdx, linux-6.12-handle-mmio-reachable, 1000", "linux-tdx, linux-6.12-handle-mmio-unreachable, 1000",
        "linux-sev, linux-6.12-vc-handle-mmio, 1000", "linux-tdx, linux-6.1-drivers-q35, 1000"})
    void onlyTellsLess(String handler, String recording, int atLeast) {
        int silent = 0;
        try (RecordingReader reader = RecordingReader.ofResource(recording);
                Machine telling = new Machine(handler, true);
                Machine other = new Machine(handler, false)) {
            while (reader.hasNext()) {
                RecordedTrap trap = reader.next();
                CpuState told = trap.cpu();
                CpuState untold = trap.cpu();
                Outcome expected = telling.engine.handle(trap.trap(), told, trap.memory());
                Outcome outcome = other.engine.handle(trap.trap(), untold, trap.memory());
                if (outcome instanceof Outcome.Emulated emulated) {
                    assertThat(emulated.decoding()).isEmpty();
                    assertThat(emulated.hazards()).isEmpty();
                    assertThat(((Outcome.Emulated) expected).decoding()).isPresent();
                    silent++;
                } else {
                    assertThat(outcome).hasToString(expected.toString());
                }
                assertThat(outcome).hasSameClassAs(expected);
                assertThat(untold).isEqualTo(told);
                assertThat(other.accesses).isEqualTo(telling.accesses);
            }
        }
        assertThat(silent).isGreaterThan(atLeast);
    }

    @Test
    void aHandlerThatGoesByTheProcessorsViewAlwaysTellsIt() {
        TestMachine machine = TestMachine.of("8b07").at(0);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.decoding()).isPresent());
    }
}
