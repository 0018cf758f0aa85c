package org.vemmio.emulator.elf;

import java.io.IOException;
import org.vemmio.emulator.input.InputException;

/// Thrown when an ELF file cannot be read, or is not as it should be. It has no lines: the place in the file is the
/// section or the byte that [#problem] begins with.
public final class ElfException extends InputException {
    private static final long serialVersionUID = 1;

    /// Creates an exception about what is in the file.
    ///
    /// @param file the file, or what else the image is called
    /// @param problem where in it, what is wrong and what would be right, on one line
    public ElfException(String file, String problem) {
        super(file, 0, 0, problem, null);
    }

    /// Creates an exception about a file that could not be read.
    public ElfException(String file, IOException cause) {
        super(file, 0, 0, reason(cause), cause);
    }
}
