package org.vemmio.emulator.hex;

import java.util.List;

/// What a text tells of processors that stopped. Immutable.
///
/// @param dumps what it tells of each, in its order; may be none
/// @param unread how many messages say that their code bytes could not be read
public record CrashLog(List<CrashDump> dumps, int unread) {
    /// Creates a log; `dumps` is copied.
    public CrashLog {
        dumps = List.copyOf(dumps);
    }
}
