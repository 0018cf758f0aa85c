package org.vemmio.emulator.confidential;

/// Thrown when a scenario file cannot be read. The message is one line: where, what is wrong, and what would be right.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;
    private final int column;

    ScenarioException(String file, int line, int column, String problem) {
        super((line == 0 ? file : "%s:%d:%d".formatted(file, line, column)) + ": " + problem);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    /// {@return the file, as its opener named it}
    public String file() {
        return file;
    }

    /// {@return the line, from 1; 0 where the file as a whole is meant}
    public int line() {
        return line;
    }

    /// {@return the character in the line, from 1; 0 where the file as a whole is meant}
    public int column() {
        return column;
    }
}
