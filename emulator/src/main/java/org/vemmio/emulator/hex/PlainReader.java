package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.List;

/// Reads bytes that are written one by one or in runs of digits, with whatever a language puts around them.
///
/// Tokens are two digits for each byte, with or without `0x`, `\x`, an `h` behind them, a cast or a Rust suffix; one
/// digit is enough where the spelling leaves no doubt. In front of the first token of a line there may be a declaration
/// up to `=`, a directive such as `.byte`, or words up to a bracket.
final class PlainReader {
    static final String FORMS = "bytes look like 8b, 0x8b or \\x8b";

    private static final String NO_DIGIT = "'%c' is no hex digit; " + FORMS;
    private static final String PUNCTUATION = " \t,;{}[]()\"'+\f";
    private static final String OPENERS = "{[(\"'";
    private static final int NEAR = 8;
    private static final List<String> CASTS = List.of("(byte)", "(char)", "(sbyte)", "(u8)", "(uint8_t)",
            "(unsigned char)");
    private static final List<String> SUFFIXES = List.of("_u8", "u8", "uy", "u", "U", ".toByte()");
    private static final List<String> LENGTHS = List.of("len", "length", "size", "count");

    private final Chunks chunks;
    private boolean comment;
    private boolean literal;
    private boolean list;

    PlainReader(Chunks chunks) {
        this.chunks = chunks;
    }

    /// Reads a whole text.
    ///
    /// @throws HexException if there is anything but bytes, or none
    static void read(HexText text, Chunks chunks) throws IOException {
        PlainReader reader = new PlainReader(chunks);
        int lines = 0;
        for (HexLine line = text.next(); line != null; line = text.next()) {
            reader.line(line);
            chunks.flush();
            lines = line.number();
        }
        if (chunks.isEmpty()) {
            throw text.wrong(Math.max(1, lines), "there is no byte; " + FORMS);
        }
    }

    /// Reads a line, or a piece of one.
    void line(HexLine line) {
        String text = line.text();
        int i = line.column() == 1 && !literal && !comment ? start(text) : 0;
        while (i < text.length()) {
            i = literal ? character(line, i) : comment ? commentEnd(text, i) : item(line, i);
        }
        if (line.last()) {
            list = list && bracketStaysOpen(text);
            literal = false;
        }
    }

    private static boolean bracketStaysOpen(String text) {
        return text.indexOf(']') < 0;
    }

    private int commentEnd(String text, int from) {
        int end = text.indexOf("*/", from);
        comment = end < 0;
        return end < 0 ? text.length() : end + 2;
    }

    /// Reads a byte, or passes over what stands between two.
    private int item(HexLine line, int i) {
        String text = line.text();
        char c = text.charAt(i);
        if (c == '#' || text.startsWith("//", i) || c == ';' && !text.substring(i + 1).isBlank()) {
            return text.length();
        }
        if (text.startsWith("/*", i)) {
            comment = true;
            return i + 2;
        }
        if (isLiteral(text, i)) {
            literal = true;
            return i + 2;
        }
        int cast = castEnd(text, i);
        if (cast > i) {
            return cast;
        }
        if (c == '(' && isMark(text, i) || PUNCTUATION.indexOf(c) < 0) {
            return c == '\\' && i == text.length() - 1 ? text.length() : token(line, i);
        }
        if (c == '[') {
            list = true;
        } else if (c == ']') {
            list = false;
            return endsThere(text, i + 1) ? text.length() : i + 1;
        }
        return i + 1;
    }

