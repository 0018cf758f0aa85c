package org.vemmio.emulator.operation;

/// How an instruction accesses one of its operands in memory: what about it is the same for every trap. Immutable; an
/// operation makes those it needs when it is made itself, so that a trap allocates none.
///
/// @param ref the address
/// @param size 1 to 64 bytes
/// @param write whether the operand will be written (a read-modify-write too)
/// @param alignment a power of two; an address that is no multiple of it raises #GP
/// @param checked a power of two; an address that is no multiple of it raises #AC, at CPL 3 where that is on
public record AccessPlan(MemoryRef ref, int size, boolean write, int alignment, int checked) {
    /// {@return an access to an operand of which no alignment is required, and #AC asks for the natural one}
    ///
    /// @param size 1 to 64 bytes
    /// @param write whether the operand will be written (a read-modify-write too)
    public static AccessPlan of(MemoryRef ref, int size, boolean write) {
        return new AccessPlan(ref, size, write, 1, naturalAlignment(size));
    }

    /// {@return the multiple at which an operand of `size` bytes is aligned: its size if that is a power of two, at
    /// most 16; else 1} (Intel SDM vol. 3, table 7-7)
    public static int naturalAlignment(int size) {
        return Integer.bitCount(size) == 1 ? Math.min(size, 16) : 1;
    }
}
