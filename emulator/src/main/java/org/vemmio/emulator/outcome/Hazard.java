package org.vemmio.emulator.outcome;

import org.vemmio.emulator.input.Labels;

/// A place where the chosen handler differs from the architecture although it reports success.
///
/// @param kind in what
/// @param detail the particulars, such as `ah, taken for spl`
public record Hazard(Kind kind, String detail) {
    /// The kinds of difference.
    public enum Kind {
        /// A 32-bit register keeps its upper half, which the processor clears.
        STALE_UPPER_HALF,
        /// AH, CH, DH or BH is taken for the low byte of RSP, RBP, RSI or RDI.
        HIGH_BYTE_REGISTER,
        /// The bytes are another instruction than the handler takes them for.
        OTHER_INSTRUCTION,
        /// The bytes are no instruction that the processor would execute.
        ILLEGAL_ENCODING,
        /// The instruction's length differs, and with it the instruction pointer afterwards.
        LENGTH,
        /// There is no memory operand: a register is taken for an address.
        NO_MEMORY_OPERAND,
        /// LOCK, or the implicit lock, is not honoured.
        LOCK_DROPPED,
        /// The rules of repeat prefixes are not honoured.
        REPEAT,
        /// The segment, address-size or index-size rules are not honoured.
        ADDRESS,
        /// More bytes of the value are handed to the hypercall than its size says.
        WIDE_VALUE,
        /// The device gets another value than the processor would write.
        WRONG_VALUE,
        /// The instruction is passed over and reported as done.
        SKIPPED;

        /// {@return the name in lower case with hyphens}
        public String label() {
            return Labels.of(this);
        }
    }

    /// {@return for instance `stale upper half: eax`}
    @Override
    public String toString() {
        return kind.label().replace('-', ' ') + ": " + detail;
    }
}
