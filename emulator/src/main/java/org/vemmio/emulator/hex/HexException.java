package org.vemmio.emulator.hex;

import org.vemmio.emulator.input.InputException;

/// Thrown when text is not hex in any of the known forms.
public final class HexException extends InputException {
    private static final long serialVersionUID = 1;

    HexException(String source, int line, int column, String problem) {
        super(source, line, column, problem, null);
    }
}
