package org.vemmio.decoder;

/// The far address in the instruction of a direct `call` or `jmp` to another code segment.
///
/// @param segment the segment selector, 0 to 0xffff
/// @param offset the offset in the segment, zero-extended
/// @param visibility how it shows
/// @param width the width in bits of selector and offset together
/// @param elementWidth the width of one element in bits
/// @param elementCount the number of elements
public record PointerOperand(int segment, long offset, Visibility visibility, int width, int elementWidth,
        int elementCount) implements Operand {
    /// {@return [Access#READ], as nothing can write a constant}
    @Override
    public Access access() {
        return Access.READ;
    }
}
