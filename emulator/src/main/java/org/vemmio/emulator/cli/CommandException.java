package org.vemmio.emulator.cli;

/// Something that the user gave is wrong; the message is the one line to print.
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandException(String message) {
        super(message);
    }
}
