package org.vemmio.emulator.recording.file;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.InputException;

/// Thrown when a recording cannot be read.
public final class RecordingException extends InputException {
    private static final long serialVersionUID = 1;

    RecordingException(String file, int line, int column, String problem, @Nullable Throwable cause) {
        super(file, line, column, problem, cause);
    }
}
