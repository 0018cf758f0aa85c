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
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Intel SDM vol. 1, 6.2 (the stack), and vol. 2, POP and PUSH.
class StackTest {
    private static final long VALUE = 0x8877_6655_4433_2211L;
    /// The bytes of [#VALUE] in memory.
    private static final String HELD = "1122334455667788";
    private static final long STACK = 0x10_2800;
    private static final long LOW = 0x10_0000;

    @ParameterizedTest
    @CsvSource({"ff37, 8", "48ff37, 8", "66ff37, 2", "6648ff37, 8", "67ff37, 8"})
    void pushStoresBelowTheStackPointer(String code, int size) {
        long moved = VALUE & MemoryRef.mask(8 * size);
        TrapRun run = HandmadeTrap.of(code).with("rdi", LOW).with("rsp", STACK).with("rflags", 2 | Rflags.ARITHMETIC)
                .window(LOW, DEVICE_GPA, 0x1000).answers(VALUE).memory(STACK - 8, "ff".repeat(16)).run();
        assertThat(run).isEmulated().changedOnly("rsp").hasRegister("rsp", STACK - size)
                .accesses().are(read(DEVICE_GPA, size, moved));
        assertThat(run.memory().read(STACK - size, size)).isEqualTo(moved);
        assertThat(run.memory().read(STACK, 8)).isEqualTo(-1);
        assertThat(run.memory().read(STACK - 8, 8)).isEqualTo(size == 8 ? VALUE : VALUE << 48 | -1L >>> 16);
    }

