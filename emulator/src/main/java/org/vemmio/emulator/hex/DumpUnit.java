package org.vemmio.emulator.hex;

import java.util.List;
import org.vemmio.emulator.bytes.Bytes;

/// What a group of digits in a dump stands for.
///
/// @param radix of the number
/// @param size in bytes; 0 if a group has two digits for each byte, in the order of memory
/// @param signed whether a number may be negative
record DumpUnit(int radix, int size, boolean signed) {
    /// Two hex digits for each byte.
    static final DumpUnit PAIRS = new DumpUnit(16, 0, false);
    /// Little-endian words of as many bytes as half the digits.
    static final DumpUnit WORDS = new DumpUnit(16, -1, false);

    /// Returns the bytes that a row stands for.
    ///
    /// @param line the line of the row, for messages
    byte[] bytes(HexLine line, List<String> groups) {
        byte[][] parts = new byte[groups.size()][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = size == 0 ? pairs(line, groups.get(i)) : word(line, groups.get(i));
            length += parts[i].length;
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }
        return bytes;
    }

    private static byte[] pairs(HexLine line, String group) {
        if (group.length() % 2 != 0 || !Digits.isHex(group)) {
            throw line.wrong(0, "'%s' has an odd number of digits; a byte has two".formatted(group));
        }
        byte[] bytes = new byte[group.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Digits.hex(group, 2 * i, 2 * i + 2);
        }
        return bytes;
    }

    private byte[] word(HexLine line, String group) {
        int bytes = size > 0 ? size : group.length() / 2;
        long value;
        try {
            value = group.startsWith("-") && signed ? Long.parseLong(group, radix)
                    : Long.parseUnsignedLong(group, radix);
        } catch (NumberFormatException e) {
            throw line.wrong(0, "'%s' is no number of a byte or word in radix %d".formatted(group, radix));
        }
        boolean fits = bytes == 8 || value >>> 8 * bytes == 0 || value < 0 && value >= -1L << 8 * bytes - 1;
        if (bytes < 1 || bytes > 8 || group.length() % 2 != 0 && size < 0 || !fits) {
            throw line.wrong(0, "'%s' does not fit a word of this dump".formatted(group));
        }
        byte[] word = new byte[bytes];
        Bytes.put(word, 0, bytes, value);
        return word;
    }
}
