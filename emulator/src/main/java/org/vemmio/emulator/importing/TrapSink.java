package org.vemmio.emulator.importing;

import java.io.IOException;
import org.vemmio.emulator.recording.RecordedTrap;

/// Takes the traps that an importer finds.
@FunctionalInterface
public interface TrapSink {
    /// Takes the next trap.
    ///
    /// @throws IOException if it cannot be kept
    void accept(RecordedTrap trap) throws IOException;
}
