package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vemmio.emulator.cpu.CpuState;

/// Values of vector, opmask and MMX registers, of those that a line names. Immutable.
///
/// @param vectors by number, 0 to 31: [#YMM_LANES] lanes of 64 bits, which are the low 256 bits, or [#ZMM_LANES], which
///     are the whole register; the lowest first
/// @param masks the opmask registers by number, 0 to 7
/// @param mmx the MMX registers by number, 0 to 7
public record VectorRegisters(Map<Integer, List<Long>> vectors, Map<Integer, Long> masks, Map<Integer, Long> mmx) {
    /// How many vector registers there are.
    public static final int COUNT = 32;
    /// How many opmask registers there are, and how many MMX registers.
    public static final int SMALL_COUNT = 8;
    /// How many lanes of 64 bits a YMM register has.
    public static final int YMM_LANES = 4;
    /// How many lanes of 64 bits a ZMM register has.
    public static final int ZMM_LANES = 8;
    /// No register.
    public static final VectorRegisters NONE = new VectorRegisters(Map.of(), Map.of(), Map.of());

    /// Creates a value; maps are copied.
    ///
    /// @throws IllegalArgumentException if there is no such register, or the lanes are neither 4 nor 8
    public VectorRegisters {
        vectors = Collections.unmodifiableMap(new TreeMap<>(vectors));
        masks = Collections.unmodifiableMap(new TreeMap<>(masks));
        mmx = Collections.unmodifiableMap(new TreeMap<>(mmx));
        vectors.forEach((register, lanes) -> {
            check(register, COUNT);
            if (lanes.size() != YMM_LANES && lanes.size() != ZMM_LANES) {
                throw new IllegalArgumentException("a vector register has %d lanes or %d, not %d"
                        .formatted(YMM_LANES, ZMM_LANES, lanes.size()));
            }
        });
        masks.keySet().forEach(register -> check(register, SMALL_COUNT));
        mmx.keySet().forEach(register -> check(register, SMALL_COUNT));
    }

    private static void check(int register, int count) {
        if (register < 0 || register >= count) {
            throw new IllegalArgumentException("there are registers 0 to %d, not %d".formatted(count - 1, register));
        }
    }

    /// {@return the registers of `cpu` that are not 0; a vector register as 4 lanes where all above are 0}
    public static VectorRegisters of(CpuState cpu) {
        Map<Integer, List<Long>> vectors = new TreeMap<>();
        Map<Integer, Long> masks = new TreeMap<>();
        Map<Integer, Long> mmx = new TreeMap<>();
        for (int i = 0; i < COUNT; i++) {
            int used = ZMM_LANES;
            while (used > 0 && cpu.vector(i, used - 1) == 0) {
                used--;
            }
            if (used > 0) {
                vectors.put(i, lanes(cpu, i, used > YMM_LANES ? ZMM_LANES : YMM_LANES));
            }
        }
        for (int i = 0; i < SMALL_COUNT; i++) {
            if (cpu.mask(i) != 0) {
                masks.put(i, cpu.mask(i));
            }
            if (cpu.mmx(i) != 0) {
                mmx.put(i, cpu.mmx(i));
            }
        }
        return vectors.isEmpty() && masks.isEmpty() && mmx.isEmpty() ? NONE
                : new VectorRegisters(vectors, masks, mmx);
    }

    /// {@return the registers of `after` that differ from those of `before`; a vector register as 4 lanes where all
    /// above are the same}
    public static VectorRegisters between(CpuState before, CpuState after) {
        Map<Integer, List<Long>> vectors = new TreeMap<>();
        Map<Integer, Long> masks = new TreeMap<>();
        Map<Integer, Long> mmx = new TreeMap<>();
        for (int i = 0; i < COUNT; i++) {
            int differing = ZMM_LANES;
            while (differing > 0 && before.vector(i, differing - 1) == after.vector(i, differing - 1)) {
                differing--;
            }
            if (differing > 0) {
                vectors.put(i, lanes(after, i, differing > YMM_LANES ? ZMM_LANES : YMM_LANES));
            }
        }
        for (int i = 0; i < SMALL_COUNT; i++) {
            if (before.mask(i) != after.mask(i)) {
                masks.put(i, after.mask(i));
            }
            if (before.mmx(i) != after.mmx(i)) {
                mmx.put(i, after.mmx(i));
            }
        }
        return new VectorRegisters(vectors, masks, mmx);
    }

    private static List<Long> lanes(CpuState cpu, int register, int count) {
        List<Long> lanes = new ArrayList<>(count);
        for (int lane = 0; lane < count; lane++) {
            lanes.add(cpu.vector(register, lane));
        }
        return lanes;
    }

    /// {@return whether no register is named}
    public boolean isEmpty() {
        return vectors.isEmpty() && masks.isEmpty() && mmx.isEmpty();
    }

    /// Sets the registers named; all others, and the lanes that are not named, stay as they are.
    public void applyTo(CpuState cpu) {
        vectors.forEach((register, lanes) -> {
            for (int lane = 0; lane < lanes.size(); lane++) {
                cpu.setVector(register, lane, lanes.get(lane));
            }
        });
        masks.forEach(cpu::setMask);
        mmx.forEach(cpu::setMmx);
    }
}
