package org.vemmio.decoder;

/// How an operand shows in an instruction.
public enum Visibility {
    /// Encoded in the instruction and written in its text.
    EXPLICIT,
    /// Fixed by the opcode and written in the text, as the `al` of `mov al, moffs8`.
    IMPLICIT,
    /// Fixed by the opcode and not written in the text, as the `rsi` of `lodsb`.
    HIDDEN
}