    @ParameterizedTest
    @CsvSource({"8f07, 8", "488f07, 8", "668f07, 2", "66488f07, 8", "678f07, 8"})
    void popLoadsFromTheStackPointer(String code, int size) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", LOW).with("rsp", STACK).with("rflags", 2 | Rflags.ARITHMETIC)
                .window(LOW, DEVICE_GPA, 0x1000).memory(STACK, HELD).run();
        assertThat(run).isEmulated().changedOnly("rsp").hasRegister("rsp", STACK + size)
                .accesses().are(write(DEVICE_GPA, size, VALUE & MemoryRef.mask(8 * size)));
        assertThat(run.memory().read(STACK, 8)).isEqualTo(VALUE);
    }

    /// An operand based on the stack pointer is addressed before a push decrements it, and after a pop increments it.
    @ParameterizedTest
    @CsvSource({
        "ff742408, read 8 bytes at 0xfe000108 = 0x0, write 8 bytes at 0xfe0000f8 = 0x0",
        "8f442408, read 8 bytes at 0xfe000100 = 0x0, write 8 bytes at 0xfe000110 = 0x0",
        "668f442408, read 2 bytes at 0xfe000100 = 0x0, write 2 bytes at 0xfe00010a = 0x0",
        "678f442408, read 8 bytes at 0xfe000100 = 0x0, write 8 bytes at 0xfe000110 = 0x0",
        "8f04cc, read 8 bytes at 0xfe000100 = 0x0, write 8 bytes at 0xfe000118 = 0x0",
        "8f442500, read 8 bytes at 0xfe000100 = 0x0, write 8 bytes at 0xfe000200 = 0x0"})
    void anOperandBasedOnTheStackPointer(String code, String first, String second) {
        assertThat(HandmadeTrap.of(code).with("rsp", LOW + 0x100).with("rcx", 2).with("rbp", LOW + 0x200)
                .window(LOW, DEVICE_GPA, 0x1000).answers(0).run())
                .isEmulated().accesses().haveTexts(first, second);
    }

    @ParameterizedTest
    @CsvSource({"ff37, -4", "66ff37, -2", "8f07, 4", "668f07, 2"})
    void in32BitCode(String code, int step) {
        TrapRun run = HandmadeTrap.of(code).mode(CodeMode.CODE32).with("rdi", DEVICE_GPA).with("rsp", STACK)
                .answers(VALUE).memory(STACK - 8, "00".repeat(8) + HELD).run();
        int size = Math.abs(step);
        long moved = VALUE & MemoryRef.mask(8 * size);
        assertThat(run).isEmulated().changedOnly("rsp").hasRegister("rsp", STACK + step)
                .accesses().are(step < 0 ? read(DEVICE_GPA, size, moved) : write(DEVICE_GPA, size, moved));
        assertThat(run.memory().read(STACK - size, size)).isEqualTo(step < 0 ? moved : 0);
        assertThat(run.memory().read(STACK, 8)).isEqualTo(VALUE);
    }

    /// SP alone is the stack pointer: it wraps, and the rest of ESP stays.
    @ParameterizedTest
    @CsvSource({
        "ff35, 0x12340000, 0x1234fffe, 0xfffe, 2",
        "66ff35, 0x12340002, 0x1234fffe, 0xfffe, 4",
        "8f05, 0x1234fffe, 0x12340000, 0xfffe, 2",
        "668f05, 0x1234fffe, 0x12340002, 0xfffe, 4"})
    void in16BitCode(String code, long before, long after, long offset, int size) {
        boolean push = code.contains("ff");
        TrapRun run = HandmadeTrap.of(code).mode(CodeMode.CODE16).with("rsp", before).with("ds", LOW)
                .with("ss", STACK - offset).window(LOW, DEVICE_GPA, 0x1000).answers(VALUE)
                .memory(STACK, HELD.substring(2, 2 + 2 * size)).run();
        long moved = (push ? VALUE : VALUE >>> 8) & MemoryRef.mask(8 * size);
        assertThat(run).isEmulated().hasRegister("rsp", after)
                .accesses().are(push ? read(DEVICE_GPA, size, moved) : write(DEVICE_GPA, size, moved));
        assertThat(run.memory().read(STACK, size)).isEqualTo(moved);
    }

    /// POP [ESP] in 16-bit code: SP wraps to 0 before ESP is used.
    @Test
    void aWrappedStackPointerAsABase() {
        assertThat(HandmadeTrap.of("678f0424").mode(CodeMode.CODE16).with("rsp", 0x2_fffe).with("ss", LOW)
                .window(LOW + 0x2_0000, DEVICE_GPA, 0x1000).memory(LOW + 0xfffe, "3412").run())
                .isEmulated().hasRegister("rsp", 0x2_0000)
                .accesses().haveTexts("write 2 bytes at 0xfe000000 = 0x1234");
    }

    @ParameterizedTest
    @CsvSource({"ff37", "8f07"})
    void theStackMayBeTheDeviceAndTheOperandMemory(String code) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", STACK).with("rsp", DEVICE + 0x100).memory(STACK, HELD)
                .answers(VALUE).run();
        assertThat(run).isEmulated().accesses().are(code.equals("ff37") ? write(DEVICE_GPA + 0xf8, 8, VALUE)
                : read(DEVICE_GPA + 0x100, 8, VALUE));
        assertThat(run.memory().read(STACK, 8)).isEqualTo(VALUE);
    }

    /// Both operands are checked, the one that is read first, before either is accessed.
    @ParameterizedTest
    @CsvSource({
        "ff37, 0x100000, 0x500000, #PF, 0x4ffff8",
        "ff37, 0x100000, 0x8000000000000000, #SS, 0",
        "ff37, 0x600000, 0x500000, #PF, 0x600000",
        "8f07, 0x600000, 0x100100, #PF, 0x600000",
        "8f07, 0x600000, 0x500000, #PF, 0x500000",
        "8f07, 0x8000000000000000, 0x100100, #GP, 0"})
    void aFaultComesBeforeAnyAccess(String code, String operand, String stack, String fault, String address) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", Long.parseUnsignedLong(operand.substring(2), 16))
                .with("rsp", Long.parseUnsignedLong(stack.substring(2), 16)).window(LOW, DEVICE_GPA, 0x1000).run();
        assertThat(run).isException(fault).changedNothing().accesses().areNone();
        assertThat(((Outcome.Exception) run.outcome()).address()).isEqualTo(Long.decode(address));
    }

    @Test
    void aRefusedWriteLeavesTheStackPointer() {
        TrapRun run = HandmadeTrap.of("ff37").with("rdi", DEVICE).with("rsp", DEVICE + 0x100).answers(VALUE)
                .refusesAfter(1).run();
        assertThat(run).hasCheck("device-refused").changedNothing()
                .failure().accesses().are(read(DEVICE_GPA, 8, VALUE));
    }
}
