package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.yaml.PolicyFile;
import org.vemmio.emulator.policy.yaml.PolicyFileException;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.RecordedTraps;

/// `mov-only` in policies: its checks as conditions, and itself as a recovery.
class MovOnlyPolicyTest {
    /// Tests run in the folder of their module.
    private static final FailurePolicy MOV_FIRST = PolicyFile.read(Path.of("mov-first.yaml"));

    private static MmioEngine.Builder engine(String handler, FailurePolicy policy) {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).policy(policy);
    }

    @ParameterizedTest
    @RecordedTraps(value = "linux-6.1-drivers-q35", onePerInstruction = true)
    void recordedDriversGoOnWithIt(RecordedTrap trap) {
        try (Replay replay = Replay.builder().engine(engine("mov-only", MOV_FIRST)).build()) {
            assertThat(replay.replay(trap)).agrees();
        }
    }

    @ParameterizedTest
    @CsvSource({"66ab, not-a-mov", "488b07, too-wide"})
    void theProcessorDoesWhatItLeaves(String code, String label) {
        HandmadeTrap trap = HandmadeTrap.of(code).with("rdi", DEVICE).answers(0x1234);
        assertThat(trap.run(engine("mov-only", MOV_FIRST))).hasCheck(label).wasDecidedBy("mov-first", 1)
                .isRecoveredBy("architectural");
    }

    @Test
    void whatThePolicyDoesNotNameEndsAsTheHandlerSays() {
        HandmadeTrap load = HandmadeTrap.of("8b07").with("rdi", DEVICE).answers(0xffff_ffffL);
        assertThat(load.run(engine("mov-only", MOV_FIRST))).hasCheck("device-gone").wasDecidedBy("mov-first", 2)
                .isInjected(18);
    }

    @Test
    void itRecoversWhatLinuxRefuses() {
        FailurePolicy policy = PolicyFile.parse("user.yaml", """
                extends: linux-6.12
                rules:
                  - when: {failure: user-address}
                    then: {recover: {handler: mov-only}}
                """);
        HandmadeTrap load = HandmadeTrap.of("8b07").with("rdi", 0x1000).at(0x1000, DEVICE_GPA).answers(0x1234);
        assertThat(load.run(engine("linux-tdx", policy))).hasCheck("user-address").isRecoveredBy("mov-only")
                .changedOnly("rax").hasRegister("rax", 0x1234);
        HandmadeTrap wide = HandmadeTrap.of("488b07").with("rdi", 0x1000).at(0x1000, DEVICE_GPA);
        assertThat(wide.run(engine("linux-tdx", policy))).hasCheck("user-address").isPropagated().failure()
                .isFrom("linux-tdx-6.12").hasDetailContaining("mov-only: more than 4 bytes at once");
    }

    @Test
    void aMisspeltLabelIsToldWithTheOneMeant() {
        assertThatThrownBy(() -> PolicyFile.parse("p.yaml", """
                rules:
                  - {when: {failure: mov-only/not-a-mow}, then: halt}
                """)).isInstanceOf(PolicyFileException.class)
                .hasMessage("p.yaml:2:22: no check 'not-a-mow' of mov-only; did you mean 'not-a-mov'?");
    }
}
