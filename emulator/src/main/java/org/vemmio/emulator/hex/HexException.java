package org.vemmio.emulator.hex;

/// Text that is not hex in any of the known forms. The message is one line: where, what is wrong, what would be right.
public final class HexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HexException(String source, int line, int column, String problem) {
        super("%s:%d:%d: %s".formatted(source, line, column, problem));
    }
}
