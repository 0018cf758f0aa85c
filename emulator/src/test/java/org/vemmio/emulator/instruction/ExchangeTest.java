package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.Outcome;

/// Intel SDM vol. 2, CMPXCHG, CMPXCHG8B/CMPXCHG16B, XADD and XCHG.
class ExchangeTest {
    private static final long VALUE = 0x8877_6655_4433_2211L;
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;
    private static final long ALL_FLAGS = OTHER_FLAGS | Rflags.ARITHMETIC;

    private static long parse(String number) {
        return Long.parseUnsignedLong(number.substring(2).replace("_", ""), 16);
    }

    /// The device holds 0x8877665544332211.
    @ParameterizedTest
    @CsvSource({
        "860f, 1, 0x0102_0304_0506_0708, 0x0102_0304_0506_0711",
        "862f, 1, 0x0102_0304_0506_0708, 0x0102_0304_0506_1108",
        "66 870f, 2, 0x0102_0304_0506_0708, 0x0102_0304_0506_2211",
        "870f, 4, 0x0102_0304_0506_0708, 0x4433_2211",
        "48 870f, 8, 0x0102_0304_0506_0708, 0x8877_6655_4433_2211",
        "f0 870f, 4, 0x0102_0304_0506_0708, 0x4433_2211"})
    void xchg(String code, int size, String before, String after) {
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            TestMachine machine = TestMachine.of(code).at(0).with(Gpr.RCX, parse(before));
            machine.device.write(0, 8, VALUE);
            machine.cpu.setRflags(rflags);
            assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
            assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(parse(after));
            long mask = MemoryRef.mask(8 * size);
            long moved = code.equals("862f") ? parse(before) >>> 8 : parse(before);
            assertThat(machine.device.read(0, 8)).isEqualTo(VALUE & ~mask | moved & mask);
            assertThat(machine.cpu.rflags()).isEqualTo(rflags);
        }
    }

    /// Flags are those of ADD, which the tests of arithmetic judge.
    @ParameterizedTest
    @CsvSource({
        "0fc00f, 000f, 1, 0x11", "66 0fc10f, 66 010f, 2, 0x2211", "0fc10f, 010f, 4, 0x4433_2211",
        "48 0fc10f, 48 010f, 8, 0x8877_6655_4433_2211", "f0 0fc10f, 010f, 4, 0x4433_2211"})
    void xadd(String code, String add, int size, String old) {
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            for (long rcx : new long[] {0, 1, -1, ~VALUE, -VALUE, Long.MIN_VALUE}) {
                TestMachine machine = machine(code, rflags).with(Gpr.RCX, rcx);
                TestMachine reference = machine(add, rflags).with(Gpr.RCX, rcx);
                assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(reference.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(machine.device.contents()).isEqualTo(reference.device.contents());
                assertThat(machine.cpu.rflags()).isEqualTo(reference.cpu.rflags());
                assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(Gpr.merge(rcx, size, parse(old)));
            }
        }
    }

    private static TestMachine machine(String code, long rflags) {
        TestMachine machine = TestMachine.of(code).at(0);
        machine.device.write(0, 8, VALUE);
        machine.cpu.setRflags(rflags);
        return machine;
    }

    /// Flags are those of CMP with the accumulator. An equal comparison leaves all of RAX alone, whatever the size; an
    /// unequal one writes the operand back with the value it had.
    @ParameterizedTest
    @CsvSource({
        "0fb00f, 3a07, 1", "66 0fb10f, 66 3b07, 2", "0fb10f, 3b07, 4", "48 0fb10f, 48 3b07, 8", "f0 0fb10f, 3b07, 4"})
    void cmpxchg(String code, String compare, int size) {
        long mask = MemoryRef.mask(8 * size);
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            for (long rax : new long[] {VALUE, ~mask | VALUE, VALUE ^ 1, ~VALUE, 0, -1}) {
                boolean equal = (rax & mask) == (VALUE & mask);
                TestMachine machine = machine(code, rflags).with(Gpr.RAX, rax).with(Gpr.RCX, 0x0102_0304_0506_0708L);
                TestMachine reference = machine(compare, rflags).with(Gpr.RAX, rax);
                assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(reference.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(machine.cpu.rflags()).isEqualTo(reference.cpu.rflags());
                assertThat(machine.cpu.rflags() & Rflags.ZF).isEqualTo(equal ? Rflags.ZF : 0);
                assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(equal ? rax : Gpr.merge(rax, size, VALUE));
                long written = equal ? 0x0102_0304_0506_0708L : VALUE;
                assertThat(machine.device.read(0, 8)).isEqualTo(VALUE & ~mask | written & mask);
                assertThat(machine.accesses).hasSize(2);
                assertThat(machine.accesses.getLast()).hasToString("write %s at 0xfe000000 = 0x%x".formatted(
                        size == 1 ? "1 byte" : size + " bytes", written & mask));
            }
        }
    }

    /// Of the flags, ZF alone changes. Bits 63:32 of RAX and RDX are cleared if they are written.
    @ParameterizedTest
    @ValueSource(strings = {"0fc70f", "f0 0fc70f", "66 0fc70f"})
    void cmpxchg8b(String code) {
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            for (long expected : new long[] {VALUE, VALUE ^ 1, VALUE ^ 1L << 32}) {
                boolean equal = expected == VALUE;
                TestMachine machine = machine(code, rflags)
                        .with(Gpr.RAX, expected | -1L << 32).with(Gpr.RDX, expected >>> 32 | -1L << 32)
                        .with(Gpr.RBX, 0x1111_1111_0506_0708L).with(Gpr.RCX, 0x2222_2222_0102_0304L);
                assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(machine.device.read(0, 8)).isEqualTo(equal ? 0x0102_0304_0506_0708L : VALUE);
                assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(equal ? VALUE | -1L << 32 : VALUE & 0xffff_ffffL);
                assertThat(machine.cpu.gpr(Gpr.RDX)).isEqualTo(equal ? VALUE >>> 32 | -1L << 32 : VALUE >>> 32);
                assertThat(machine.cpu.rflags()).isEqualTo(rflags & ~Rflags.ZF | (equal ? Rflags.ZF : 0));
                assertThat(machine.accesses).hasSize(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"48 0fc70f", "f0 48 0fc70f"})
    void cmpxchg16b(String code) {
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            for (long[] expected : new long[][] {{VALUE, ~VALUE}, {VALUE ^ 1, ~VALUE}, {VALUE, VALUE}}) {
                boolean equal = expected[0] == VALUE && expected[1] == ~VALUE;
                TestMachine machine = machine(code, rflags).at(0x20).with(Gpr.RAX, expected[0]).with(Gpr.RDX, expected[1])
                        .with(Gpr.RBX, 5).with(Gpr.RCX, 6);
                machine.device.write(0x20, 8, VALUE);
                machine.device.write(0x28, 8, ~VALUE);
                assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
                assertThat(machine.device.read(0x20, 8)).isEqualTo(equal ? 5 : VALUE);
                assertThat(machine.device.read(0x28, 8)).isEqualTo(equal ? 6 : ~VALUE);
                assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(VALUE);
                assertThat(machine.cpu.gpr(Gpr.RDX)).isEqualTo(~VALUE);
                assertThat(machine.cpu.rflags()).isEqualTo(rflags & ~Rflags.ZF | (equal ? Rflags.ZF : 0));
                assertThat(machine.accesses).extracting(access -> access.size()).containsExactly(16, 16);
            }
        }
    }

    /// CMPXCHG16B wants its operand aligned (Intel SDM vol. 2); the others do not.
    @ParameterizedTest
    @CsvSource({"48 0fc70f, 8, true", "f0 48 0fc70f, 1, true", "0fc70f, 3, false", "48 0fb10f, 5, false"})
    void alignment(String code, int offset, boolean faults) {
        TestMachine machine = TestMachine.of(code).at(offset);
        CpuState before = CpuState.copyOf(machine.cpu);
        Outcome outcome = machine.run();
        if (faults) {
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Exception.class,
                    fault -> assertThat(fault.vector()).isEqualTo(Outcome.Exception.GP));
            assertThat(machine.cpu).isEqualTo(before);
            assertThat(machine.accesses).isEmpty();
        } else {
            assertThat(outcome).isInstanceOf(Outcome.Emulated.class);
        }
    }

    /// The address comes from the register as it was.
    @Test
    void aRegisterThatIsAddressAndOperand() {
        TestMachine machine = TestMachine.of("48 873f").at(8);
        machine.device.write(8, 8, VALUE);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RDI)).isEqualTo(VALUE);
        assertThat(machine.device.read(8, 8)).isEqualTo(TestMachine.DEVICE + 8);
    }
}
