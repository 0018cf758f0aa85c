package org.vemmio.emulator.cli;

/// Something that the user gave is wrong; the message is the one line to print.
final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InputException(String message) {
        super(message);
    }
}
