package org.vemmio.emulator.testing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.recording.VectorRegisters;

/// The registers that a trap written by hand sets by name, apart from the instruction pointer.
final class NamedRegisters {
    private static final int HEX = 16;
    private static final Map<String, ObjLongConsumer<CpuState>> SETTERS = setters();

    private NamedRegisters() {
    }

    private static Map<String, ObjLongConsumer<CpuState>> setters() {
        Map<String, ObjLongConsumer<CpuState>> setters = new LinkedHashMap<>();
        setters.put("rflags", CpuState::setRflags);
        for (int i = 0; i < Gpr.COUNT; i++) {
            int gpr = i;
            setters.put(Gpr.name(i), (cpu, value) -> cpu.setGpr(gpr, value));
        }
        setters.put("cr0", CpuState::setCr0);
        setters.put("cr4", CpuState::setCr4);
        setters.put("xcr0", CpuState::setXcr0);
        for (int i = 0; i < Segment.COUNT; i++) {
            int segment = i;
            String name = Segment.names().get(i);
            setters.put(name, (cpu, value) -> cpu.setSegmentBase(segment, value));
            setters.put(name + ".selector", (cpu, value) -> cpu.setSegmentSelector(segment, (int) value));
            setters.put(name + ".limit", (cpu, value) -> cpu.setSegmentLimit(segment, value));
        }
        for (int i = 0; i < VectorRegisters.SMALL_COUNT; i++) {
            int small = i;
            setters.put("k" + i, (cpu, value) -> cpu.setMask(small, value));
            setters.put("mm" + i, (cpu, value) -> cpu.setMmx(small, value));
        }
        return setters;
    }

    /// Sets the register of a name.
    ///
    /// @throws IllegalArgumentException if there is no such register
    static void set(CpuState cpu, String register, long value) {
        ObjLongConsumer<CpuState> setter = SETTERS.get(register);
        if (setter == null) {
            throw new IllegalArgumentException(("no register '%s'; there are %s, rip, rflags, cr0, cr4, xcr0, k0 to k7,"
                    + " mm0 to mm7, and for segments %s (the base), each with .selector and .limit too")
                            .formatted(register, String.join(", ", Gpr.names()), String.join(", ", Segment.names())));
        }
        setter.accept(cpu, value);
    }

    /// Sets a vector register, of which bytes that are not given become 0.
    ///
    /// @throws IllegalArgumentException if there is no such register, or it has fewer bytes
    static void setVector(CpuState cpu, int register, byte[] bytes) {
        if (register < 0 || register >= VectorRegisters.COUNT
                || bytes.length > VectorRegisters.ZMM_LANES * Long.BYTES) {
            throw new IllegalArgumentException("there are vector registers 0 to %d of %d bytes, not number %d with %d"
                    .formatted(VectorRegisters.COUNT - 1, VectorRegisters.ZMM_LANES * Long.BYTES, register,
                            bytes.length));
        }
        byte[] whole = Arrays.copyOf(bytes, VectorRegisters.ZMM_LANES * Long.BYTES);
        for (int lane = 0; lane < VectorRegisters.ZMM_LANES; lane++) {
            cpu.setVector(register, lane, Bytes.get(whole, Long.BYTES * lane, Long.BYTES));
        }
    }

    /// Takes values apart, such as `rax=1 rdi=ffffc90000000000`.
    ///
    /// @param sink is given each, in order
    /// @throws IllegalArgumentException if they are no such values
    static void each(String values, ObjLongConsumer<String> sink) {
        for (String value : values.strip().split("\\s+")) {
            int equals = value.indexOf('=');
            try {
                sink.accept(value.substring(0, Math.max(0, equals)),
                        Long.parseUnsignedLong(value, equals + 1, value.length(), HEX));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "'%s' is no register with a value, such as rax=1f".formatted(value), e);
            }
        }
    }
}
