package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A Java statement that is a chain of calls, in as few lines as hold it. For one thread.
final class JavaStatement {
    private static final int WIDTH = 120;
    private static final String INDENT = "        ";
    /// A call that does not fit into a line begins where so many columns are left.
    private static final int ROOM = 40;
    /// What is behind the last piece of a line at most: quote, parenthesis, semicolon.
    private static final int CLOSING = 3;
    private static final Pattern WORDS = Pattern.compile("(?<= )");
    private static final Pattern BYTES = Pattern.compile("(?<=\\G..)");

    private final StringBuilder text;
    private int column;

    JavaStatement(String beginning) {
        text = new StringBuilder(beginning);
        column = beginning.length();
    }

    /// An argument that may go on in the next line.
    ///
    /// @param pieces that stay whole
    /// @param quoted whether they are one string
    private record Argument(List<String> pieces, boolean quoted) {
        @Override
        public String toString() {
            String whole = String.join("", pieces);
            return quoted ? '"' + whole + '"' : whole;
        }
    }

    /// Calls a method.
    ///
    /// @param arguments numbers of type Long in hexadecimal, others in decimal; texts as they are; those of [#words],
    ///     [#bytes] and [#numbers]
    void call(String name, Object... arguments) {
        List<Object> shown = new ArrayList<>();
        for (Object argument : arguments) {
            shown.add(argument instanceof Long number ? number(number) : argument);
        }
        String head = "." + name + "(";
        String whole = head + String.join(", ", shown.stream().map(Object::toString).toList()) + ")";
        if (column + whole.length() < WIDTH) {
            put(whole);
            return;
        }
        if (INDENT.length() + whole.length() < WIDTH) {
            lineEnd();
            put(whole);
            return;
        }
        if (column + ROOM > WIDTH) {
            lineEnd();
        }
        put(head);
        String comma = "";
        for (Object argument : shown) {
            put(comma);
            comma = ", ";
            put(argument instanceof Argument broken ? broken : new Argument(List.of(argument.toString()), false));
        }
        put(")");
    }

    private void put(Argument argument) {
        put(argument.quoted ? "\"" : "");
        for (String piece : argument.pieces) {
            if (column + piece.length() + CLOSING > WIDTH) {
                put(argument.quoted ? "\"" : "");
                lineEnd();
                put(INDENT + (argument.quoted ? "+ \"" : ""));
            }
            put(piece);
        }
        put(argument.quoted ? "\"" : "");
    }

    private void put(String piece) {
        text.append(piece);
        column += piece.length();
    }

    private void lineEnd() {
        text.setLength(text.toString().stripTrailing().length());
        text.append('\n').append(INDENT);
        column = INDENT.length();
    }

    /// Returns a string that is broken between words.
    static Object words(String words) {
        return new Argument(List.of(WORDS.split(words)), true);
    }

    /// Returns a string that is broken between bytes of two digits.
    static Object bytes(String digits) {
        return new Argument(List.of(BYTES.split(digits)), true);
    }

    /// Returns arguments that are numbers.
    static Object numbers(List<Long> numbers) {
        String all = String.join(", ", numbers.stream().map(JavaStatement::number).toList());
        return new Argument(List.of(WORDS.split(all)), false);
    }

    static String number(long value) {
        return "0x" + Long.toHexString(value) + (value == (int) value && value >= 0 ? "" : "L");
    }

    /// Returns the statement.
    @Override
    public String toString() {
        return text + ";";
    }
}
