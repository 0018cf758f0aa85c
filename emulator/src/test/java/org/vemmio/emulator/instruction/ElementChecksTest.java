package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What is checked of the elements of a masked access before the first one is made.
class ElementChecksTest {
    /// `vmovups [rdi]{k1}, zmm1`: elements 0 to 3 lie on the device, the others in memory that may be read alone.
    @Test
    void anElementThatMayNotBeWrittenKeepsTheOthersFromIt() {
        long behind = DEVICE + 0x1000;
        assertThat(HandmadeTrap.of("62f17c49110f").with("rdi", DEVICE + 0xff0).cpu(cpu -> cpu.setMask(1, 0x11))
                .readOnlyMemory(behind, "00".repeat(0x100)).run()).hasFaultAddress(behind)
                .hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE).changedNothing().accesses().areNone();
    }

    /// `vmaskmovps [rdi], xmm0, xmm1`: elements 0 and 1 lie in memory, 2 and 3 on the device; and the same with an element
    /// that lies in both, and behind the device.
    @ParameterizedTest
    @CsvSource({"-8, 0", "-6, 0", "0xff8, 0", "0xff8, 1", "0xffa, 1"})
    void elementsInMemoryAreNotWrittenWhereADeviceRefusesAnother(String offset, int taken) {
        long behind = DEVICE + 0x1000;
        TrapRun run = HandmadeTrap.of("c4e2792e0f").with("rdi", DEVICE + Integer.decode(offset))
                .vector(0, "ff".repeat(16)).vector(1, "11".repeat(16)).memory(DEVICE - 16, "00".repeat(16))
                .memory(behind, "00".repeat(16)).refusesAfter(taken).run();
        assertThat(run).isPropagated().hasCheck("device-refused").changedNothing().accesses().hasSize(taken);
        assertThat(run.memory().contents(DEVICE - 16, 16)).containsOnly(0);
        assertThat(run.memory().contents(behind, 16)).containsOnly(0);
    }

    /// Element by element an access is aligned where its elements are: `vmovups` of 64 bytes with and without a mask.
    @ParameterizedTest
    @CsvSource({
        "62f17c48100f, 4, true", "62f17c48100f, 16, false", "62f17c49100f, 4, false", "62f17c49100f, 2, true",
        "62f17c49110f, 4, false", "62f17c49110f, 2, true"})
    void alignmentIsCheckedElementByElementUnderAMask(String code, int offset, boolean faults) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE + offset).cpu(cpu -> cpu.setMask(1, 3)).holds("").cpl(3)
                .with("rflags", Rflags.AC | 2).run();
        if (faults) {
            assertThat(run).isException(Outcome.Exception.AC);
        } else {
            assertThat(run).isEmulated();
        }
    }

    /// `maskmovdqu xmm1, xmm2`, whose bytes that it does not store fault too, as on AMD's processors, and `vmaskmovps
    /// [rdi], xmm2, xmm1`, whose elements do not (Intel SDM vol. 2, MASKMOVDQU and VMASKMOV).
    @ParameterizedTest
    @CsvSource({"660ff7ca, true", "c4e2692e0f, false"})
    void anElementThatIsNotStoredFaultsInAByteMoveAlone(String code, boolean faults) {
        long unmapped = 0x77_7000;
        TrapRun run = HandmadeTrap.of(code).with("rdi", unmapped).run();
        if (faults) {
            assertThat(run).isException(Outcome.Exception.PF).hasFaultAddress(unmapped)
                    .hasErrorCode(LinearMemory.PF_WRITE);
        } else {
            assertThat(run).hasEffect(Outcome.Effect.NO_ACCESS);
        }
    }
}
