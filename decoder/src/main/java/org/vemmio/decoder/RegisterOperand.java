package org.vemmio.decoder;

/// A register that is read or written.
///
/// @param register the register
/// @param access what happens to it
/// @param visibility how it shows
/// @param width the width in bits of the part that is used; that of the register or less
/// @param elementWidth the width of one element in bits
/// @param elementCount the number of elements
public record RegisterOperand(Register register, Access access, Visibility visibility, int width, int elementWidth,
        int elementCount) implements Operand {
}
