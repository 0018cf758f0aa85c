package org.vemmio.emulator.cli;

import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.replay.ReplaySummary.Tally;

/// A recording that has been replayed.
///
/// @param name as the user gave it
/// @param header its first line
/// @param tally of the traps that were replayed
record ReplayedFile(String name, Recording header, Tally tally) {
}
