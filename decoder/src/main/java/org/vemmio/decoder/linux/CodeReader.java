package org.vemmio.decoder.linux;

import java.util.Arrays;

/// Reads the bytes of one instruction front to back. Past the last one it yields zeros and remembers that it did, so
/// that a decoder has to ask only once whether there were enough of them.
final class CodeReader {
    private final byte[] code;
    private final int count;
    private int position;

    /// @param code the bytes; not copied
    /// @param count how many of them there are, from the first
    CodeReader(byte[] code, int count) {
        this.code = code;
        this.count = count;
    }

    /// {@return the next byte, 0 to 255, which stays the next one; 0 if there is none}
    int peek() {
        return byteAt(position);
    }

    /// {@return the next byte, 0 to 255, and steps over it}
    int next() {
        return byteAt(position++);
    }

    /// {@return the next bytes as a little-endian signed number, and steps over them}
    ///
    /// @param bytes 1, 2 or 4; or 0, which gives 0
    int nextSigned(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= next() << 8 * i;
        }
        int unused = Integer.SIZE - 8 * bytes;
        return bytes == 0 ? 0 : value << unused >> unused;
    }

    /// {@return whether `bytes` come next; if so, steps over them}
    boolean skip(byte[] bytes) {
        int end = position + bytes.length;
        if (end > count || !Arrays.equals(code, position, end, bytes, 0, bytes.length)) {
            return false;
        }
        position = end;
        return true;
    }

    /// {@return how many bytes have been read}
    int position() {
        return position;
    }

    /// {@return whether more bytes have been read than there are}
    boolean exhausted() {
        return position > count;
    }

    private int byteAt(int index) {
        return index < count ? code[index] & 0xff : 0;
    }
}
