package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// What is checked of the elements of a masked access before the first one is made.
class ElementChecksTest {
    /// `vmovups [rdi]{k1}, zmm1`: elements 0 to 3 lie on the device, the others in memory that may be read alone.
    @Test
    void anElementThatMayNotBeWrittenKeepsTheOthersFromIt() {
        String code = "62f17c49110f";
        TestMachine machine = TestMachine.of(code).at(0x1ff0);
        machine.cpu.setMask(1, 0x11);
        MemoryMap memory = MemoryMap.builder().device(TestMachine.DEVICE, TestMachine.GPA, 0x2000)
                .readOnly(TestMachine.RAM, new byte[0x1000]).code(TestMachine.CODE, HexFormat.of().parseHex(code)).build();
        try (MmioEngine engine = machine.engine()) {
            assertThat(engine.handle(machine.trap, machine.cpu, memory)).isException(Outcome.Exception.PF)
                    .hasFaultAddress(TestMachine.RAM).hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE);
        }
        assertThat(machine.accesses).isEmpty();
    }

    /// Element by element an access is aligned where its elements are: `vmovups` of 64 bytes with and without a mask.
    @ParameterizedTest
    @CsvSource({
        "62f17c48100f, 4, true", "62f17c48100f, 16, false", "62f17c49100f, 4, false", "62f17c49100f, 2, true",
        "62f17c49110f, 4, false", "62f17c49110f, 2, true"})
    void alignmentIsCheckedElementByElementUnderAMask(String code, int offset, boolean faults) {
        TestMachine machine = TestMachine.of(code).at(offset);
        machine.cpu.setMask(1, 3);
        machine.cpu.setCpl(3);
        machine.cpu.setRflags(Rflags.AC | 2);
        Outcome outcome = machine.run();
        if (faults) {
            assertThat(outcome).isException(Outcome.Exception.AC);
        } else {
            assertThat(outcome).isEmulated();
        }
    }

    /// `maskmovdqu xmm1, xmm2`, whose bytes that it does not store fault too, as on AMD's processors, and `vmaskmovps
    /// [rdi], xmm2, xmm1`, whose elements do not (Intel SDM vol. 2, MASKMOVDQU and VMASKMOV).
    @ParameterizedTest
    @CsvSource({"660ff7ca, true", "c4e2692e0f, false"})
    void anElementThatIsNotStoredFaultsInAByteMoveAlone(String code, boolean faults) {
        long unmapped = 0x77_7000;
        Outcome outcome = TestMachine.of(code).with(Gpr.RDI, unmapped).run();
        if (faults) {
            assertThat(outcome).isException(Outcome.Exception.PF).hasFaultAddress(unmapped)
                    .hasErrorCode(LinearMemory.PF_WRITE);
        } else {
            assertThat(outcome).hasEffect(Outcome.Effect.NO_ACCESS);
        }
    }
}
