package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// What the recordings leave out of the string instructions (Intel SDM vol. 2, REP, MOVS, CMPS, STOS, LODS, SCAS):
/// faults in the middle, bounds on iterations, address sizes, other modes.
class StringsTest {
    private static final int COUNT = 12;
    private static final long END_OF_RAM = TestMachine.RAM + 0x1000;

    private static Outcome toTheEnd(TestMachine machine, int bound) {
        machine.options = builder -> builder.repeatBound(bound);
        try (MmioEngine engine = machine.engine()) {
            Outcome outcome;
            do {
                outcome = engine.handle(machine.trap, machine.cpu, machine.memory);
            } while (outcome instanceof Outcome.Emulated emulated && !emulated.complete());
            return outcome;
        }
    }

    static Stream<Arguments> repeated() {
        return Stream.of("f3a4", "f366a5", "f3a5", "f348a5", "f3aa", "f348ab", "f3ac", "f348ad", "f3a6", "f3a7", "f2af",
                "f248af").flatMap(code -> Stream.of(false, true).map(down -> Arguments.of(code, down)));
    }

    /// A machine whose string of [#COUNT] equal elements leaves memory after `whole` of them: upwards at the end of
    /// RAM, downwards at the start of the device. SCAS, which goes on while the elements differ, looks for another
    /// value.
    private static TestMachine faultingAfter(String code, boolean down, int whole) {
        boolean bytes = "468ace".indexOf(code.charAt(code.length() - 1)) >= 0;
        int size = code.contains("66") ? 2 : code.contains("48") ? 8 : bytes ? 1 : 4;
        long start = down ? TestMachine.DEVICE + (whole - 1L) * size : END_OF_RAM - (long) whole * size;
        TestMachine machine = TestMachine.of(code).with(Gpr.RSI, start).with(Gpr.RDI, start).with(Gpr.RCX, COUNT)
                .with(Gpr.RAX, -1);
        machine.cpu.setRflags(down ? Rflags.DF | 2 : 2);
        return machine;
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void aFaultLeavesTheRegistersAtItsElementWhateverTheBound(String code, boolean down) {
        for (int whole = 0; whole < COUNT; whole++) {
            TestMachine unbounded = faultingAfter(code, down, whole);
            CpuState before = CpuState.copyOf(unbounded.cpu);
            Outcome outcome = toTheEnd(unbounded, Integer.MAX_VALUE);
            String where = "%s after %d".formatted(code, whole);
            assertThat(outcome).as(where).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
                assertThat(fault.vector()).isEqualTo(Outcome.Exception.PF);
                assertThat(fault.complete()).isFalse();
            });
            assertThat(unbounded.cpu.gpr(Gpr.RCX)).isEqualTo(COUNT - whole);
            assertThat(unbounded.cpu.rip()).isEqualTo(before.rip());
            for (int bound : List.of(1, 2, 3, 5, COUNT)) {
                TestMachine bounded = faultingAfter(code, down, whole);
                assertThat(toTheEnd(bounded, bound)).as("%s after %d, bound %d", code, whole, bound).isEqualTo(outcome);
                assertThat(bounded.cpu).isEqualTo(unbounded.cpu);
                assertThat(bounded.accesses).isEqualTo(unbounded.accesses);
                assertThat(bounded.memory.contents(TestMachine.RAM, 0x1000))
                        .isEqualTo(unbounded.memory.contents(TestMachine.RAM, 0x1000));
            }
        }
    }

    /// The strings are equal but for element 5 of the device's, which alone is what SCAS looks for.
    @ParameterizedTest
    @CsvSource({"f3a6, 6", "f2a6, 1", "f3ae, 1", "f2ae, 6"})
    void aComparisonEndsWhereItsPrefixSays(String code, int compared) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RSI, TestMachine.RAM).at(0).with(Gpr.RCX, COUNT).with(Gpr.RAX, 0x77);
        machine.device.write(5, 1, 0x77);
        assertThat(toTheEnd(machine, 1024)).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RDI)).isEqualTo(TestMachine.DEVICE + compared);
        assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(COUNT - compared);
    }

    @ParameterizedTest
    @CsvSource({"f3a4", "f348ab", "f3ac", "f3a6", "f2af", "67f3a4"})
    void aCountOfZeroDoesNothing(String code) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RSI, 0x77_7000).with(Gpr.RDI, 0x77_7000).with(Gpr.RCX, 0)
                .with(Gpr.RAX, 3);
        if (code.startsWith("67")) {
            machine.with(Gpr.RCX, 0x1_0000_0000L);
        }
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.effect()).isEqualTo(Outcome.Effect.NO_ACCESS));
        before.setRip(machine.cpu.rip());
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void a32BitAddressSizeClearsTheUpperHalves() {
        TestMachine machine = TestMachine.of("67f3a4").with(Gpr.RSI, 0xffff_0000_0000_0000L | TestMachine.RAM)
                .with(Gpr.RDI, 0xffff_0000_0000_0000L | TestMachine.DEVICE).with(Gpr.RCX, 0xffff_0000_0000_0003L);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(List.of(machine.cpu.gpr(Gpr.RSI), machine.cpu.gpr(Gpr.RDI), machine.cpu.gpr(Gpr.RCX)))
                .containsExactly(TestMachine.RAM + 3, TestMachine.DEVICE + 3, 0L);
    }

    @Test
    void a16BitAddressSizeWrapsAndKeepsTheRest() {
        TestMachine machine = new TestMachine(CodeMode.CODE16, "f3aa").with(Gpr.RDI, 0xabcd_fffeL).with(Gpr.RCX, 0x1234_0004L)
                .with(Gpr.RAX, 0x5a);
        machine.cpu.setSegmentBase(Segment.ES, TestMachine.DEVICE - 0xf000);
        machine.device.write(0xffe, 2, 0);
        Outcome outcome = machine.run();
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Exception.class,
                fault -> assertThat(fault.address()).isEqualTo(TestMachine.DEVICE - 0xf000));
        assertThat(machine.device.read(0xffe, 2)).isEqualTo(0x5a5a);
        assertThat(machine.cpu.gpr(Gpr.RDI)).isEqualTo(0xabcd_0000L);
        assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(0x1234_0002L);
    }

    @ParameterizedTest
    @CsvSource({"64a4, 0x2000, 0", "65a4, 0, 0x2000"})
    void aSegmentOverrideChangesTheSourceAlone(String code, String fs, String gs) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RSI, TestMachine.DEVICE).at(8);
        machine.cpu.setSegmentBase(Segment.FS, Long.decode(fs));
        machine.cpu.setSegmentBase(Segment.GS, Long.decode(gs));
        machine.memory.write(TestMachine.RAM, 1, 0x5a);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.device.read(8, 1)).isEqualTo(0x5a);
    }

    /// MOVS and STOS write their destination; CMPS and SCAS, which read it, do not.
    @ParameterizedTest
    @CsvSource({"a4, true", "48a5, true", "f3aa, true", "66ab, true", "a6, false", "f348a7, false", "ae, false",
        "f2af, false"})
    void readOnlyMemoryFaultsWhereItIsWritten(String code, boolean writes) {
        long readOnly = 0x50_0000;
        TestMachine machine = TestMachine.of(code).with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, readOnly).with(Gpr.RCX, 1);
        MemoryMap memory = MemoryMap.builder().device(TestMachine.DEVICE, TestMachine.GPA, 0x1000)
                .readOnly(readOnly, new byte[8]).code(TestMachine.CODE, HexFormat.of().parseHex(code)).build();
        try (MmioEngine engine = machine.engine()) {
            Outcome outcome = engine.handle(machine.trap, machine.cpu, memory);
            if (writes) {
                assertThat(outcome).isException(Outcome.Exception.PF).hasFaultAddress(readOnly)
                        .hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE);
                assertThat(machine.accesses).isEmpty();
            } else {
                assertThat(outcome).isEmulated();
            }
        }
    }

    /// In 64-bit mode an override to SS is ignored, and with it that a fault in SS is #SS (Intel SDM vol. 1, 3.3.4).
    @ParameterizedTest
    @CsvSource({"CODE64, 36ac, 13", "CODE64, ac, 13", "CODE32, 36ac, 12", "CODE32, ac, 13"})
    void anOverrideToTheStackSegmentCountsOutside64BitMode(CodeMode mode, String code, int vector) {
        TestMachine machine = new TestMachine(mode, code).with(Gpr.RSI, 0x0100_0000_8000_0000L);
        machine.cpu.setSegmentLimit(Segment.DS, 0xfff);
        machine.cpu.setSegmentLimit(Segment.SS, 0xfff);
        assertThat(machine.run()).isException(vector).hasErrorCode(0);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0x8d5, 0x8d5"})
    void aMoveLeavesTheFlags(String flags, String expected) {
        TestMachine machine = TestMachine.of("f3a4").with(Gpr.RSI, TestMachine.RAM).at(0).with(Gpr.RCX, 3);
        machine.cpu.setRflags(Long.decode(flags) | 2);
        machine.run();
        assertThat(machine.cpu.rflags()).isEqualTo(Long.decode(expected) | 2);
    }

    @Test
    void theTrapFlagStopsAfterEachIteration() {
        TestMachine machine = TestMachine.of("f3a4").with(Gpr.RSI, TestMachine.RAM).at(0).with(Gpr.RCX, 2);
        machine.cpu.setRflags(Rflags.TF | 2);
        try (MmioEngine engine = machine.engine()) {
            for (long left = 1; left >= 0; left--) {
                assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE);
                assertThat(engine.handle(machine.trap, machine.cpu, machine.memory))
                        .isInstanceOfSatisfying(Outcome.Exception.class, trap -> {
                            assertThat(trap.vector()).isEqualTo(Outcome.Exception.DB);
                            assertThat(trap.complete()).isEqualTo(machine.cpu.rip() != TestMachine.CODE);
                        });
                assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(left);
            }
        }
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
    }
}
