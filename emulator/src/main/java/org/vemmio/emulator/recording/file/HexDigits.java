package org.vemmio.emulator.recording.file;

import java.util.Arrays;

/// Numbers and bytes in lower-case hexadecimal digits, as ASCII.
final class HexDigits {
    /// By character, what it is worth as a digit; -1 for what is none.
    private static final byte[] VALUES = values();

    private HexDigits() {
    }

    private static byte[] values() {
        byte[] values = new byte[1 << Byte.SIZE];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < 16; i++) {
            values[Character.forDigit(i, 16)] = (byte) i;
        }
        return values;
    }

    /// Returns whether there are nothing but digits.
    static boolean areAll(byte[] text, int start, int length) {
        int sign = 0;
        for (int i = start; i < start + length; i++) {
            sign |= VALUES[text[i] & 0xff];
        }
        return sign >= 0;
    }

    /// Returns how a number would be written, if this is not one of up to `bits` bits, with 0x before its digits and no
    /// zeros between; else nothing.
    static String problem(byte[] text, int start, int length, int bits) {
        if (length < 3 || text[start] != '0' || text[start + 1] != 'x') {
            return "a number that begins with 0x, such as \"0x1f\"";
        }
        if (!areAll(text, start + 2, length - 2)) {
            return "0x and lower-case hexadecimal digits, such as \"0x1f\"";
        }
        if (length > 3 && text[start + 2] == '0') {
            return "a number without leading zeros, such as \"0x1f\"";
        }
        return length - 2 > bits / 4 ? "a number of up to " + bits + " bits" : "";
    }

    /// Returns the number of up to 64 bits that digits make.
    static long value(byte[] text, int start, int length) {
        long value = 0;
        for (int i = start; i < start + length; i++) {
            value = value << 4 | VALUES[text[i]];
        }
        return value;
    }

    /// Returns the number that digits make as `size` bytes, the lowest first.
    static byte[] number(byte[] text, int start, int length, int size) {
        byte[] number = new byte[size];
        for (int i = 0; i < length; i++) {
            number[i / 2] |= (byte) (VALUES[text[start + length - 1 - i]] << 4 * (i % 2));
        }
        return number;
    }

    /// Returns the bytes of which each two digits are one.
    static byte[] bytes(byte[] text, int start, int length) {
        byte[] bytes = new byte[length / 2];
        for (int i = 0; i < bytes.length; i++) {
            int at = start + 2 * i;
            bytes[i] = (byte) (VALUES[text[at]] << 4 | VALUES[text[at + 1]]);
        }
        return bytes;
    }
}
