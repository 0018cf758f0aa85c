package org.vemmio.emulator.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A kernel image with three sections: the null section, `__ex_table`, and the names.
///
/// | bytes | what |
/// |---|---|
/// | 0x00 | ELF header |
/// | 0x40 | section headers, 3 of 0x40 bytes |
/// | 0x100 | names: "", "__ex_table", ".shstrtab" |
/// | 0x120 | the table |
final class SmallImage {
    static final int HEADERS = 0x40;
    static final int NAMES = 0x100;
    static final int TABLE = 0x120;
    static final int TABLE_HEADER = HEADERS + 0x40;
    static final int NAMES_HEADER = HEADERS + 0x80;
    static final long ADDRESS = 0xffff_ffff_8200_0000L;

    private SmallImage() {
    }

    /// An image whose table has these fields, three to an entry.
    static ByteBuffer of(int... fields) {
        ByteBuffer image = ByteBuffer.allocate(TABLE + 4 * fields.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        image.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
        image.putLong(40, HEADERS).putShort(52, (short) 64).putShort(58, (short) 64);
        image.putShort(60, (short) 3).putShort(62, (short) 2);
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        section(image, names, TABLE_HEADER, new Section("__ex_table", 1, ADDRESS, TABLE));
        image.putLong(TABLE_HEADER + 32, 4L * fields.length);
        section(image, names, NAMES_HEADER, new Section(".shstrtab", 3, 0, NAMES));
        image.putLong(NAMES_HEADER + 32, names.size());
        image.put(NAMES, names.toByteArray());
        for (int i = 0; i < fields.length; i++) {
            image.putInt(TABLE + 4 * i, fields[i]);
        }
        return image.position(0);
    }

    private record Section(String name, int type, long address, long offset) {
    }

    private static void section(ByteBuffer image, ByteArrayOutputStream names, int header, Section section) {
        image.putInt(header, names.size()).putInt(header + 4, section.type).putLong(header + 16, section.address);
        image.putLong(header + 24, section.offset);
        names.writeBytes(section.name.getBytes(StandardCharsets.US_ASCII));
        names.write(0);
    }
}
