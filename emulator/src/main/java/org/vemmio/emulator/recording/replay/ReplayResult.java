package org.vemmio.emulator.recording.replay;

import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;

/// What came of replaying a trap.
///
/// @param trap the trap
/// @param decoding what the processor makes of its bytes, whatever the handler does
/// @param verdict what the recording says of it
/// @param outcome what became of the guest; of a `rep` instruction that took several calls of the engine, that of the
///     last
/// @param differences in what the replay disagrees; empty unless the verdict says so
/// @param after the registers after; for the reader alone
public record ReplayResult(RecordedTrap trap, Decoding decoding, Verdict verdict, Outcome outcome,
        List<Difference> differences, CpuState after) {
    /// Creates a result; `differences` is copied.
    public ReplayResult {
        differences = List.copyOf(differences);
    }
}
