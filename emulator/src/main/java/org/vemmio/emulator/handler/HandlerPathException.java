package org.vemmio.emulator.handler;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.InputException;

/// Thrown when handlers cannot be had from a handler path; it calls the file what [TrapHandlers#on] was given.
public final class HandlerPathException extends InputException {
    private static final long serialVersionUID = 1;

    HandlerPathException(String file, String problem, @Nullable Throwable cause) {
        super(file, 0, 0, problem, cause);
    }
}
