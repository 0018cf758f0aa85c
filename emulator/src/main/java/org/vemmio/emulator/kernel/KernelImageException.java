package org.vemmio.emulator.kernel;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.InputException;

/// Thrown when a kernel image cannot be read, or is not as it should be. It has no lines: the place in the file is the
/// section or the byte that [#problem] begins with.
public final class KernelImageException extends InputException {
    private static final long serialVersionUID = 1;

    KernelImageException(String file, String problem, @Nullable Throwable cause) {
        super(file, 0, 0, problem, cause);
    }
}
