package org.vemmio.emulator.input;

/// Text with its control characters made visible, so that text from a file can neither steer a terminal nor show in
/// another order than it has. They are written as Java and JSON write them: `\u001b`.
///
/// Control characters are here those of C0, DEL and C1, the separators of lines and paragraphs (U+2028, U+2029), the
/// marks, embeddings, overrides and isolates of the bidirectional algorithm (Unicode Standard Annex 9), and
/// halves of surrogate pairs.
public final class Visible {
    private Visible() {
    }

    /// {@return the text on one line: line feeds and tabs are made visible too}
    public static String line(String text) {
        int at = 0;
        while (at < text.length() && isVisible(text, at)) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, at);
        for (int i = at; i < text.length(); i++) {
            if (isVisible(text, i)) {
                line.append(text.charAt(i));
            } else {
                line.append(escape(text.charAt(i)));
            }
        }
        return line.toString();
    }

    private static boolean isVisible(String text, int at) {
        char character = text.charAt(at);
        if (Character.isHighSurrogate(character)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(character)) {
            return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        }
        return !isControl(character);
    }

    /// {@return whether it is a control character, line feed and tab included; for a surrogate, no}
    public static boolean isControl(char character) {
        if (character < 0x7f) {
            return character < ' ';
        }
        return character < 0xa0 || character == 0x061c || character == 0x200e || character == 0x200f
                || character >= 0x2028 && character <= 0x202e || character >= 0x2066 && character <= 0x2069;
    }

    /// {@return what is shown instead of a character: a backslash, `u`, and four hexadecimal digits}
    public static String escape(char character) {
        return "\\u%04x".formatted((int) character);
    }
}
