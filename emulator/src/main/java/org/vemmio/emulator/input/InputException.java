package org.vemmio.emulator.input;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Thrown when a file, or text from elsewhere, cannot be read. The message is one line: where, what is wrong, and what
/// would be right. Each kind of input has an exception of its own.
public abstract class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;
    private final int column;
    private final String problem;

    /// Creates an exception.
    ///
    /// @param file the file, or what else the input is called
    /// @param line from 1; 0 where the file as a whole is meant
    /// @param column from 1; 0 where the line as a whole is meant
    /// @param problem what is wrong and what would be right, without the place; control characters in it, such as in
    ///     what it quotes, are made [visible][Visible#line]
    /// @param cause what was thrown underneath, or null
    @SuppressWarnings("exports") // JSpecify stays optional for users
    protected InputException(String file, int line, int column, String problem, @Nullable Throwable cause) {
        super(Visible.line(place(file, line, column) + ": " + problem), cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.problem = Visible.line(problem);
    }

    private static String place(String file, int line, int column) {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }

    /// {@return why a file could not be opened or read, without the file's name}
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "no permission to read it";
            case CharacterCodingException _ -> "not UTF-8; it has to be text in UTF-8";
            case TextFiles.TooLongException _ -> "this has more than %,d bytes, which is the most"
                    .formatted(Limits.WHOLE_FILE);
            default -> "it cannot be read: " + e.getMessage();
        };
    }

    /// {@return the file, as its opener named it}
    public String file() {
        return file;
    }

    /// {@return the line, from 1; 0 where the file as a whole is meant}
    public int line() {
        return line;
    }

    /// {@return the character in the line, of a recording the byte, from 1; 0 where the line as a whole is meant}
    public int column() {
        return column;
    }

    /// {@return what is wrong and what would be right, without the place}
    public String problem() {
        return problem;
    }
}
