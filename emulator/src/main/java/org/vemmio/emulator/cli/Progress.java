package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.vemmio.emulator.input.Visible;
import org.vemmio.emulator.recording.replay.ReplaySummary.Tally;

/// A line on a terminal that tells how far a replay is, written over itself a few times a second.
final class Progress {
    private static final long INTERVAL = 100_000_000;
    private static final int STRIDE = 64;
    /// Goes to the line's beginning and erases it (ECMA-48, "Erase in line").
    static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;
    private int calls;
    private long last = System.nanoTime();

    /// Creates a line that is not yet there.
    ///
    /// @param shown whether it will ever be
    Progress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    /// Tells that another trap of a recording has been replayed.
    ///
    /// @param traps how many the recording has
    /// @param done how many of them have been read
    void update(String file, long traps, long done, Tally tally) {
        if (!shown || ++calls % STRIDE != 0 || System.nanoTime() - last < INTERVAL) {
            return;
        }
        last = System.nanoTime();
        String text = String.format(Locale.ROOT, "%,d of %,d traps, %,d disagreed, %,d refused: %s", done, traps,
                tally.disagreed(), tally.refused(), Visible.line(file.substring(file.lastIndexOf('/') + 1)));
        err.print(ERASE + text.substring(0, Math.min(text.length(), Table.WIDTH - 1)));
        err.flush();
    }

    /// Takes the line away.
    void clear() {
        if (shown) {
            err.print(ERASE);
            err.flush();
        }
    }
}
