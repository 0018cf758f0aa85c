package org.vemmio.emulator.recording;

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
}
