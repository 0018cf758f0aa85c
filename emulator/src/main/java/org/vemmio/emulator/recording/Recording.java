package org.vemmio.emulator.recording;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The header of a recording: its first line.
///
/// @param title what was recorded; may be empty
/// @param source where it comes from; may be empty
/// @param processor which machine it was, such as `zen5`, of the traps that do not tell; may be empty
/// @param traps how many traps follow, 0 or more
public record Recording(String title, String source, String processor, long traps) {
    /// The version of the format that this package reads and writes.
    public static final int VERSION = 1;

    private static final String FORMAT = "format.md";

    /// Creates a header.
    ///
    /// @throws IllegalArgumentException if `traps` is negative
    public Recording {
        Objects.requireNonNull(title);
        Objects.requireNonNull(source);
        Objects.requireNonNull(processor);
        if (traps < 0) {
            throw new IllegalArgumentException("a recording has 0 or more traps, not " + traps);
        }
    }

    /// {@return the description of the format: every key, what its absence means, and whether it is compared; Markdown
    /// in lines of up to 80 columns}
    public static String format() {
        try (InputStream in = Objects.requireNonNull(Recording.class.getResourceAsStream(FORMAT), FORMAT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
