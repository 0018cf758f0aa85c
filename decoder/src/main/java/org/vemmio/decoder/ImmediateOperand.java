package org.vemmio.decoder;

/// A constant in the instruction.
///
/// @param value the constant, sign-extended to 64 bits if `signed`, else zero-extended; an instruction with a narrower
///     destination uses the low bits
/// @param signed whether it was sign-extended, as the ones of arithmetic and `mov` are
/// @param relative whether it is the distance of a branch target from the next instruction
/// @param visibility how it shows
/// @param width the width in bits as encoded, before the extension
/// @param elementWidth the width of one element in bits
/// @param elementCount the number of elements
public record ImmediateOperand(long value, boolean signed, boolean relative, Visibility visibility, int width,
        int elementWidth, int elementCount) implements Operand {
    /// {@return [Access#READ], as nothing can write a constant}
    @Override
    public Access access() {
        return Access.READ;
    }
}
