package org.vemmio.emulator.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A linked 64-bit little-endian ELF file for x86-64, as far as its sections go (System V ABI, chapter 4). Every offset
/// and size in it is checked before it is used.
public final class ElfImage {
    private static final int MAGIC = 0x464c_457f;
    private static final int HEADER_SIZE = 64;
    private static final int SECTION_HEADER_SIZE = 64;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int TYPE_EXEC = 2;
    private static final int TYPE_DYN = 3;
    private static final int MACHINE_X86_64 = 62;
    private static final int SECTION_WITHOUT_BYTES = 8;
    private static final int SECTION_IN_MEMORY = 2;

    private final String name;
    private final ByteBuffer bytes;
    private final long sections;
    private final int count;
    private final int namesIndex;

    private ElfImage(String name, ByteBuffer image) {
        this.name = name;
        this.bytes = image.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < 4 || bytes.getInt(0) != MAGIC) {
            throw bad("byte 0x0", "no ELF file; an uncompressed kernel image (vmlinux) is one");
        }
        if (bytes.limit() < HEADER_SIZE) {
            throw bad("byte 0x%x".formatted(bytes.limit()), "the file ends within the ELF header, which has 64 bytes");
        }
        require(4, bytes.get(4), "class", CLASS_64, "64-bit");
        require(5, bytes.get(5), "byte order", LITTLE_ENDIAN, "little-endian");
        require(18, bytes.getShort(18), "machine", MACHINE_X86_64, "x86-64");
        int type = bytes.getShort(16);
        if (type != TYPE_EXEC && type != TYPE_DYN) {
            throw bad("byte 0x10", "the file type is %d; a linked kernel has 2 (executable) or 3 (position-independent)"
                    .formatted(type));
        }
        sections = bytes.getLong(40);
        count = Short.toUnsignedInt(bytes.getShort(60));
        namesIndex = Short.toUnsignedInt(bytes.getShort(62));
        if (count == 0) {
            throw bad("byte 0x3c", "no section headers; the image must not be stripped of them");
        }
        require(58, bytes.getShort(58), "size of a section header", SECTION_HEADER_SIZE, "bytes");
        if (!fits(sections, (long) count * SECTION_HEADER_SIZE)) {
            throw bad("byte 0x28", "%d section headers at 0x%x run past the end of the file, 0x%x"
                    .formatted(count, sections, bytes.limit()));
        }
        if (namesIndex >= count) {
            throw bad("byte 0x3e", "the names are in section %d, and there are sections 0 to %d"
                    .formatted(namesIndex, count - 1));
        }
    }

    /// {@return the image in a buffer, from its position to its limit, with the header checked}
    ///
    /// @param name what messages call it
    /// @throws ElfException if it is no linked 64-bit little-endian ELF file for x86-64 with section headers
    public static ElfImage of(String name, ByteBuffer image) {
        return new ElfImage(name, image);
    }

    /// A section that has bytes in the file.
    ///
    /// @param address the linear address at which the kernel is linked to have it
    /// @param bytes its contents, from position 0, little-endian
    public record Section(long address, ByteBuffer bytes) {
    }

    /// {@return the section with this name}
    ///
    /// @throws ElfException if there is none, it has no bytes in the file, or they run past its end
    public Section section(String wanted) {
        ByteBuffer names = contents(header(namesIndex), "of names");
        byte[] name = wanted.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < count; i++) {
            int header = header(i);
            if (isNamed(names, header, name)) {
                if (bytes.getInt(header + 4) == SECTION_WITHOUT_BYTES) {
                    throw bad("section " + wanted,
                            "it has no bytes in the file, as in a file of debug symbols; the image itself is needed");
                }
                return new Section(bytes.getLong(header + 16), contents(header, wanted));
            }
        }
        throw bad("%d sections".formatted(count), "none is named %s; a kernel image has one".formatted(wanted));
    }

    /// {@return the bytes that the image has at a linear address, up to the end of their section; none where it has none}
    ///
    /// @param most how many at the most
    /// @throws ElfException if the section's bytes run past the end of the file
    public byte[] bytesAt(long address, int most) {
        for (int i = 0; i < count; i++) {
            int header = header(i);
            long offset = address - bytes.getLong(header + 16);
            boolean loaded = (bytes.getLong(header + 8) & SECTION_IN_MEMORY) != 0
                    && bytes.getInt(header + 4) != SECTION_WITHOUT_BYTES;
            if (loaded && Long.compareUnsigned(offset, bytes.getLong(header + 32)) < 0) {
                ByteBuffer contents = contents(header, "number " + i);
                byte[] found = new byte[Math.min(most, contents.limit() - (int) offset)];
                contents.get((int) offset, found);
                return found;
            }
        }
        return new byte[0];
    }

    private int header(int index) {
        return (int) (sections + (long) index * SECTION_HEADER_SIZE);
    }

    /// Looks at no more of the section's name than `wanted` has, since names may share their ends.
    private boolean isNamed(ByteBuffer names, int header, byte[] wanted) {
        long offset = Integer.toUnsignedLong(bytes.getInt(header));
        int at = (int) Math.min(offset, names.limit());
        for (int i = 0; i <= wanted.length; i++) {
            if (at + i >= names.limit()) {
                throw bad("byte 0x%x".formatted(header),
                        "the name at 0x%x does not end within the names' 0x%x bytes".formatted(offset, names.limit()));
            }
            if (names.get(at + i) != (i < wanted.length ? wanted[i] : 0)) {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer contents(int header, String section) {
        long offset = bytes.getLong(header + 24);
        long size = bytes.getLong(header + 32);
        if (!fits(offset, size)) {
            throw bad("section " + section, "its 0x%x bytes at byte 0x%x run past the end of the file, 0x%x"
                    .formatted(size, offset, bytes.limit()));
        }
        return bytes.slice((int) offset, (int) size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean fits(long offset, long size) {
        return offset >= 0 && size >= 0 && offset <= bytes.limit() && size <= bytes.limit() - offset;
    }

    private void require(int at, int value, String what, int wanted, String meaning) {
        if (value != wanted) {
            throw bad("byte 0x%x".formatted(at),
                    "the %s is %d; it must be %d (%s)".formatted(what, value, wanted, meaning));
        }
    }

    /// {@return what to throw: one line with the file, where in it, and what is wrong}
    public ElfException bad(String where, String what) {
        return new ElfException(name, where + ": " + what);
    }
}
