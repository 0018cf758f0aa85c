package org.vemmio.emulator.hex;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;

/// Bytes that follow each other in memory. A long run of bytes comes in several chunks.
///
/// @param begins whether a run begins here; otherwise the bytes go on from those of the chunk before
/// @param address of the first byte: as the text gives it, or counted from 0
/// @param bytes the bytes; the array is the record's own, and is not to be changed
/// @param trapping the index of the byte at which execution stopped (`<8b>` in an oops), or [#UNMARKED]
/// @param symbol what the text calls the first byte, as `main` or `f+0x10`; empty if it does not tell
/// @param mode the code size, where the text tells it
public record HexChunk(boolean begins, long address, byte[] bytes, int trapping, String symbol,
        Optional<CodeMode> mode) {
    /// What [#trapping] is where no byte is marked.
    public static final int UNMARKED = -1;
}
