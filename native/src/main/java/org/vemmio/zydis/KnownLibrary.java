package org.vemmio.zydis;

import java.util.zip.CRC32;

/// A library whose trial by [LibraryCheck] is known to succeed. The trial takes longer than the work of a short command.
///
/// @param size of the file in bytes
/// @param crc32 of all its bytes, as [CRC32] computes it
/// @param version as `4.0.0`
record KnownLibrary(int size, long crc32, String version) {
    /// That of Debian's libzydis4.0 4.0.0-1 for amd64, which is the one that is bundled.
    static final KnownLibrary BUNDLED = new KnownLibrary(640_936, 0x8bfa3664L, "4.0.0");

    /// Returns whether a file has the bytes of this one.
    ///
    /// @throws LibraryException if it cannot be read
    boolean is(LibraryFile file) {
        byte[] content = file.content();
        if (content.length != size) {
            return false;
        }
        CRC32 sum = new CRC32();
        sum.update(content);
        return sum.getValue() == crc32;
    }
}
