package org.vemmio.emulator.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The files that the user names.
final class Input {
    /// What messages call standard input.
    static final String STANDARD = "standard input";

    /// What the user writes for it.
    static final String DASH = "-";

    private Input() {
    }

    /// Returns the path of a file that is there or not.
    ///
    /// @throws CommandException if no file can have this name
    static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new CommandException(file + ": no file can have this name: " + (file.indexOf('\0') >= 0
                    ? "there is a NUL in it" : ("the locale's encoding, %s, does not have all of its characters;"
                    + " LC_ALL=C.UTF-8 does").formatted(System.getProperty("sun.jnu.encoding"))));
        }
    }

    static InputStream open(String file) throws IOException {
        Path path = path(file);
        if (Files.isDirectory(path)) {
            throw new CommandException(file + ": a directory, not a file");
        }
        return Files.newInputStream(path);
    }

    /// Returns standard input, whose problems are the user's. It is not to be closed.
    static InputStream standard() {
        return new FilterInputStream(System.in) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                try {
                    return super.read(bytes, offset, length);
                } catch (IOException e) {
                    throw new CommandException(STANDARD + ": " + e.getMessage());
                }
            }

            @Override
            public void close() {
                // The process owns it.
            }
        };
    }
}
