package org.vemmio.decoder;

/// What an instruction works on: written in its text, or only implied by its opcode.
///
/// An operand that holds several values of one size side by side has an element width and count; any other has one
/// element, or none where nothing is accessed.
public sealed interface Operand permits RegisterOperand, MemoryOperand, ImmediateOperand, PointerOperand {
    /// {@return what the instruction does to the operand}
    Access access();

    /// {@return how the operand shows in the instruction}
    Visibility visibility();

    /// {@return the width of the whole operand in bits}
    int width();

    /// {@return the width of one element in bits; 0 where there is none}
    int elementWidth();

    /// {@return the number of elements}
    int elementCount();
}
