package org.vemmio.decoder;

import org.jspecify.annotations.Nullable;

/// An operand in memory. Its effective address is, with the [address width][Instruction#addressWidth()] of the
/// instruction,
///
///     (base + index * scale + displacement) mod 2^addressWidth
///
/// and its linear address that plus the base of the segment (Intel SDM Vol. 1, 3.7.5). A base of `rip` or `eip` is the
/// address of the next instruction. The hidden operand of a push or pop is at the stack pointer, as it is after the one
/// and before the other, and wraps at [Instruction#stackWidth()].
///
/// @param kind what the address is good for
/// @param segment the segment register that takes effect, overridden or by default
/// @param base the base register, or null
/// @param index the index register, or null; a vector register for [MemoryKind#VSIB]
/// @param scale 1, 2, 4 or 8; 0 where there is no index
/// @param displacement the displacement, sign-extended to 64 bits, and for EVEX multiplied as disp8*N demands; 0 where
///     there is none
/// @param hasDisplacement whether a displacement is encoded
/// @param access what happens to the memory
/// @param visibility how the operand shows
/// @param width the number of bits that are accessed; of one element where EVEX.b broadcasts it
/// @param elementWidth the width of one element in bits
/// @param elementCount the number of elements
@SuppressWarnings("exports") // JSpecify stays optional for users
public record MemoryOperand(MemoryKind kind, Register segment, @Nullable Register base, @Nullable Register index,
        int scale, long displacement, boolean hasDisplacement, Access access, Visibility visibility, int width,
        int elementWidth, int elementCount) implements Operand {
}
