package org.vemmio.emulator.hex;

/// Characters of numbers in a line of text.
final class Digits {
    /// How many digits 64 bits have at most.
    static final int MOST = 16;

    private Digits() {
    }

    static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    static boolean isDecimal(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isWord(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    /// Returns where the hex digits that begin at `from` end; `from` if there is none.
    static int hexEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isHex(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static int blankEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isBlank(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /// Returns `text` at `index`, or a NUL behind its end.
    static char at(String text, int index) {
        return index >= 0 && index < text.length() ? text.charAt(index) : '\0';
    }

    static boolean hasOnly(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isOctal(String text) {
        return hasOnly(text, "01234567");
    }

    static boolean isDecimal(String text) {
        return hasOnly(text, "0123456789");
    }

    static boolean isHex(String text) {
        return !text.isEmpty() && hexEnd(text, 0) == text.length();
    }

    /// Returns whether `0x` stands at `index`, with a digit behind it.
    static boolean isPrefix(String text, int index) {
        return at(text, index) == '0' && (at(text, index + 1) | 0x20) == 'x' && isHex(at(text, index + 2));
    }

    /// Returns the number that the hex digits between two indices make; the caller has counted them.
    static long hex(String text, int from, int to) {
        return Long.parseUnsignedLong(text, from, to, 16);
    }
}
