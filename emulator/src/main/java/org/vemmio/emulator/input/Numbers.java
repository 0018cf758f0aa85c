package org.vemmio.emulator.input;

import java.util.regex.Pattern;

/// Numbers as people write them.
public final class Numbers {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+|0x[0-9a-fA-F]+");

    private Numbers() {
    }

    /// {@return the 64 bits, unsigned, of a number in decimal, or in hexadecimal with `0x` in front}
    ///
    /// @throws NumberFormatException if it is none; the message says so in one line
    public static long unsigned(String text) {
        if (DIGITS.matcher(text).matches()) {
            try {
                return text.startsWith("0x") ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                        : Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                // The same message as for what has other characters.
            }
        }
        throw new NumberFormatException(
                "'%s' is no number of up to 64 bits; one looks like 4096 or 0x1000".formatted(text));
    }
}
