package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.RecordingReader;

/// The same traps of a VGA console, which Linux's TDX handler cannot deal with, under three policies.
class ThreePoliciesTest {
    // [policies]
    @ParameterizedTest
    @CsvSource({"linux-6.12, GeneralProtection", "bug, Bug", "recover, Recovered"})
    void aPolicyDecidesWhatBecomesOfTheConsole(String policy, String outcome) {
        DeviceMap bus = DeviceMap.builder().add(0xb8000, 0x8000, MemoryDevice.of(new byte[0x8000])).build();
        try (MmioEngine engine = MmioEngine.builder().bus(bus).handler(TrapHandlers.named("linux-tdx"))
                .policy(FailurePolicy.preset(policy)).build()) {
            for (RecordedTrap trap : consoleTraps()) {
                CpuState cpu = trap.cpu();
                Outcome result = engine.handle(trap.trap(), cpu, trap.memory());
                assertThat(result.getClass().getSimpleName()).isEqualTo(outcome);
                assertThat(cpu.gpr(Gpr.RCX) < trap.gpr(Gpr.RCX)).isEqualTo(outcome.equals("Recovered"));
            }
        }
    }

    private static List<RecordedTrap> consoleTraps() {
        try (RecordingReader reader = RecordingReader.ofResource("linux-6.1-drivers-q35")) {
            return reader.stream().filter(trap -> trap.mode().bits() == 64 && trap.code()[0] == (byte) 0xf3)
                    .limit(100).toList();
        }
    }
    // [policies]
}
