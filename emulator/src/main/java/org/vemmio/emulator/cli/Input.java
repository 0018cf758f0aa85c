package org.vemmio.emulator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The files that the user names.
final class Input {
    /// What messages call standard input.
    static final String STANDARD = "standard input";

    /// What the user writes for it.
    static final String DASH = "-";

    private Input() {
    }

    static byte[] read(String file) throws IOException {
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new CommandException(file + ": a directory, not a file");
        }
        return Files.readAllBytes(path);
    }

    static byte[] readStandard() {
        try {
            return System.in.readAllBytes();
        } catch (IOException e) {
            throw new CommandException(STANDARD + ": " + e.getMessage());
        }
    }
}