    /// Whether what follows a closing bracket is only words.
    private static boolean endsThere(String text, int from) {
        int i = from;
        while (i < Math.min(text.length(), from + NEAR) && PUNCTUATION.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i < text.length() && Character.isLetter(text.charAt(i)) && tokenEnd(text, i) == i;
    }

    private static boolean isLiteral(String text, int i) {
        char quote = Digits.at(text, i + 1);
        return text.charAt(i) == 'b' && (quote == '"' || quote == '\'')
                && (i == 0 || !Digits.isWord(text.charAt(i - 1)));
    }

    private static int castEnd(String text, int i) {
        if (text.charAt(i) == '(') {
            for (String cast : CASTS) {
                if (text.startsWith(cast, i)) {
                    return i + cast.length();
                }
            }
        }
        return i;
    }

    private static boolean isMark(String text, int i) {
        return Digits.isHex(Digits.at(text, i + 1)) && Digits.isHex(Digits.at(text, i + 2))
                && !Digits.isPrefix(text, i + 1);
    }

    /// Reads a character of Python's literal of bytes, as `repr` prints it.
    private int character(HexLine line, int i) {
        String text = line.text();
        char c = text.charAt(i);
        if (c == '"' || c == '\'') {
            literal = false;
            return i + 1;
        }
        if (c != '\\') {
            chunks.add(c);
            return i + 1;
        }
        char escape = Digits.at(text, i + 1);
        if (escape == 'x') {
            if (!Digits.isHex(Digits.at(text, i + 2)) || !Digits.isHex(Digits.at(text, i + 3))) {
                throw line.wrong(i, "\\x has two hex digits behind it");
            }
            chunks.add((int) Digits.hex(text, i + 2, i + 4));
            return i + 4;
        }
        int known = "ntr0\\'\"".indexOf(escape);
        if (known < 0) {
            throw line.wrong(i, "an unknown escape; \\xNN, \\n, \\t, \\r, \\0, \\\\, \\' and \\\" are known");
        }
        chunks.add("\n\t\r\0\\'\"".charAt(known));
        return i + 2;
    }

    private int token(HexLine line, int start) {
        String text = line.text();
        char open = text.charAt(start);
        boolean marked = open == '<' || open == '(';
        int begin = marked ? start + 1 : start;
        boolean escaped = text.startsWith("\\x", begin);
        boolean prefixed = escaped || text.startsWith("0x", begin) || text.startsWith("0X", begin);
        int from = prefixed ? begin + 2 : begin;
        int end = Digits.hexEnd(text, from);
        int count = end - from;
        if (count == 0) {
            char wrong = from < text.length() ? text.charAt(from) : open;
            throw line.wrong(begin, NO_DIGIT.formatted(wrong));
        }
        if (marked) {
            if (count != 2 || Digits.at(text, end) != (open == '<' ? '>' : ')')) {
                throw line.wrong(from, "a marked byte looks like <8b> or (8b)");
            }
            chunks.mark();
            add(text, from, end);
            return end + 1;
        }
        boolean suffixed = !prefixed && (Digits.at(text, end) | 0x20) == 'h';
        int after = suffixed ? end + 1 : prefixed && !escaped ? suffixEnd(text, end) : end;
        char next = Digits.at(text, after);
        boolean delimited = after == text.length() || PUNCTUATION.indexOf(next) >= 0 || escaped && next == '\\'
                || isJoint(text, after, count) || text.startsWith("/*", after);
        if (!delimited) {
            throw line.wrong(after, NO_DIGIT.formatted(next));
        }
        if (suffixed && count == 3 && text.charAt(from) == '0') {
            from++;
            count--;
        }
        boolean single = prefixed || suffixed || list || next == ',';
        if (count % 2 != 0 && !(single && count == 1)) {
            throw line.wrong(from, "'%s' has an odd number of digits; a byte has two"
                    .formatted(text.substring(from, Math.min(end, from + Digits.MOST))));
        }
        if (escaped && count > 2) {
            throw line.wrong(from, "\\x has two hex digits behind it");
        }
        add(text, from, end);
        return isJoint(text, after, count) ? after + 1 : after;
    }

    /// A colon or a hyphen between two bytes.
    private static boolean isJoint(String text, int at, int count) {
        char c = Digits.at(text, at);
        return count == 2 && (c == ':' || c == '-') && Digits.isHex(Digits.at(text, at + 1))
                && Digits.isHex(Digits.at(text, at + 2)) && !Digits.isHex(Digits.at(text, at + 3));
    }

    private static int suffixEnd(String text, int from) {
        for (String suffix : SUFFIXES) {
            if (text.startsWith(suffix, from)) {
                return from + suffix.length();
            }
        }
        return from;
    }

    private void add(String text, int from, int end) {
        for (int i = from; i < end; i += 2) {
            chunks.add((int) Digits.hex(text, i, Math.min(i + 2, end)));
        }
    }

    /// Returns where the bytes of a line begin; its length if it only tells how many there are.
    private static int start(String text) {
        int first = 0;
        while (first < text.length() && PUNCTUATION.indexOf(text.charAt(first)) >= 0) {
            first++;
        }
        int token = tokenEnd(text, first);
        if (isLabel(text, first)) {
            return text.length();
        }
        if (token > first) {
            boolean directive = token == first + 2 && text.regionMatches(true, first, "db", 0, 2)
                    && isSpelledOut(text, Digits.blankEnd(text, token));
            return directive ? token : 0;
        }
        int equals = text.indexOf('=', first);
        if (equals >= 0 && equals < HexText.HEAD && !isQuotedOrComment(text, first, equals)) {
            String name = text.substring(first, equals).strip();
            return LENGTHS.stream().anyMatch(name::endsWith) ? text.length() : value(text, equals + 1, 1);
        }
        int value = value(text, first, 2);
        return value > first ? value : Digits.at(text, first) == '.' ? text.length() : 0;
    }

    private static boolean isLabel(String text, int first) {
        int end = Digits.wordEnd(text, first);
        boolean number = Digits.hexEnd(text, first) == end && (end - first) % 2 == 0;
        return end > first && !number && Digits.at(text, end) == ':' && Digits.blankEnd(text, end + 1) == text.length();
    }

    private static boolean isQuotedOrComment(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '#' || c == '/' && Digits.at(text, i + 1) == '/') {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpelledOut(String text, int from) {
        return Digits.isPrefix(text, from)
                || (Digits.at(text, Digits.hexEnd(text, from)) | 0x20) == 'h' && Digits.hexEnd(text, from) > from;
    }

    /// Passes over words, to a bracket or a quote with so many bytes behind it, or to what follows a directive.
    private static int value(String text, int from, int several) {
        int i = from;
        boolean directive = false;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '#' || text.startsWith("//", i)) {
                return from;
            }
            if (c == '[' && isDimension(text, i)) {
                i = text.indexOf(']', i) + 1;
            } else if (OPENERS.indexOf(c) >= 0 && opens(text, i, several) || isLiteral(text, i)
                    || directive && tokenEnd(text, i) > i) {
                return i;
            } else if (Digits.isWord(c)) {
                int end = Digits.wordEnd(text, i);
                directive = text.regionMatches(true, i, "byte", 0, 4) && end == i + 4
                        || text.regionMatches(true, i, "db", 0, 2) && end == i + 2;
                i = end;
            } else {
                i++;
            }
        }
        return from;
    }

