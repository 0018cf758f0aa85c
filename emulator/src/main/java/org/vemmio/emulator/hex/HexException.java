package org.vemmio.emulator.hex;

import org.vemmio.emulator.input.InputException;

/// Thrown when text is in none of the forms, could be in several, or departs from its form.
public final class HexException extends InputException {
    private static final long serialVersionUID = 1;

    HexException(String source, int line, int column, String problem) {
        super(source, line, column, problem, null);
    }
}
