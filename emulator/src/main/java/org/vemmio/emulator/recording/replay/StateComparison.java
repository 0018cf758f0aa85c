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
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

/// Compares registers, memory and device after a trap with what they are to be, and collects the differences. For one
/// trap.
final class StateComparison {
    private static final HexFormat HEX = HexFormat.of();

    private final RecordedTrap trap;
    private final CpuState after;
    private final MemoryMap memory;
    private final ReplayBus bus;
    private final List<Difference> differences = new ArrayList<>();

    StateComparison(RecordedTrap trap, CpuState after, MemoryMap memory, ReplayBus bus) {
        this.trap = trap;
        this.after = after;
        this.memory = memory;
        this.bus = bus;
    }

    List<Difference> differences() {
        return differences;
    }

    void registers(CpuState expected, StateAfter told) {
        long rflagsMask = told.rflagsMask();
        long flags = expected.rflags();
        expected.setRflags(flags & rflagsMask | after.rflags() & ~rflagsMask);
        if (expected.equals(after)) {
            return;
        }
        leaveOutX87(expected, told.x87());
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
        register("cw", expected.x87Control(), after.x87Control());
        register("sw", expected.x87Status(), after.x87Status());
        register("tag", expected.x87Tag(), after.x87Tag());
        for (int i = 0; i < X87Registers.COUNT; i++) {
            extended(i, expected);
        }
    }

    /// Makes equal what is not compared: the words, where none is told; what was invented; and how a register is tagged
    /// that is not empty, which FNSTENV works out from what is in it (Intel SDM vol. 3, 13.2.1).
    private void leaveOutX87(CpuState expected, X87Registers told) {
        boolean untold = !told.namesWords() && !X87Registers.of(expected).namesWords();
        if (untold || isAssumed("cw")) {
            expected.setX87Control(after.x87Control());
        }
        if (untold || isAssumed("sw")) {
            expected.setX87Status(after.x87Status());
        }
        if (untold || isAssumed("tag") || empty(expected) == empty(after)) {
            expected.setX87Tag(after.x87Tag());
        }
        CpuState before = trap.cpu();
        for (int i = 0; i < X87Registers.COUNT; i++) {
            if (isAssumed("st" + i)) {
                int register = before.x87Register(i);
                expected.setX87Exponent(register, after.x87Exponent(register));
            }
        }
    }

    private boolean isAssumed(String x87Register) {
        return trap.assumed().contains("x87") || trap.assumed().contains("x87." + x87Register);
    }

    /// Returns a bit for each x87 register that is empty.
    private static int empty(CpuState state) {
        return state.x87Tag() & state.x87Tag() >> 1 & 0x5555;
    }

    /// Compares sign and exponent of an x87 register; the rest of it is an MMX register.
    private void extended(int position, CpuState expected) {
        int register = expected.x87Register(position);
        if (expected.x87Exponent(register) != after.x87Exponent(register)) {
            add(Difference.Kind.REGISTER, "st" + position, X87Registers.Extended.of(expected, position).toString(),
                    new X87Registers.Extended(after.mmx(register), after.x87Exponent(register)).toString());
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
