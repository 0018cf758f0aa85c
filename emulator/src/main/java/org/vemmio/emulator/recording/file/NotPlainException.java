package org.vemmio.emulator.recording.file;

/// A line is not what [PlainTokens] read, or is wrong; a parser finds out which.
final class NotPlainException extends RuntimeException {
    /// The only one.
    static final NotPlainException INSTANCE = new NotPlainException();

    private static final long serialVersionUID = 1;

    private NotPlainException() {
        super(null, null, false, false);
    }
}
