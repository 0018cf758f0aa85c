package org.vemmio.emulator.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Set;
import org.vemmio.emulator.input.Visible;

/// Makes control characters visible in all that a command prints, wherever the text is from; in JSON, where they stand
/// in strings only, what is printed means the same. Line feeds and tabs stay, and on a terminal what [Paint], [Progress]
/// and the help write.
final class VisibleWriter extends FilterWriter {
    private static final char ESCAPE = '\u001b';
    private static final char NONE = '\0';
    /// Bold, faint, italic, underlined, red, green, yellow, and their ends; none of them can hide text.
    private static final Set<String> COLOURS =
            Set.of("0", "1", "2", "3", "4", "21", "22", "23", "24", "31", "32", "33", "39");
    private static final int MOST_DIGITS = 2;

    private final boolean colours;
    private final boolean progress;
    /// The first half of a surrogate pair whose second has not come; else [#NONE].
    private char half = NONE;

    private VisibleWriter(Writer out, boolean colours, boolean progress) {
        super(out);
        this.colours = colours;
        this.progress = progress;
    }

    /// Returns a writer of results.
    static PrintWriter ofResults(Writer out, Terminal terminal) {
        return new PrintWriter(new VisibleWriter(out, terminal.colours(), false));
    }

    /// Returns a writer of messages, which hands on every line as soon as it is whole.
    static PrintWriter ofMessages(Writer err, Terminal terminal) {
        return new PrintWriter(new VisibleWriter(err, false, terminal.progress()), true);
    }

    @Override
    public void write(int character) throws IOException {
        write(new char[] {(char) character}, 0, 1);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        write(text.substring(offset, offset + length).toCharArray(), 0, length);
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        int end = offset + length;
        int from = offset;
        int i = offset;
        while (i < end) {
            char character = text[i];
            if (half == NONE && (character >= ' ' && character < 0x7f || character == '\n' || character == '\t')) {
                i++;
                continue;
            }
            out.write(text, from, i - from);
            int sequence = sequence(text, i, end);
            if (sequence > 0) {
                endHalf();
                out.write(text, i, sequence);
                i += sequence;
            } else {
                write(character);
                i++;
            }
            from = i;
        }
        out.write(text, from, end - from);
    }

    /// Returns how long the control sequence is that stands there and is to stay, or else 0.
    private int sequence(char[] text, int from, int end) {
        if (progress && text[from] == '\r' && end - from >= Progress.ERASE.length()
                && new String(text, from, Progress.ERASE.length()).equals(Progress.ERASE)) {
            return Progress.ERASE.length();
        }
        if (!colours || text[from] != ESCAPE || from + 1 == end || text[from + 1] != '[') {
            return 0;
        }
        int number = from + 2;
        for (int i = number; i < end && i - number <= MOST_DIGITS; i++) {
            if (text[i] == ';' || text[i] == 'm') {
                if (!COLOURS.contains(new String(text, number, i - number))) {
                    return 0;
                }
                if (text[i] == 'm') {
                    return i + 1 - from;
                }
                number = i + 1;
            }
        }
        return 0;
    }

    private void write(char character) throws IOException {
        if (half != NONE && Character.isLowSurrogate(character)) {
            out.write(new char[] {half, character}, 0, 2);
            half = NONE;
            return;
        }
        endHalf();
        if (Character.isHighSurrogate(character)) {
            half = character;
        } else if (character != '\n' && character != '\t'
                && (Visible.isControl(character) || Character.isLowSurrogate(character))) {
            out.write(Visible.escape(character));
        } else {
            out.write(character);
        }
    }

    private void endHalf() throws IOException {
        if (half != NONE) {
            out.write(Visible.escape(half));
            half = NONE;
        }
    }

    @Override
    public void close() throws IOException {
        endHalf();
        super.close();
    }
}
