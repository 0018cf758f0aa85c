package org.vemmio.emulator.importing;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vemmio.emulator.recording.RecordedTrap;

/// What became of the lines of traces, counted while they go by. For one thread.
///
/// Every instruction and every access that a trace shows is counted once: in a trap, or with a reason.
public final class ImportSummary {
    private final Map<ImportReason, Long> instructions = new EnumMap<>(ImportReason.class);
    private final Map<ImportReason, Long> accesses = new EnumMap<>(ImportReason.class);
    private final SortedMap<String, Long> assumed = new TreeMap<>();
    private long lines;
    private long events;
    private long lost;
    private long traps;
    private long accessesInTraps;

    /// Creates an empty summary.
    public ImportSummary() {
    }

    /// Counts a line.
    ///
    /// @param event whether the importer made something of it
    public void line(boolean event) {
        lines++;
        events += event ? 1 : 0;
    }

    /// Counts a mark that says that events are missing here.
    public void lost() {
        lost++;
    }

    /// Counts an instruction that became a trap.
    ///
    /// @param events how many lines of accesses are in it
    public void trap(RecordedTrap trap, int events) {
        traps++;
        accessesInTraps += events;
        trap.assumedKinds().forEach(key -> assumed.merge(key, 1L, Long::sum));
    }

    /// Counts an instruction that became no trap.
    public void instruction(ImportReason reason) {
        instructions.merge(reason, 1L, Long::sum);
    }

    /// Counts lines of accesses that are in no trap.
    public void accesses(ImportReason reason, int count) {
        if (count > 0) {
            accesses.merge(reason, (long) count, Long::sum);
        }
    }

    /// {@return how many lines there were}
    public long lines() {
        return lines;
    }

    /// {@return how many lines the importer made something of}
    public long events() {
        return events;
    }

    /// {@return how often the trace says that events are missing}
    public long lostMarks() {
        return lost;
    }

    /// {@return how many instructions became traps}
    public long traps() {
        return traps;
    }

    /// {@return how many instructions became no trap, by reason}
    public Map<ImportReason, Long> instructionsLeft() {
        return Collections.unmodifiableMap(instructions);
    }

    /// {@return how many lines of accesses are in traps}
    public long accessesInTraps() {
        return accessesInTraps;
    }

    /// {@return how many lines of accesses are in no trap, by reason}
    public Map<ImportReason, Long> accessesLeft() {
        return Collections.unmodifiableMap(accesses);
    }

    /// {@return how many instructions there were}
    public long instructions() {
        return traps + sum(instructions);
    }

    /// {@return how many lines of accesses there were}
    public long accesses() {
        return accessesInTraps + sum(accesses);
    }

    private static long sum(Map<ImportReason, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /// {@return in how many traps something was assumed, by [RecordedTrap#assumedKinds]}
    public SortedMap<String, Long> assumed() {
        return Collections.unmodifiableSortedMap(assumed);
    }
}
