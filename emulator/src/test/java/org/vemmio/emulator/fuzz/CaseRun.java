package org.vemmio.emulator.fuzz;

import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;

/// What came of a case.
///
/// @param outcome null if something was thrown
/// @param thrown what, or null
/// @param text outcome or what was thrown, in words
/// @param cpu the registers afterwards
/// @param memory a digest of the memory afterwards
/// @param accesses those that devices took
/// @param observed those that the observer was told of
/// @param begun how many accesses were begun, those that were refused among them
record CaseRun(Outcome outcome, Throwable thrown, String text, CpuState cpu, int memory, List<DeviceAccess> accesses,
        List<DeviceAccess> observed, int begun) {
    /// Returns whether registers, memory and devices are alike, and the outcomes but for how the last call went.
    boolean endsLike(CaseRun other) {
        boolean emulated = outcome instanceof Outcome.Emulated one && other.outcome instanceof Outcome.Emulated two
                && one.complete() == two.complete();
        return (emulated || text.equals(other.text)) && cpu.equals(other.cpu) && memory == other.memory
                && accesses.equals(other.accesses) && observed.equals(other.observed);
    }

    /// Returns whether nothing can be told apart from outside.
    boolean isLike(CaseRun other) {
        return text.equals(other.text) && endsLike(other);
    }
}
