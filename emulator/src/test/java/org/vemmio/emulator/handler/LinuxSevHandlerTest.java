package org.vemmio.emulator.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// Linux arch/x86/coco/sev, `vc_handle_mmio` and what it calls, as of 6.12.
class LinuxSevHandlerTest {
    private static final String PADDING = "90".repeat(14);

    private static TestMachine machine(String code) {
        TestMachine machine = TestMachine.of(code + PADDING).at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-sev"));
        return machine;
    }

    private static FailureReason reason(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).failure().reason();
    }

    private static void assertPageFault(Outcome outcome, int errorCode, long address) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
            assertThat(fault.vector()).isEqualTo(Outcome.Exception.PF);
            assertThat(fault.errorCode()).isEqualTo(errorCode);
            assertThat(fault.address()).isEqualTo(address);
        });
    }

    @Test
    void theDecodedAddressIsAccessedWhateverTheTrapSays() {
        TestMachine machine = machine("8b4708");
        machine.trap = Trap.at(0x1234, 0x5678);
        machine.device.write(8, 4, 0xcafe);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0xcafe);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "read 4 bytes at 0xfe000008 = 0xcafe");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "c60780, none", "c70700000080, none", "8b07, none", "0fb607, stale upper half: rax",
        "48c70700000080, 'wrong value: bits 63:32 are bookkeeping of the decoder instead of the sign'"})
    void successThatDiffersFromTheProcessorIsAHazard(String code, String hazard) {
        assertThat(machine(code).run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.hazards()).extracting(Object::toString)
                        .isEqualTo(hazard == null ? List.of() : List.of(hazard)));
    }

    @ParameterizedTest
    @CsvSource({
        "8807, write 1 byte at 0xfe000000 = 0x88",
        "8907, write 4 bytes at 0xfe000000 = 0xbbccdd88",
        "488907, write 8 bytes at 0xfe000000 = 0x99aabbbbccdd88",
        "c60780, write 1 byte at 0xfe000000 = 0x80",
        "c707ffffff80, write 4 bytes at 0xfe000000 = 0x80ffffff",
        "48c707ffffff80, write 8 bytes at 0xfe000000 = 0x40180ffffff"})
    void writesCarryTheirExactSize(String code, String access) {
        TestMachine machine = machine(code).with(Gpr.RAX, 0x0099_aabb_bbcc_dd88L);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(access);
    }

    @Test
    void anAccessThatCrossesAPageIsNotSplit() {
        TestMachine machine = machine("8b07").at(0xffe);
        machine.device.write(0xffe, 4, 0x1234_5678);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "read 4 bytes at 0xfe000ffe = 0x12345678");
    }

    @ParameterizedTest
    @CsvSource({"8b07, 0", "8907, 2"})
    void anAddressWithoutTranslationIsTheGuestsPageFault(String code, int errorCode) {
        TestMachine machine = machine(code).with(Gpr.RDI, 0x77_7123);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertPageFault(machine.run(), errorCode, 0x77_7123);
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void bytesThatCannotBeFetchedAreTheGuestsPageFault() {
        TestMachine machine = TestMachine.of("8b07").at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-sev"));
        assertPageFault(machine.run(), LinearMemory.PF_FETCH, TestMachine.CODE);

        machine.cpu.setRip(0x77_7000);
        machine.cpu.setCpl(3);
        assertPageFault(machine.run(), LinearMemory.PF_FETCH | LinearMemory.PF_USER, 0x77_7000);
    }

    @ParameterizedTest
    @CsvSource({"8b07, 0, NOT_TRANSLATED", "8b07, 3, USER_MODE", "f366ab, 0, MMIO_DECODE_FAILED",
        "8b07, 1, USER_MODE", "66ab, 3, MMIO_DECODE_FAILED", "64658b07, 0, NO_ADDRESS"})
    void whatItCannotDoItRefuses(String code, int cpl, FailureReason expected) {
        TestMachine machine = machine(code).with(Gpr.RDI, TestMachine.RAM);
        machine.cpu.setCpl(cpl);
        assertThat(reason(machine.run())).isEqualTo(expected);
    }

    @Test
    void movsIsDoneOneElementPerTrap() {
        TestMachine machine = machine("f3a5").with(Gpr.RSI, TestMachine.RAM).at(0x20).with(Gpr.RCX, 3);
        machine.memory.write(TestMachine.RAM, 8, 0x2222_2222_1111_1111L);
        machine.memory.write(TestMachine.RAM + 8, 4, 0x3333_3333L);
        List<Boolean> complete = new ArrayList<>();
        try (MmioEngine engine = machine.engine()) {
            for (int i = 0; i < 3; i++) {
                assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE);
                Outcome outcome = engine.handle(machine.trap, machine.cpu, machine.memory);
                complete.add(((Outcome.Emulated) outcome).complete());
                assertThat(machine.accesses).hasSize(i + 1);
            }
        }
        assertThat(complete).containsExactly(false, false, true);
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
        assertThat(machine.cpu.gpr(Gpr.RCX)).isZero();
        assertThat(machine.cpu.gpr(Gpr.RSI)).isEqualTo(TestMachine.RAM + 12);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "write 4 bytes at 0xfe000020 = 0x11111111", "write 4 bytes at 0xfe000024 = 0x22222222",
                "write 4 bytes at 0xfe000028 = 0x33333333");
    }

    @Test
    void movsGoesDownAndFromDeviceToDevice() {
        TestMachine machine = machine("a4").with(Gpr.RSI, TestMachine.DEVICE + 5).at(0x20);
        machine.cpu.setRflags(Rflags.DF | 2);
        machine.device.write(5, 1, 0x7f);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "read 1 byte at 0xfe000005 = 0x7f", "write 1 byte at 0xfe000020 = 0x7f");
        assertThat(machine.cpu.gpr(Gpr.RSI)).isEqualTo(TestMachine.DEVICE + 4);
        assertThat(machine.cpu.gpr(Gpr.RDI)).isEqualTo(TestMachine.DEVICE + 0x1f);
    }

    @Test
    void aCountOfZeroMovesOneElementAndWraps() {
        TestMachine machine = machine("f3a4").with(Gpr.RSI, TestMachine.DEVICE).at(0x20).with(Gpr.RCX, 0);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class, emulated -> {
            assertThat(emulated.complete()).isFalse();
            assertThat(emulated.hazards()).extracting(Object::toString)
                    .containsExactly("repeat: a count of 0 moves one element and wraps");
        });
        assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(-1);
        assertThat(machine.accesses).hasSize(2);
    }

    @Test
    void movsIgnoresSegmentsAndAddressSize() {
        TestMachine machine = machine("6467a4").with(Gpr.RSI, TestMachine.DEVICE).at(0x20);
        machine.cpu.setSegmentBase(Segment.FS, 0x55_5000);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.hazards()).extracting(hazard -> hazard.kind().name())
                        .containsExactly("ADDRESS"));
        assertThat(machine.accesses).hasSize(2);
    }

    @Test
    void movsIntoUnmappedMemoryHasReadAlready() {
        TestMachine machine = machine("a4").with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, 0x77_7000);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertPageFault(machine.run(), LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE, 0x77_7000);
        assertThat(machine.accesses).hasSize(1);
        assertThat(machine.cpu).isEqualTo(before);
    }
}
