package org.vemmio.zydis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/// How long an ELF file must be by what its header and its program headers say (System V gABI 4.1, chapters 4 and 5).
final class ElfExtent {
    private static final int HEADER_SIZE = 64;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;

    private final ByteBuffer elf;
    private long end = HEADER_SIZE;

    private ElfExtent(ByteBuffer elf) {
        this.elf = elf;
    }

    /// {@return how many bytes the file has at least, unsigned; nothing if it is no 64-bit little-endian ELF file}
    ///
    /// @param content of the file, as much as there is
    static OptionalLong of(byte[] content) {
        ByteBuffer elf = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (elf.capacity() < HEADER_SIZE || elf.getInt(0) != MAGIC || elf.get(4) != CLASS_64
                || elf.get(5) != LITTLE_ENDIAN) {
            return OptionalLong.empty();
        }
        ElfExtent extent = new ElfExtent(elf);
        extent.sections();
        extent.segments();
        return OptionalLong.of(extent.end);
    }

    private void sections() {
        reaches(elf.getLong(40), (long) unsignedShort(58) * unsignedShort(60));
    }

    /// A segment's header is looked at as far as it is there.
    private void segments() {
        long first = elf.getLong(32);
        int size = unsignedShort(54);
        int count = unsignedShort(56);
        reaches(first, (long) size * count);
        for (int i = 0; i < count; i++) {
            long header = first + (long) i * size;
            if (header < 0 || header > elf.capacity() - PROGRAM_HEADER_SIZE) {
                return;
            }
            reaches(elf.getLong((int) header + 8), elf.getLong((int) header + 32));
        }
    }

    private void reaches(long offset, long size) {
        if (size == 0) {
            return;
        }
        long last = offset + size;
        long reached = Long.compareUnsigned(last, offset) < 0 ? -1 : last;
        end = Long.compareUnsigned(reached, end) > 0 ? reached : end;
    }

    private int unsignedShort(int offset) {
        return Short.toUnsignedInt(elf.getShort(offset));
    }
}
