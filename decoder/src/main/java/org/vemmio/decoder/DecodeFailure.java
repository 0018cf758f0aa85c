package org.vemmio.decoder;

/// Bytes that are not an instruction.
///
/// @param reason why
/// @param length the number of bytes that were looked at before that was known, 0 to 15; for [Reason#TRUNCATED] all
///     that there were
public record DecodeFailure(Reason reason, int length) implements Decoding {
    /// Why bytes are not an instruction. Every reason but [#TRUNCATED] and [#TOO_LONG] is a #UD.
    public enum Reason {
        /// The bytes end inside the instruction; with more bytes it may be one.
        TRUNCATED("the bytes end inside the instruction"),
        /// The opcode is not assigned, or not in this mode or for these operands.
        INVALID("no such instruction"),
        /// Longer than the 15 bytes that a processor accepts: a #GP (Intel SDM Vol. 2A, 2.3.11).
        TOO_LONG("longer than 15 bytes"),
        /// A register that does not exist or that the instruction does not take.
        BAD_REGISTER("the instruction does not take this register"),
        /// LOCK before an instruction that does not take it, or without a memory destination.
        ILLEGAL_LOCK("the instruction does not take a LOCK prefix"),
        /// 66, F2 or F3 before a VEX, EVEX or XOP prefix, which has its own field for them.
        ILLEGAL_LEGACY_PREFIX("66, F2 or F3 before a VEX, EVEX or XOP prefix"),
        /// REX before a VEX, EVEX or XOP prefix, which has its own bits for it.
        ILLEGAL_REX("REX before a VEX, EVEX or XOP prefix"),
        /// A VEX, EVEX or XOP prefix selects an opcode map that does not exist.
        INVALID_MAP("no such opcode map"),
        /// An EVEX prefix with reserved bits.
        MALFORMED_EVEX("reserved bits in the EVEX prefix"),
        /// The instruction does not take this write mask, or demands one.
        INVALID_MASK("the instruction does not take this mask register");

        private final String description;

        Reason(String description) {
            this.description = description;
        }

        /// {@return the reason in words, without a full stop}
        public String description() {
            return description;
        }
    }
}
