package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.Outcome;

/// Intel SDM vol. 1, 6.2 (the stack), and vol. 2, POP and PUSH.
class StackTest {
    private static final long VALUE = 0x8877_6655_4433_2211L;
    private static final long STACK = TestMachine.RAM + 0x800;

    @ParameterizedTest
    @CsvSource({"ff37, 8", "48ff37, 8", "66ff37, 2", "6648ff37, 8", "67ff37, 8"})
    void pushStoresBelowTheStackPointer(String code, int size) {
        TestMachine machine = TestMachine.of(code).at(0).with(Gpr.RSP, STACK);
        machine.device.write(0, 8, VALUE);
        machine.memory.write(STACK - 8, 8, -1);
        machine.memory.write(STACK, 8, -1);
        machine.cpu.setRflags(2 | Rflags.ARITHMETIC);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RSP)).isEqualTo(STACK - size);
        assertThat(machine.memory.read(STACK - size, size)).isEqualTo(VALUE & MemoryRef.mask(8 * size));
        assertThat(machine.memory.read(STACK, 8)).isEqualTo(-1);
        assertThat(machine.memory.read(STACK - 8, 8)).isEqualTo(size == 8 ? VALUE : VALUE << 48 | -1L >>> 16);
        assertThat(machine.cpu.rflags()).isEqualTo(2 | Rflags.ARITHMETIC);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "read %d bytes at 0xfe000000 = 0x%x".formatted(size, VALUE & MemoryRef.mask(8 * size)));
    }

    @ParameterizedTest
    @CsvSource({"8f07, 8", "488f07, 8", "668f07, 2", "66488f07, 8", "678f07, 8"})
    void popLoadsFromTheStackPointer(String code, int size) {
        TestMachine machine = TestMachine.of(code).at(0).with(Gpr.RSP, STACK);
        machine.memory.write(STACK, 8, VALUE);
        machine.cpu.setRflags(2 | Rflags.ARITHMETIC);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RSP)).isEqualTo(STACK + size);
        assertThat(machine.device.read(0, 8)).isEqualTo(VALUE & MemoryRef.mask(8 * size));
        assertThat(machine.memory.read(STACK, 8)).isEqualTo(VALUE);
        assertThat(machine.cpu.rflags()).isEqualTo(2 | Rflags.ARITHMETIC);
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
        TestMachine machine = TestMachine.of(code).with(Gpr.RSP, TestMachine.DEVICE + 0x100).with(Gpr.RCX, 2)
                .with(Gpr.RBP, TestMachine.DEVICE + 0x200);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(first, second);
    }

    @ParameterizedTest
    @CsvSource({"ff37, -4", "66ff37, -2", "8f07, 4", "668f07, 2"})
    void in32BitCode(String code, int step) {
        TestMachine machine = new TestMachine(CodeMode.CODE32, code).at(0).with(Gpr.RSP, STACK);
        machine.device.write(0, 8, VALUE);
        machine.memory.write(STACK, 8, ~VALUE);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RSP)).isEqualTo(STACK + step);
        int size = Math.abs(step);
        long mask = MemoryRef.mask(8 * size);
        if (step < 0) {
            assertThat(machine.memory.read(STACK - size, size)).isEqualTo(VALUE & mask);
        } else {
            assertThat(machine.device.read(0, 8)).isEqualTo(VALUE & ~mask | ~VALUE & mask);
        }
    }

    /// SP alone is the stack pointer: it wraps, and the rest of ESP stays.
    @ParameterizedTest
    @CsvSource({
        "ff35, 0x12340000, 0x1234fffe, 0xfffe, 2",
        "66ff35, 0x12340002, 0x1234fffe, 0xfffe, 4",
        "8f05, 0x1234fffe, 0x12340000, 0xfffe, 2",
        "668f05, 0x1234fffe, 0x12340002, 0xfffe, 4"})
    void in16BitCode(String code, long before, long after, long offset, int size) {
        TestMachine machine = new TestMachine(CodeMode.CODE16, code).with(Gpr.RSP, before);
        machine.cpu.setSegmentBase(Segment.DS, TestMachine.DEVICE);
        machine.cpu.setSegmentBase(Segment.SS, STACK - offset);
        machine.device.write(0, size, VALUE);
        machine.memory.write(STACK, size, VALUE >>> 8);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.cpu.gpr(Gpr.RSP)).isEqualTo(after);
        long moved = (code.contains("ff") ? VALUE : VALUE >>> 8) & MemoryRef.mask(8 * size);
        assertThat(machine.device.read(0, size)).isEqualTo(moved);
        assertThat(machine.memory.read(STACK, size)).isEqualTo(moved);
    }

    /// POP [ESP] in 16-bit code: SP wraps to 0 before ESP is used.
    @Test
    void aWrappedStackPointerAsABase() {
        String code = "678f0424";
        TestMachine machine = new TestMachine(CodeMode.CODE16, code).with(Gpr.RSP, 0x2_fffe);
        machine.cpu.setSegmentBase(Segment.SS, TestMachine.DEVICE);
        MemoryMap memory = MemoryMap.builder().code(TestMachine.CODE, HexFormat.of().parseHex(code))
                .device(TestMachine.DEVICE + 0x2_0000, TestMachine.GPA, 0x1000)
                .ram(TestMachine.DEVICE + 0xfffe, new byte[] {0x34, 0x12}).build();
        try (MmioEngine engine = machine.engine()) {
            assertThat(engine.handle(machine.trap, machine.cpu, memory)).isInstanceOf(Outcome.Emulated.class);
        }
        assertThat(machine.accesses).extracting(Object::toString)
                .containsExactly("write 2 bytes at 0xfe000000 = 0x1234");
        assertThat(machine.cpu.gpr(Gpr.RSP)).isEqualTo(0x2_0000);
    }

    @ParameterizedTest
    @CsvSource({"ff37", "8f07"})
    void theStackMayBeTheDeviceAndTheOperandMemory(String code) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RDI, TestMachine.RAM).with(Gpr.RSP, TestMachine.DEVICE + 0x100);
        machine.memory.write(TestMachine.RAM, 8, VALUE);
        machine.device.write(0x100, 8, VALUE);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.device.read(code.equals("ff37") ? 0xf8 : 0x100, 8)).isEqualTo(VALUE);
        assertThat(machine.memory.read(TestMachine.RAM, 8)).isEqualTo(VALUE);
        assertThat(machine.accesses).hasSize(1);
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
        TestMachine machine = TestMachine.of(code).with(Gpr.RDI, Long.parseUnsignedLong(operand.substring(2), 16))
                .with(Gpr.RSP, Long.parseUnsignedLong(stack.substring(2), 16));
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class, exception -> {
            assertThat(Outcome.Exception.name(exception.vector())).isEqualTo(fault);
            assertThat(exception.address()).isEqualTo(Long.decode(address));
        });
        assertThat(machine.cpu).isEqualTo(before);
        assertThat(machine.accesses).isEmpty();
    }

    @Test
    void aRefusedWriteLeavesTheStackPointer() {
        TestMachine machine = TestMachine.of("ff37").at(0).with(Gpr.RSP, TestMachine.DEVICE + 0x100);
        machine.bus = new MmioBus() {
            @Override
            public long read(long gpa, int size) {
                return VALUE;
            }

            @Override
            public void write(long gpa, int size, long value) {
                throw new DeviceRefusedException("it is read-only");
            }
        };
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().accesses()).extracting(Object::toString)
                        .containsExactly("read 8 bytes at 0xfe000000 = 0x8877665544332211"));
        assertThat(machine.cpu).isEqualTo(before);
    }
}
