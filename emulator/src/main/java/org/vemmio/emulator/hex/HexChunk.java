package org.vemmio.emulator.hex;

/// Bytes that follow each other in memory.
///
/// @param address of the first byte: as the dump gives it, or 0
/// @param bytes the bytes; the array is the record's own, and is not to be changed
/// @param trapping the index of the byte marked as the one where execution stopped (`<8b>` in an oops), or -1
public record HexChunk(long address, byte[] bytes, int trapping) {
    /// What [#trapping] is where no byte is marked.
    public static final int UNMARKED = -1;
}
