package org.vemmio.emulator.yaml;

/// Something in a YAML file is wrong. Who knows the file's name makes a message of it.
public final class YamlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    YamlException(int line, int column, String problem) {
        super(problem);
        this.line = line;
        this.column = column;
    }

    /// {@return the line, from 1}
    public int line() {
        return line;
    }

    /// {@return the character in the line, from 1}
    public int column() {
        return column;
    }

    /// {@return what is wrong and what would be right}
    public String problem() {
        return String.valueOf(getMessage());
    }
}