    /// Whether a bracket holds a number of elements, as in `byte[4]` or `[3]byte`, or nothing.
    private static boolean isDimension(String text, int open) {
        int i = Digits.wordEnd(text, Digits.blankEnd(text, open + 1));
        return Digits.at(text, i) == ']'
                && (i == open + 1 || Digits.isWord(Digits.at(text, open - 1)) || Digits.isWord(Digits.at(text, i + 1)));
    }

    /// Whether bytes stand behind an opener; one in brackets may be an address or an index.
    private static boolean opens(String text, int open, int several) {
        int start = Digits.blankEnd(text, open + 1);
        int end = castEndAt(text, start);
        if (start >= text.length() || end > start) {
            return true;
        }
        int next = tokenEnd(text, start);
        char c = text.charAt(open);
        if (next == start || c == '{' || c == '"' || c == '\'' || several == 1) {
            return next > start;
        }
        int following = next;
        while (following < text.length() && ", \t".indexOf(text.charAt(following)) >= 0) {
            following++;
        }
        return following > next && tokenEnd(text, following) > following;
    }

    private static int castEndAt(String text, int i) {
        return i < text.length() ? castEnd(text, i) : i;
    }

    /// Returns where a token that is whole ends; `from` if there is none.
    private static int tokenEnd(String text, int from) {
        char first = Digits.at(text, from);
        if (first == '<' && isMark(text, from)) {
            return from + 4;
        }
        boolean prefixed = first == '\\' && Digits.at(text, from + 1) == 'x' || Digits.isPrefix(text, from);
        int digits = prefixed ? from + 2 : from;
        int end = Digits.hexEnd(text, digits);
        if (end == digits) {
            return from;
        }
        int after = prefixed ? suffixEnd(text, end) : (Digits.at(text, end) | 0x20) == 'h' ? end + 1 : end;
        char next = Digits.at(text, after);
        return after >= text.length() || !Digits.isWord(next) && next != '=' && next != '.' ? after : from;
    }
}
