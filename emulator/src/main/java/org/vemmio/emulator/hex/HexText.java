package org.vemmio.emulator.hex;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Gathers bytes from the tokens of hex text.
final class HexText {
    private static final String PUNCTUATION = " \t,;{}[]\"'";
    private static final String FORMS = "bytes look like 8b, 0x8b or \\x8b";
    private static final String NO_DIGIT = "'%c' is no hex digit; " + FORMS;

    private final String source;
    private final List<HexChunk> chunks = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long address;
    private int trapping = HexChunk.UNMARKED;
    private byte[] lastRow = new byte[0];

    HexText(String source) {
        this.source = source;
    }

    /// Says that what follows lies at `next`, which begins a chunk unless it goes on from the last byte.
    void at(long next) {
        if (address + bytes.size() != next) {
            startChunk();
            address = next;
        }
    }

    void startChunk() {
        if (bytes.size() > 0) {
            chunks.add(new HexChunk(address, bytes.toByteArray(), trapping));
            address += bytes.size();
            bytes.reset();
            trapping = HexChunk.UNMARKED;
        }
    }

    /// Repeats the last row of a dump up to `next`, as the `*` of hexdump says.
    void repeatTo(long next, int line) {
        long missing = next - address - bytes.size();
        if (lastRow.length == 0 || missing < 0 || missing % lastRow.length != 0) {
            throw new HexException(source, line, 1,
                    "the line after '*' has to continue at a multiple of the row before it");
        }
        if (missing > 1 << 24) {
            throw new HexException(source, line, 1, "'*' stands for more than 16 MiB");
        }
        for (long i = 0; i < missing / lastRow.length; i++) {
            bytes.writeBytes(lastRow);
        }
    }

    /// Takes a line's tokens, of which each has two digits a byte.
    ///
    /// @param from the index in the line at which `text` begins
    void tokens(String text, int line, int from) {
        tokens(text, line, from, false);
    }

    /// Takes numbers from 0 to ff, as [#tokens], of which each may have one digit.
    void numbers(String text, int line, int from) {
        tokens(text, line, from, true);
    }

    private void tokens(String text, int line, int from, boolean numbers) {
        int before = bytes.size();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '#' || c == ';' && onlyComment(text, i) || text.startsWith("//", i)) {
                break;
            }
            if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i);
                i = end < 0 ? text.length() : end + 2;
            } else if (PUNCTUATION.indexOf(c) >= 0) {
                i++;
            } else {
                i = token(text, i, line, from, numbers);
            }
        }
        lastRow = Arrays.copyOfRange(bytes.toByteArray(), before, bytes.size());
    }

    /// A semicolon ends a C declaration, or begins a comment.
    private static boolean onlyComment(String text, int at) {
        return !text.substring(at + 1).isBlank();
    }

    private int token(String text, int start, int line, int from, boolean numbers) {
        char open = text.charAt(start);
        boolean marked = open == '<' || open == '(';
        int begin = marked ? start + 1 : start;
        boolean escaped = text.startsWith("\\x", begin);
        boolean prefixed = escaped || text.startsWith("0x", begin) || text.startsWith("0X", begin);
        int digits = prefixed ? begin + 2 : begin;
        int end = digits;
        while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
        }
        int count = end - digits;
        int column = from + digits + 1;
        if (count == 0) {
            throw new HexException(source, line, from + begin + 1,
                    NO_DIGIT.formatted(digits < text.length() ? text.charAt(digits) : open));
        }
        if (marked) {
            char close = open == '<' ? '>' : ')';
            if (count != 2 || end == text.length() || text.charAt(end) != close) {
                throw new HexException(source, line, column, "a marked byte looks like <8b> or (8b)");
            }
            trapping = bytes.size();
            end++;
        } else if (end < text.length() && PUNCTUATION.indexOf(text.charAt(end)) < 0
                && !(escaped && text.startsWith("\\x", end))) {
            throw new HexException(source, line, from + end + 1, NO_DIGIT.formatted(text.charAt(end)));
        }
        if (count % 2 != 0 && !((prefixed || numbers) && count == 1)) {
            throw new HexException(source, line, column,
                    "'%s' has an odd number of digits; a byte has two".formatted(text.substring(digits, end)));
        }
        for (int i = digits; i < digits + count; i += 2) {
            bytes.write(Integer.parseInt(text.substring(i, Math.min(i + 2, digits + count)), 16));
        }
        return end;
    }

    /// Returns what has been gathered.
    ///
    /// @param lines how many lines there were
    List<HexChunk> chunks(int lines) {
        startChunk();
        if (chunks.isEmpty()) {
            throw new HexException(source, Math.max(1, lines), 1, "there is no byte; " + FORMS);
        }
        return List.copyOf(chunks);
    }
}
