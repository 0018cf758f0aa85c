package org.vemmio.emulator.hex;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Text that comes line by line, of which the first 64 KiB can be looked at beforehand.
///
/// It is in ASCII or anything that contains it, or in UTF-16; a byte order mark is no part of it.
final class HexText {
    /// How much of a text is looked at to tell its form, and the longest piece of a line.
    static final int HEAD = 1 << 16;

    /// How far back a long line is searched for a place to cut it.
    private static final int NEAR = 1 << 10;
    private static final String SEPARATORS = " \t,;\\";

    private final String source;
    private final InputStream in;
    private byte[] buffer = new byte[HEAD];
    private int position;
    private int limit;
    private boolean ended;
    private final boolean whole;
    private final TextUnit unit;
    private final List<HexLine> head = new ArrayList<>();
    private @Nullable List<CrashDump> dumps;
    private int returned;
    private int number = 1;
    private int column = 1;
    private boolean afterReturn;
    private final StringBuilder rest = new StringBuilder();

    private enum TextUnit {
        BYTES, UTF_16LE, UTF_16BE
    }

    HexText(String source, InputStream in) throws IOException {
        this.source = source;
        this.in = in;
        limit = in.readNBytes(buffer, 0, HEAD);
        ended = limit < HEAD;
        whole = ended;
        unit = unit();
        HexLine line = take(!whole);
        while (line != null) {
            head.add(line);
            line = take(!whole);
        }
    }

    String source() {
        return source;
    }

    /// Whether nothing follows the lines of [#head()].
    boolean isWhole() {
        return whole;
    }

    /// Returns the lines that begin and end in the first 64 KiB; the first piece of a line that is longer.
    List<HexLine> head() {
        return head;
    }

    /// Returns what the lines of [#head()] tell if this is a log.
    List<CrashDump> dumps() {
        if (dumps == null) {
            dumps = LogReader.head(this);
        }
        return dumps;
    }

    /// Returns the next line or piece of one, from the first on; null behind the last.
    @Nullable HexLine next() throws IOException {
        return returned < head.size() ? head.get(returned++) : take(false);
    }

    HexException wrong(int line, String problem) {
        return new HexException(source, line, line == 0 ? 0 : 1, problem);
    }

    private TextUnit unit() {
        int first = limit > 0 ? buffer[0] & 0xff : 0;
        int second = limit > 1 ? buffer[1] & 0xff : 0;
        if (first == 0xff && second == 0xfe) {
            position = 2;
            return TextUnit.UTF_16LE;
        }
        if (first == 0xfe && second == 0xff) {
            position = 2;
            return TextUnit.UTF_16BE;
        }
        if (first == 0xef && second == 0xbb && limit > 2 && (buffer[2] & 0xff) == 0xbf) {
            position = 3;
            return TextUnit.BYTES;
        }
        int even = 0;
        int odd = 0;
        int strange = 0;
        for (int i = 0; i < limit; i++) {
            int c = buffer[i] & 0xff;
            if (c == 0) {
                even += 1 - i % 2;
                odd += i % 2;
            } else if (c < 0x20 && "\t\n\r\f\u001b".indexOf(c) < 0) {
                strange++;
            }
        }
        if (strange == 0 && even == 0 && odd > 0 && odd == limit / 2) {
            return TextUnit.UTF_16LE;
        }
        if (strange == 0 && odd == 0 && even > 0 && even == (limit + 1) / 2) {
            return TextUnit.UTF_16BE;
        }
        if (even + odd + strange > 0) {
            throw new HexException(source, 0, 0, "binary, not text; --raw decodes the bytes of a file as they are");
        }
        return TextUnit.BYTES;
    }

    /// Returns the next byte or UTF-16 unit, -1 behind the last; -2 if `bounded` and the buffer is used up.
    private int read(boolean bounded) throws IOException {
        int size = unit == TextUnit.BYTES ? 1 : 2;
        if (limit - position < size) {
            if (bounded) {
                return -2;
            }
            fill();
            if (limit - position < size) {
                return -1;
            }
        }
        int first = buffer[position++] & 0xff;
        if (size == 1) {
            return first;
        }
        int second = buffer[position++] & 0xff;
        return unit == TextUnit.UTF_16LE ? first | second << 8 : first << 8 | second;
    }

    private void fill() throws IOException {
        if (ended) {
            return;
        }
        byte[] next = new byte[HEAD];
        int kept = limit - position;
        System.arraycopy(buffer, position, next, 0, kept);
        int count = in.read(next, kept, HEAD - kept);
        buffer = next;
        position = 0;
        limit = kept + Math.max(0, count);
        ended = count < 0;
        if (!ended && limit == 1 && unit != TextUnit.BYTES) {
            fill();
        }
    }

    private @Nullable HexLine take(boolean bounded) throws IOException {
        while (true) {
            if (rest.length() >= HEAD) {
                return cut();
            }
            int c = read(bounded);
            if (c == -2) {
                // Only a first line that is longer than all that is looked at is shown in part.
                return head.isEmpty() && !rest.isEmpty() ? cut() : null;
            }
            if (c < 0) {
                return rest.isEmpty() && column == 1 ? null : end();
            }
            if (c == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = c == '\r';
            if (c == '\n' || c == '\r') {
                return end();
            }
            rest.append((char) c);
        }
    }

    private HexLine end() {
        HexLine line = new HexLine(source, number, column, rest.toString(), true);
        rest.setLength(0);
        number++;
        column = 1;
        return line;
    }

    /// Cuts a long line between two bytes: at a separator, or else within a run of digits after an even number.
    private HexLine cut() {
        int length = rest.length();
        int at = length;
        while (at > length - NEAR && at > 1 && SEPARATORS.indexOf(rest.charAt(at - 1)) < 0) {
            at--;
        }
        boolean separated = at > length - NEAR && at > 1;
        if (separated) {
            at--;
        } else {
            int run = length;
            while (run > 0 && Digits.isHex(rest.charAt(run - 1))) {
                run--;
            }
            at = (length - run) % 2 == 0 ? length : length - 1;
        }
        HexLine piece = new HexLine(source, number, column, rest.substring(0, at), false);
        rest.delete(0, at);
        column += at;
        return piece;
    }
}
