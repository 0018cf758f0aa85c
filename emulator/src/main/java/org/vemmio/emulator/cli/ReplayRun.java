package org.vemmio.emulator.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.TrapFilter;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplayResult;
import org.vemmio.emulator.recording.replay.ReplaySummary;
import org.vemmio.emulator.recording.replay.ReplaySummary.Tally;
import org.vemmio.emulator.recording.replay.Verdict;

/// Replays recordings one after the other, and gathers what a report tells. For one thread.
final class ReplayRun implements AutoCloseable {
    private static final int DISAGREEMENTS_SHOWN = 10;

    private final Replay replay;
    private final Progress progress;
    private final Decoder decoder = Decoder.open();
    private final TrapFilter.Selection selection;
    private final ReplaySummary summary = new ReplaySummary(0);
    private final List<ReplayedFile> files = new ArrayList<>();
    private final List<Disagreement> disagreements = new ArrayList<>();

    /// Creates a run without a recording.
    ///
    /// @param replay closed with the run
    ReplayRun(Replay replay, TrapFilter filter, Progress progress) {
        this.replay = replay;
        this.progress = progress;
        this.selection = filter.start(decoder);
    }

    /// Replays the traps that the filter takes.
    ///
    /// @param file what reports call the recording
    void replay(String file, RecordingReader reader) {
        Tally tally;
        // What comes slowly, through a pipe, is not waited for.
        if (Runtime.getRuntime().availableProcessors() > 1 && Files.isRegularFile(Path.of(file))) {
            try (ReadAhead ahead = ReadAhead.of(reader)) {
                tally = replay(file, reader.header(), ahead);
            }
        } else {
            tally = replay(file, reader.header(), reader);
        }
        files.add(new ReplayedFile(file, reader.header(), tally));
    }

    private Tally replay(String file, Recording header, Iterator<RecordedTrap> traps) {
        long read = 0;
        Tally tally = Tally.NONE;
        while (!selection.isOver() && traps.hasNext()) {
            RecordedTrap trap = traps.next();
            read++;
            if (selection.takes(trap)) {
                tally = tally.with(replay(file, trap));
            }
            progress.update(file, header.traps(), read, summary.total());
        }
        return tally;
    }

    private Verdict replay(String file, RecordedTrap trap) {
        ReplayResult result = replay.replay(trap);
        summary.add(result);
        if (result.verdict() == Verdict.DISAGREED && disagreements.size() < DISAGREEMENTS_SHOWN) {
            disagreements.add(Disagreement.of(file, result, decoder));
        }
        return result.verdict();
    }

    ReplaySummary summary() {
        return summary;
    }

    List<ReplayedFile> files() {
        return files;
    }

    /// Returns the first traps that disagreed.
    List<Disagreement> disagreements() {
        return disagreements;
    }

    @Override
    public void close() {
        replay.close();
        decoder.close();
    }
}
