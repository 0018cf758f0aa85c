package org.vemmio.decoder;

/// No usable Zydis library. The message is one line: the file, what is wrong with it and what would be right.
public final class ZydisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ZydisException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
