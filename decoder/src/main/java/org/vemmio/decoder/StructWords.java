package org.vemmio.decoder;

import java.lang.foreign.MemoryLayout;

/// Native structures in a `long[]`, the array that is aligned as their widest fields are. A field lies at an offset in
/// bytes from the start, in the byte order of x86 and every other processor that Zydis is built for here.
final class StructWords {
    private StructWords() {
    }

    /// {@return room for `count` structures}
    static long[] of(MemoryLayout layout, int count) {
        return new long[words(layout) * count];
    }

    /// {@return how long a structure is, in words}
    ///
    /// @throws IllegalArgumentException if that is no whole number
    static int words(MemoryLayout layout) {
        if (layout.byteSize() % Long.BYTES != 0) {
            throw new IllegalArgumentException(layout + " is no multiple of " + Long.BYTES + " bytes long");
        }
        return (int) (layout.byteSize() / Long.BYTES);
    }

    static int int8(long[] words, int offset) {
        return (int) (words[offset / Long.BYTES] >>> offset * Byte.SIZE) & 0xff;
    }

    static int int16(long[] words, int offset) {
        return (int) (words[offset / Long.BYTES] >>> offset * Byte.SIZE) & 0xffff;
    }

    static int int32(long[] words, int offset) {
        return (int) (words[offset / Long.BYTES] >>> offset * Byte.SIZE);
    }

    static long int64(long[] words, int offset) {
        return words[offset / Long.BYTES];
    }
}
