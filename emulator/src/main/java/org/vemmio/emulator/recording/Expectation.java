package org.vemmio.emulator.recording;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.outcome.Errno;

/// What must come out of a trap. Immutable. What is empty is not compared, unless it says otherwise.
public sealed interface Expectation {
    /// {@return what Linux's own decoder says about the bytes}
    Optional<KernelDecoding> linux();

    /// The instruction is emulated.
    ///
    /// @param rip the instruction pointer after
    /// @param gprs the general-purpose registers that changed, by number; all others keep their value
    /// @param rflags RFLAGS after, where it changed; else it keeps its value
    /// @param rflagsMask which bits of RFLAGS are compared
    /// @param vectors the vector registers that changed, by number 0 to 15: four lanes of 64 bits, the lowest first;
    ///     all others keep their value
    /// @param backing the contents of the trap's backing device after, same range
    /// @param memory the contents of each range of the trap's memory after, same ranges in the same order
    /// @param linux what Linux's own decoder says about the bytes
    record Emulated(OptionalLong rip, Map<Integer, Long> gprs, OptionalLong rflags, long rflagsMask,
            Map<Integer, List<Long>> vectors, Optional<ByteRange> backing, List<ByteRange> memory,
            Optional<KernelDecoding> linux) implements Expectation {
        /// The flags that are compared where a recording names none: the arithmetic ones and DF.
        public static final long DEFAULT_MASK = Rflags.ARITHMETIC | Rflags.DF;

        /// Creates an expectation; maps and lists are copied.
        public Emulated {
            gprs = Collections.unmodifiableMap(new TreeMap<>(gprs));
            vectors = Collections.unmodifiableMap(new TreeMap<>(vectors));
            memory = List.copyOf(memory);
        }

        /// {@return the expectation that nothing but the instruction pointer changes}
        public static Emulated at(long rip) {
            return new Emulated(OptionalLong.of(rip), Map.of(), OptionalLong.empty(), DEFAULT_MASK, Map.of(),
                    Optional.empty(), List.of(), Optional.empty());
        }

        /// {@return the same, with the contents of the backing device after}
        public Emulated withBacking(ByteRange after) {
            return new Emulated(rip, gprs, rflags, rflagsMask, vectors, Optional.of(after), memory, linux);
        }
    }

    /// The handler refuses, whatever a policy then makes of it.
    ///
    /// @param errno what the handler returns, as a negative number
    /// @param linux what Linux's own decoder says about the bytes
    record Failed(Optional<Errno> errno, Optional<KernelDecoding> linux) implements Expectation {
    }

    /// The instruction itself faults: registers, memory and backing device as before.
    ///
    /// @param vector the vector, 0 to 31
    /// @param linux what Linux's own decoder says about the bytes
    record Exception(OptionalInt vector, Optional<KernelDecoding> linux) implements Expectation {
    }
}
