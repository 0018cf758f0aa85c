package org.vemmio.decoder;

/// The assembler syntax of an instruction's text.
public enum Syntax {
    /// Destination first, `mov eax, dword ptr ds:[rdi]`.
    INTEL,
    /// Source first, `mov (%rdi), %eax`.
    ATT
}
