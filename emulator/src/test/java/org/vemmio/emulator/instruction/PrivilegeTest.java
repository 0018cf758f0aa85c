package org.vemmio.emulator.instruction;

import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;

/// What depends on the privilege level: of the four only level 3 is user mode.
class PrivilegeTest {
    /// Intel SDM vol. 3, 4.6, 4.7 and 6.15 (#PF: error code).
    @ParameterizedTest
    @CsvSource({
        "8b07, 0, 0, unmapped", "8b07, 1, 0, unmapped", "8b07, 2, 0, unmapped", "8b07, 3, 4, unmapped",
        "8907, 0, 2, unmapped", "8907, 1, 2, unmapped", "8907, 2, 2, unmapped", "8907, 3, 6, unmapped",
        "8907, 0, 3, read-only", "8907, 1, 3, read-only", "8907, 2, 3, read-only", "8907, 3, 7, read-only"})
    void aPageFaultTellsItsAddressAndWhoseAccessItWas(String code, int cpl, int errorCode, String page) {
        long address = 0x77_7000;
        HandmadeTrap trap = HandmadeTrap.of(code).with("rdi", address).cpl(cpl);
        if (page.equals("read-only")) {
            trap.readOnlyMemory(address, "00".repeat(16));
        }
        assertThat(trap.run()).isException(Outcome.Exception.PF).hasErrorCode(errorCode).hasFaultAddress(address)
                .changedNothing();
    }

    /// Intel SDM vol. 3, 6.15 (#AC).
    @ParameterizedTest
    @CsvSource({
        "3, true, true, 2, true", "0, true, true, 2, false", "1, true, true, 2, false", "2, true, true, 2, false",
        "3, false, true, 2, false", "3, true, false, 2, false", "3, true, true, 4, false"})
    void alignmentIsCheckedForAUserWhoAsksForIt(int cpl, boolean am, boolean ac, int offset, boolean faults) {
        long cr0 = new CpuState().cr0();
        HandmadeTrap trap = HandmadeTrap.of("89 07").with("rdi", DEVICE + offset).cpl(cpl)
                .with("cr0", am ? cr0 | Cr.CR0_AM : cr0 & ~Cr.CR0_AM).with("rflags", ac ? Rflags.AC | 2 : 2);
        if (faults) {
            assertThat(trap.run()).isException(Outcome.Exception.AC).hasErrorCode(0).changedNothing();
        } else {
            assertThat(trap.run()).isEmulated().changedOnly();
        }
    }
}
