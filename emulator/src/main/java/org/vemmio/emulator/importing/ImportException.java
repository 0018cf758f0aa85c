package org.vemmio.emulator.importing;

import java.io.IOException;
import org.vemmio.emulator.input.InputException;

/// Thrown when a trace cannot be imported.
public final class ImportException extends InputException {
    private static final long serialVersionUID = 1;

    /// Creates an exception about what is in the file.
    ///
    /// @param file the file, or what else the input is called
    /// @param line from 1; 0 where the file as a whole is meant
    /// @param problem what is wrong and what would be right, on one line
    public ImportException(String file, int line, String problem) {
        super(file, line, 0, problem, null);
    }

    /// Creates an exception about a file that could not be read.
    ///
    /// @param line the line that was being read, from 1; 0 where the file could not be opened
    public ImportException(String file, int line, IOException cause) {
        super(file, line, 0, reason(cause), cause);
    }
}
