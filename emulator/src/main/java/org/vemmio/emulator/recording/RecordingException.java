package org.vemmio.emulator.recording;

import org.jspecify.annotations.Nullable;

/// Thrown when a recording cannot be read. The message is one line: where, what is wrong, and what would be right.
public final class RecordingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;
    private final int column;
    private final String problem;

    RecordingException(String file, int line, int column, String problem, @Nullable Throwable cause) {
        super(place(file, line, column) + ": " + problem, cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.problem = problem;
    }

    private static String place(String file, int line, int column) {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }

    /// {@return the file, as its opener named it}
    public String file() {
        return file;
    }

    /// {@return the line, from 1; 0 where the file as a whole is meant}
    public int line() {
        return line;
    }

    /// {@return the byte in the line, from 1; 0 where the line as a whole is meant}
    public int column() {
        return column;
    }

    /// {@return what is wrong and what would be right, without the place}
    public String problem() {
        return problem;
    }
}
