package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// The exceptions that the processor itself raises, whatever the instruction, and their precedence.
class InstructionFaultsTest {
    private static void assertFault(Outcome outcome, int vector, int errorCode, long address) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
            assertThat(Outcome.Exception.name(fault.vector())).isEqualTo(Outcome.Exception.name(vector));
            assertThat(fault.errorCode()).isEqualTo(errorCode);
            assertThat(fault.address()).isEqualTo(address);
            assertThat(fault.complete()).isFalse();
        });
    }

    @Test
    void aPageFaultOnTheSecondPageTellsThatPage() {
        TestMachine machine = TestMachine.of("4889 07").with(Gpr.RDI, TestMachine.RAM + 0xffc);
        assertFault(machine.run(), Outcome.Exception.PF, LinearMemory.PF_WRITE, TestMachine.RAM + 0x1000);
        assertThat(machine.memory.read(TestMachine.RAM + 0xffc, 4)).isZero();
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
        TestMachine machine = TestMachine.of(code).with(Gpr.RDI, value).with(Gpr.RBP, value);
        machine.cpu.setCr4(fiveLevels ? machine.cpu.cr4() | Cr.CR4_LA57 : machine.cpu.cr4() & ~Cr.CR4_LA57);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class,
                fault -> assertThat(Outcome.Exception.name(fault.vector())).isEqualTo(exception));
    }

    /// Intel SDM vol. 3, 5.3: a limit is the last valid offset.
    @ParameterizedTest
    @CsvSource({"0x1003, emulated", "0x1002, #GP", "-1, emulated"})
    void aSegmentLimitIsChecked(String limit, String expected) {
        TestMachine machine = new TestMachine(CodeMode.CODE32, "8b 07").at(0x1000 - TestMachine.DEVICE);
        machine.cpu.setSegmentBase(Segment.DS, TestMachine.DEVICE);
        machine.cpu.setSegmentLimit(Segment.DS, Long.decode(limit));
        Outcome outcome = machine.run();
        assertThat(outcome instanceof Outcome.Exception fault ? Outcome.Exception.name(fault.vector()) : "emulated")
                .isEqualTo(expected);
    }

    /// As an AMD EPYC of family 26 does; Intel SDM vol. 3, 7.9, leaves the order to the processor.
    @Test
    void anAlignmentCheckComesBeforeAPageFault() {
        TestMachine machine = TestMachine.of("8b 07").with(Gpr.RDI, 0x77_7001);
        machine.cpu.setCpl(3);
        machine.cpu.setRflags(Rflags.AC | 2);
        assertFault(machine.run(), Outcome.Exception.AC, 0, 0);
    }

    @Test
    void theTrapFlagRaisesDbAfterTheInstruction() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        machine.device.write(0, 4, 0x55);
        machine.cpu.setRflags(Rflags.TF | 2);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class, trap -> {
            assertThat(trap.vector()).isEqualTo(Outcome.Exception.DB);
            assertThat(trap.complete()).isTrue();
        });
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x55);
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
    }

    /// Intel SDM vol. 2, LOCK.
    @Test
    void aLockPrefixWhereThereIsNoneIsAnInvalidOpcode() {
        assertFault(TestMachine.of("f0 8907").at(0).run(), Outcome.Exception.UD, 0, 0);
    }
}
