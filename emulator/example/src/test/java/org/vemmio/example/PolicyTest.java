package org.vemmio.example;

import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplayResult;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.RecordedTraps;
import org.vemmio.emulator.testing.TrapRun;

/// Tests of failure policies, as the people write them who choose one.
class PolicyTest {
    // [policies]
    @ParameterizedTest
    @RecordedTraps(value = "linux-6.1-drivers-q35", device = "vga-lowmem", mode = 64,
            mnemonic = {"movs?", "stos?"}, first = 100)
    void aPolicyDecidesWhatBecomesOfTheConsole(RecordedTrap trap) {
        assertThat(replay(trap, "linux-6.12")).isGeneralProtection().endsInOops().changedNothing();
        assertThat(replay(trap, "bug")).isBug().endsInOops().changedNothing();
        assertThat(replay(trap, "recover")).isRecoveredBy("architectural").agrees();
    }

    private static ReplayResult replay(RecordedTrap trap, String policy) {
        MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"))
                .policy(FailurePolicy.preset(policy));
        try (Replay replay = Replay.builder().engine(engine).build()) {
            return replay.replay(trap);
        }
    }
    // [policies]

    // [handmade]
    private static final FailurePolicy CONSOLE_GOES_ON = FailurePolicy.builder("console-goes-on")
            .rule(Condition.failure("mmio-decode-failed").withGpa(0xa0000, 0xbffff),
                    new Action.Recover(new Recovery.Handler("architectural")))
            .extend(FailurePolicy.preset("linux-6.12")).build();

    @Test
    void theConsoleIsReadWhateverTheInstruction() {
        HandmadeTrap load = HandmadeTrap.of("66 ad")            // lodsw
                .with("rsi", DEVICE).at(DEVICE, 0xb8000)
                .answers(0x0741);
        TrapRun run = load.run(engine(CONSOLE_GOES_ON));
        assertThat(run).isRecoveredBy("architectural").wasDecidedBy("console-goes-on", 1)
                .changedOnly("rax", "rsi").hasRegister("rax", 0x0741).continuesAt(CODE + 2);
        assertThat(run.accesses()).are(read(0xb8000, 2, 0x0741));
    }

    @Test
    void anyOtherDeviceIsNot() {
        HandmadeTrap load = HandmadeTrap.of("66 ad").with("rsi", DEVICE);
        assertThat(load.run(engine(CONSOLE_GOES_ON))).isGeneralProtection().endsInOops().changedNothing();
    }

    private static MmioEngine.Builder engine(FailurePolicy policy) {
        return MmioEngine.builder().handler(TrapHandlers.named("linux-tdx")).policy(policy);
    }
    // [handmade]

    // [warn-once]
    @Test
    void twoInstructionsGiveOneWarningAndTwoOopses() {
        GuestKernel kernel = GuestKernel.create();
        MmioEngine.Builder linux = engine(FailurePolicy.preset("linux-6.12")).kernel(kernel);
        TrapRun first = HandmadeTrap.of("d9 07").with("rdi", DEVICE).run(linux);      // fld dword ptr [rdi]
        TrapRun second = HandmadeTrap.of("0f c3 07").with("rdi", DEVICE).run(linux);  // movnti [rdi], eax
        assertThat(first).hasCheck("mmio-decode-failed").hasWarned().endsInOops();
        assertThat(second).hasCheck("mmio-decode-failed").hasNotWarned().endsInOops();
        assertThat(kernel).hasWarned(1).hasOopsed(2).isRunning();
    }
    // [warn-once]
}
