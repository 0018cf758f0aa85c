package org.vemmio.emulator.kernel;

import java.io.IOException;

/// A kernel image that is not as it should be. The message is one line: the file, the section and byte, what is wrong
/// and what would be right.
public final class KernelImageException extends IOException {
    private static final long serialVersionUID = 1;

    KernelImageException(String message) {
        super(message);
    }
}
