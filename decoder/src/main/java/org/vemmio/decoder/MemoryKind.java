package org.vemmio.decoder;

/// What the address of a memory operand is good for.
public enum MemoryKind {
    /// Memory at the address is accessed.
    MEMORY,
    /// Only the address is used: `lea`.
    AGEN,
    /// The bound-table address of MPX, in which the index register takes no part: `bndldx`, `bndstx`.
    MIB,
    /// Memory at one address per element of the vector index register: gathers and scatters.
    VSIB
}
