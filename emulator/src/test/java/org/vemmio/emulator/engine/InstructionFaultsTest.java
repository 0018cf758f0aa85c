package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// The exceptions that the processor itself raises, whatever the instruction, and their precedence.
class InstructionFaultsTest {
    private static void assertFault(TrapRun run, int vector, int errorCode, long address) {
        assertThat(run).isException(vector).hasErrorCode(errorCode).changedNothing();
        Outcome.Exception fault = (Outcome.Exception) run.outcome();
        assertThat(fault.address()).isEqualTo(address);
        assertThat(fault.complete()).isFalse();
    }

    @Test
    void aPageFaultOnTheSecondPageTellsThatPage() {
        TrapRun run = HandmadeTrap.of("4889 07").with("rdi", 0x1ffc).with("rax", -1).memory(0x1ffc, "00000000").run();
        assertFault(run, Outcome.Exception.PF, LinearMemory.PF_WRITE, 0x2000);
        assertThat(run.memory().read(0x1ffc, 4)).isZero();
    }

    /// Intel SDM vol. 1, 3.3.7.1: canonical form under 4-level and 5-level paging; #SS where RBP or RSP is the base.
    @ParameterizedTest
    @CsvSource({
        "8b07, 0x0000800000000000, false, #GP",
        "8b07, 0x00007ffffffffffe, false, #GP",
        "8b07, 0xffff7fffffffffff, false, #GP",
        "8b4500, 0x0000800000000000, false, #SS",
        "8b07, 0x0000800000000000, true, #PF",
        "8b07, 0x0100000000000000, true, #GP",
        "8b4500, 0xfeffffffffffffff, true, #SS"})
    void anAddressHasToBeCanonical(String code, String address, boolean fiveLevels, String exception) {
        long value = Long.parseUnsignedLong(address.substring(2), 16);
        long cr4 = new CpuState().cr4();
        assertThat(HandmadeTrap.of(code).with("rdi", value).with("rbp", value)
                .with("cr4", fiveLevels ? cr4 | Cr.CR4_LA57 : cr4 & ~Cr.CR4_LA57).run()).isException(exception);
    }

    /// Intel SDM vol. 3, 5.3: a limit is the last valid offset.
    @ParameterizedTest
    @CsvSource({"0x1003, emulated", "0x1002, #GP", "-1, emulated"})
    void aSegmentLimitIsChecked(String limit, String expected) {
        TrapRun run = HandmadeTrap.of("8b 07").mode(CodeMode.CODE32).with("ds", DEVICE_GPA - 0x1000).with("rdi", 0x1000)
                .answers(0).cpu(cpu -> cpu.setSegmentLimit(Segment.DS, Long.decode(limit))).run();
        if (expected.equals("emulated")) {
            assertThat(run).isEmulated();
        } else {
            assertThat(run).isException(expected);
        }
    }

    /// As an AMD EPYC of family 26 does; Intel SDM vol. 3, 7.9, leaves the order to the processor.
    @Test
    void anAlignmentCheckComesBeforeAPageFault() {
        assertFault(HandmadeTrap.of("8b 07").with("rdi", 0x77_7001).cpl(3).with("rflags", Rflags.AC | 2).run(),
                Outcome.Exception.AC, 0, 0);
    }

    @Test
    void theTrapFlagRaisesDbAfterTheInstruction() {
        TrapRun run = HandmadeTrap.of("8b 07").with("rdi", DEVICE).with("rflags", Rflags.TF | 2).answers(0x55).run();
        assertThat(run).isException(Outcome.Exception.DB).hasRegister("rax", 0x55).continuesAt(CODE + 2);
        assertThat(((Outcome.Exception) run.outcome()).complete()).isTrue();
    }

    /// Intel SDM vol. 2, LOCK.
    @Test
    void aLockPrefixWhereThereIsNoneIsAnInvalidOpcode() {
        assertFault(HandmadeTrap.of("f0 8907").with("rdi", DEVICE).run(), Outcome.Exception.UD, 0, 0);
    }
}
