package org.vemmio.emulator.recording;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;

/// Registers, memory and device after an instruction, as a line tells them. Immutable.
///
/// @param rip the instruction pointer
/// @param gprs the general-purpose registers that changed, by number; all others keep their value
/// @param rflags RFLAGS, where it changed; else it keeps its value
/// @param rflagsMask which bits of RFLAGS are compared
/// @param vectors the vector, opmask and MMX registers that changed; all others, and the lanes not told, keep their
///     value
/// @param x87 the x87 registers that changed; all others keep their value, but for what an MMX register that changed
///     has in common with one. Where it names no word, and before they are as in a new [CpuState], the words are not
///     compared
/// @param backing the contents of the trap's backing device, same range
/// @param memory the contents of each range of the trap's memory, same ranges in the same order
public record StateAfter(OptionalLong rip, Map<Integer, Long> gprs, OptionalLong rflags, long rflagsMask,
        VectorRegisters vectors, X87Registers x87, Optional<ByteRange> backing, List<ByteRange> memory) {
    /// The flags that are compared unless told otherwise: the arithmetic ones and DF.
    public static final long DEFAULT_MASK = Rflags.ARITHMETIC | Rflags.DF;
    /// Nothing is told.
    public static final StateAfter UNTOLD = new StateAfter(OptionalLong.empty(), Map.of(), OptionalLong.empty(),
            DEFAULT_MASK, VectorRegisters.NONE, X87Registers.NONE, Optional.empty(), List.of());
    /// Nothing has changed, all of RFLAGS included: the state after a fault of which no other is told.
    public static final StateAfter AS_BEFORE = UNTOLD.withRflagsMask(-1);

    /// Creates a state; maps and lists are copied.
    public StateAfter {
        gprs = Collections.unmodifiableMap(new TreeMap<>(gprs));
        memory = List.copyOf(memory);
    }

    /// {@return in what `after` differs from `before`, and the instruction pointer; the flags that are compared are the
    /// default ones}
    ///
    /// @param memory the contents after of each range of the trap's memory
    public static StateAfter between(CpuState before, CpuState after, List<ByteRange> memory) {
        Map<Integer, Long> gprs = new TreeMap<>();
        for (int i = 0; i < Gpr.COUNT; i++) {
            if (before.gpr(i) != after.gpr(i)) {
                gprs.put(i, after.gpr(i));
            }
        }
        return new StateAfter(OptionalLong.of(after.rip()), gprs,
                before.rflags() == after.rflags() ? OptionalLong.empty() : OptionalLong.of(after.rflags()),
                DEFAULT_MASK, VectorRegisters.between(before, after), X87Registers.between(before, after),
                Optional.empty(), memory);
    }

    /// {@return the bits of RFLAGS that are compared where a line names none: after a fault that leaves them, all}
    ///
    /// @param exception whether an exception is expected
    /// @param rflags as the line tells them
    public static long defaultMask(boolean exception, OptionalLong rflags) {
        return exception && rflags.isEmpty() ? -1 : DEFAULT_MASK;
    }

    /// {@return the same with an instruction pointer}
    public StateAfter withRip(long after) {
        return new StateAfter(OptionalLong.of(after), gprs, rflags, rflagsMask, vectors, x87, backing, memory);
    }

    /// {@return the same with other bits of RFLAGS compared}
    public StateAfter withRflagsMask(long mask) {
        return new StateAfter(rip, gprs, rflags, mask, vectors, x87, backing, memory);
    }

    /// {@return the same with the contents of the backing device}
    public StateAfter withBacking(ByteRange after) {
        return new StateAfter(rip, gprs, rflags, rflagsMask, vectors, x87, Optional.of(after), memory);
    }

    /// Sets the registers that are told; all others stay as they are.
    public void applyTo(CpuState cpu) {
        rip.ifPresent(cpu::setRip);
        gprs.forEach(cpu::setGpr);
        rflags.ifPresent(cpu::setRflags);
        vectors.applyTo(cpu);
        x87.applyTo(cpu);
    }
}
