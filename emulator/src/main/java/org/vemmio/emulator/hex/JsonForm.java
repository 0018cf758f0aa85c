package org.vemmio.emulator.hex;

import java.io.IOException;

/// JSON, or lines of it, in which members called `bytes` or `code` hold bytes: a string of hex digits, or a list of
/// decimal numbers or of strings.
final class JsonForm extends HexForm {
    private static final int MOST_KEY = 64;

    JsonForm() {
        super("json", "JSON or lines of it: the members \"bytes\" and \"code\", a string of hex or a list of numbers",
                "{\"rip\": \"0x401000\", \"bytes\": \"488b07\"}");
    }

    @Override
    Fit fit(HexText text) {
        boolean opened = false;
        for (HexLine line : text.head()) {
            String stripped = line.text().strip();
            opened |= stripped.startsWith("{") || stripped.startsWith("[");
            if (!opened && !stripped.isEmpty()) {
                return Fit.NO;
            }
            if (has(line.text(), "\"bytes\"") || has(line.text(), "\"code\"")) {
                return Fit.YES;
            }
        }
        return Fit.NO;
    }

    private static boolean has(String text, String key) {
        int at = text.indexOf(key);
        return at >= 0 && Digits.at(text, Digits.blankEnd(text, at + key.length())) == ':';
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        Scanner scanner = new Scanner(chunks);
        int lines = 0;
        for (HexLine line = text.next(); line != null; line = text.next()) {
            scanner.line(line);
            chunks.flush();
            lines = line.number();
        }
        if (chunks.isEmpty()) {
            throw text.wrong(Math.max(1, lines), "no member \"bytes\" or \"code\" holds a byte");
        }
    }

    /// Where in the text the next character stands.
    private static final class Scanner {
        private final Chunks chunks;
        private final StringBuilder string = new StringBuilder();
        private boolean inString;
        private boolean escaped;
        private boolean key;
        private boolean wanted;
        private boolean list;
        private int high = -1;

        Scanner(Chunks chunks) {
            this.chunks = chunks;
        }

        void line(HexLine line) {
            String text = line.text();
            int i = 0;
            while (i < text.length()) {
                i = inString ? character(line, i) : outside(line, i);
            }
        }

        private int character(HexLine line, int i) {
            char c = line.text().charAt(i);
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                inString = false;
                if (high >= 0) {
                    throw line.wrong(i, "an odd number of digits; a byte has two");
                }
                key = !wanted;
                wanted = list;
            } else if (wanted) {
                return digit(line, i);
            } else if (string.length() < MOST_KEY) {
                string.append(c);
            }
            return i + 1;
        }

        private int digit(HexLine line, int i) {
            String text = line.text();
            char c = text.charAt(i);
            if (Digits.isHex(c)) {
                if (high < 0 && Digits.isPrefix(text, i)) {
                    return i + 2;
                }
                int digit = Character.digit(c, 16);
                if (high >= 0) {
                    chunks.add(high << 4 | digit);
                }
                high = high < 0 ? digit : -1;
            } else if (" ,:-".indexOf(c) < 0 || high >= 0) {
                throw line.wrong(i, "'%c' is no hex digit; \"bytes\" and \"code\" hold pairs of digits, or a list of"
                        .formatted(c) + " numbers");
            }
            return i + 1;
        }

        private int outside(HexLine line, int i) {
            String text = line.text();
            char c = text.charAt(i);
            if (c == '"') {
                inString = true;
                string.setLength(0);
                if (wanted && !list) {
                    chunks.begin();
                }
            } else if (c == ':') {
                wanted = key && ("bytes".contentEquals(string) || "code".contentEquals(string));
                key = false;
            } else if (c == '[' && wanted) {
                list = true;
                chunks.begin();
            } else if (c == ']' || c == '{' || c == '}') {
                list = false;
                wanted = false;
            } else if (list && (c == '-' || Digits.isWord(c))) {
                int end = Digits.wordEnd(text, i + 1);
                chunks.add(DecimalForm.number(line, i, end));
                return end;
            } else if (!Digits.isBlank(c)) {
                wanted = list;
            }
            return i + 1;
        }
    }
}
