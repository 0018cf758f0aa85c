package org.vemmio.zydis;

/// No usable Zydis library: the message is one line that names the file, what is wrong and what would be right.
public final class LibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LibraryException(String message) {
        super(message);
    }
}
