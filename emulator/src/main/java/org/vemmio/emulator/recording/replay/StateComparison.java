package org.vemmio.emulator.recording.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.VectorRegisters;

/// Compares registers, memory and device after a trap with what they are to be, and collects the differences. For one
/// trap.
final class StateComparison {
    private static final HexFormat HEX = HexFormat.of();

    private final CpuState after;
    private final MemoryMap memory;
    private final ReplayBus bus;
    private final List<Difference> differences = new ArrayList<>();

    StateComparison(CpuState after, MemoryMap memory, ReplayBus bus) {
        this.after = after;
        this.memory = memory;
        this.bus = bus;
    }

    List<Difference> differences() {
        return differences;
    }

    void registers(CpuState expected, long rflagsMask) {
        long flags = expected.rflags();
        expected.setRflags(flags & rflagsMask | after.rflags() & ~rflagsMask);
        if (expected.equals(after)) {
            return;
        }
        register("rip", expected.rip(), after.rip());
        for (int i = 0; i < Gpr.COUNT; i++) {
            register(Gpr.name(i), expected.gpr(i), after.gpr(i));
        }
        if (expected.rflags() != after.rflags()) {
            add(Difference.Kind.FLAGS, "rflags", hex(flags & rflagsMask), hex(after.rflags() & rflagsMask));
        }
        for (int i = 0; i < VectorRegisters.COUNT; i++) {
            vector(i, expected);
        }
        for (int i = 0; i < VectorRegisters.SMALL_COUNT; i++) {
            register("k" + i, expected.mask(i), after.mask(i));
            register("mm" + i, expected.mmx(i), after.mmx(i));
        }
    }

    private void register(String name, long expected, long got) {
        if (expected != got) {
            add(Difference.Kind.REGISTER, name, hex(expected), hex(got));
        }
    }

    private void vector(int register, CpuState expected) {
        int differing = 0;
        for (int lane = 0; lane < VectorRegisters.ZMM_LANES; lane++) {
            if (expected.vector(register, lane) != after.vector(register, lane)) {
                differing = lane + 1;
            }
        }
        if (differing > 0) {
            boolean wide = differing > VectorRegisters.YMM_LANES;
            int lanes = wide ? VectorRegisters.ZMM_LANES : VectorRegisters.YMM_LANES;
            add(Difference.Kind.VECTOR_REGISTER, (wide ? "zmm" : "ymm") + register,
                    lanes(expected, register, lanes), lanes(after, register, lanes));
        }
    }

    private static String lanes(CpuState state, int register, int lanes) {
        StringBuilder text = new StringBuilder();
        for (int lane = 0; lane < lanes; lane++) {
            text.append(HEX.toHexDigits(Long.reverseBytes(state.vector(register, lane))));
        }
        return text.toString();
    }

    void memory(List<ByteRange> expected) {
        for (ByteRange range : expected) {
            bytes(Difference.Kind.MEMORY, "memory", range, memory.contents(range.address(), range.size()));
        }
    }

    void backing(Optional<ByteRange> expected) {
        if (expected.isPresent() && bus.backing().isPresent()) {
            bytes(Difference.Kind.BACKING, "backing", expected.get(), bus.backing().get().bytes());
        }
    }

    private void bytes(Difference.Kind kind, String name, ByteRange range, byte[] got) {
        byte[] expected = range.bytes();
        int first = Arrays.mismatch(expected, got);
        if (first < 0) {
            return;
        }
        int end = expected.length;
        while (expected[end - 1] == got[end - 1]) {
            end--;
        }
        add(kind, "%s 0x%x".formatted(name, range.address() + first),
                HEX.formatHex(expected, first, end), HEX.formatHex(got, first, end));
    }

    private void add(Difference.Kind kind, String name, String expected, String got) {
        differences.add(new Difference(kind, name, expected, got));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
