package org.vemmio.emulator.policy.yaml;

/// Thrown when a policy file cannot be read. The message is one line: where, what is wrong, and what would be right.
public final class PolicyFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;
    private final int column;
    private final String problem;

    PolicyFileException(String file, int line, int column, String problem) {
        super((line == 0 ? file : file + ":" + line + ":" + column) + ": " + problem);
        this.file = file;
        this.line = line;
        this.column = column;
        this.problem = problem;
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

    /// {@return what is wrong and what would be right, without the place}
    public String problem() {
        return problem;
    }
}
