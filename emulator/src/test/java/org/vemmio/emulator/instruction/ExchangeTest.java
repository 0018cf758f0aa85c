package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Intel SDM vol. 2, CMPXCHG, CMPXCHG8B/CMPXCHG16B, XADD and XCHG.
class ExchangeTest {
    private static final long VALUE = 0x8877_6655_4433_2211L;
    /// [#VALUE] and its complement.
    private static final String HELD = "1122334455667788 eeddccbbaa998877";
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
            long mask = MemoryRef.mask(8 * size);
            long moved = code.equals("862f") ? parse(before) >>> 8 : parse(before);
            assertThat(trap(code, rflags).with("rcx", parse(before)).run()).isEmulated()
                    .hasRegister("rcx", parse(after)).hasRegister("rflags", rflags)
                    .accesses().are(read(DEVICE_GPA, size, VALUE & mask), write(DEVICE_GPA, size, moved & mask));
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
                TrapRun run = trap(code, rflags).with("rcx", rcx).run();
                TrapRun reference = trap(add, rflags).with("rcx", rcx).run();
                assertThat(reference).isEmulated();
                assertThat(run).isEmulated().hasRegister("rflags", reference.after().rflags())
                        .hasRegister("rcx", Gpr.merge(rcx, size, parse(old)));
                assertThat(run.accesses()).isEqualTo(reference.accesses());
            }
        }
    }

    /// A trap on a device that answers [#VALUE] and its complement.
    private static HandmadeTrap trap(String code, long rflags) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rflags", rflags).answers(VALUE, ~VALUE);
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
                TrapRun run = trap(code, rflags).with("rax", rax).with("rcx", 0x0102_0304_0506_0708L).run();
                TrapRun reference = trap(compare, rflags).with("rax", rax).run();
                assertThat(reference).isEmulated();
                assertThat(run).isEmulated().hasRegister("rflags", reference.after().rflags())
                        .hasRegister("rax", equal ? rax : Gpr.merge(rax, size, VALUE));
                assertThat(run.after().rflags() & Rflags.ZF).isEqualTo(equal ? Rflags.ZF : 0);
                assertThat(run).accesses().are(read(DEVICE_GPA, size, VALUE & mask),
                        write(DEVICE_GPA, size, (equal ? 0x0102_0304_0506_0708L : VALUE) & mask));
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
                TrapRun run = trap(code, rflags).with("rax", expected | -1L << 32)
                        .with("rdx", expected >>> 32 | -1L << 32)
                        .with("rbx", 0x1111_1111_0506_0708L).with("rcx", 0x2222_2222_0102_0304L).run();
                assertThat(run).isEmulated().hasRegister("rax", equal ? VALUE | -1L << 32 : VALUE & 0xffff_ffffL)
                        .hasRegister("rdx", equal ? VALUE >>> 32 | -1L << 32 : VALUE >>> 32)
                        .hasRegister("rflags", rflags & ~Rflags.ZF | (equal ? Rflags.ZF : 0))
                        .accesses().are(read(DEVICE_GPA, 8, VALUE),
                                write(DEVICE_GPA, 8, equal ? 0x0102_0304_0506_0708L : VALUE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"48 0fc70f", "f0 48 0fc70f"})
    void cmpxchg16b(String code) {
        for (long rflags : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
            for (long[] expected : new long[][] {{VALUE, ~VALUE}, {VALUE ^ 1, ~VALUE}, {VALUE, VALUE}}) {
                boolean equal = expected[0] == VALUE && expected[1] == ~VALUE;
                TrapRun run = trap(code, rflags).with("rdi", DEVICE + 16).with("rax", expected[0])
                        .with("rdx", expected[1]).with("rbx", 5).with("rcx", 6).holds("ff".repeat(16) + HELD).run();
                assertThat(run).isEmulated().hasRegister("rax", VALUE).hasRegister("rdx", ~VALUE)
                        .hasRegister("rflags", rflags & ~Rflags.ZF | (equal ? Rflags.ZF : 0))
                        .accesses().haveSizes(16, 16);
                assertThat(run.device().read(0, 8)).isEqualTo(-1);
                assertThat(run.device().read(16, 8)).isEqualTo(equal ? 5 : VALUE);
                assertThat(run.device().read(24, 8)).isEqualTo(equal ? 6 : ~VALUE);
            }
        }
    }

    /// CMPXCHG16B wants its operand aligned (Intel SDM vol. 2); the others do not.
    @ParameterizedTest
    @CsvSource({"48 0fc70f, 8, true", "f0 48 0fc70f, 1, true", "0fc70f, 3, false", "48 0fb10f, 5, false"})
    void alignment(String code, int offset, boolean faults) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE + offset).holds("").run();
        if (faults) {
            assertThat(run).isException(Outcome.Exception.GP).changedNothing().accesses().areNone();
        } else {
            assertThat(run).isEmulated();
        }
    }

    /// The address comes from the register as it was.
    @Test
    void aRegisterThatIsAddressAndOperand() {
        assertThat(HandmadeTrap.of("48 873f").with("rdi", DEVICE + 8).answers(VALUE).run()).isEmulated()
                .hasRegister("rdi", VALUE)
                .accesses().are(read(DEVICE_GPA + 8, 8, VALUE), write(DEVICE_GPA + 8, 8, DEVICE + 8));
    }
}
