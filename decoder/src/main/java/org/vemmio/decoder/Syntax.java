package org.vemmio.decoder;

/** The assembler syntax of an instruction's text. */
public enum Syntax {
    /** Destination first, {@code mov eax, dword ptr ds:[rdi]}. */
    INTEL,
    /** Source first, {@code mov (%rdi), %eax}. */
    ATT
}
