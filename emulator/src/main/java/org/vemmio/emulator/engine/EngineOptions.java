package org.vemmio.emulator.engine;

import org.vemmio.emulator.device.AccessObserver;

/// How an engine works, whatever the handler.
///
/// @param observer is told of every access
/// @param splitting whether an access wider than the device takes is split
/// @param repeatBound iterations of a `rep` instruction per trap, at least 1
/// @param cacheSize distinct instructions kept per handler, at least 1
/// @param describing whether outcomes tell what the processor makes of the bytes where the handler does not ask
record EngineOptions(AccessObserver observer, boolean splitting, int repeatBound, int cacheSize, boolean describing) {
    EngineOptions {
        if (repeatBound < 1) {
            throw new IllegalArgumentException("the bound on iterations is at least 1, not " + repeatBound);
        }
        if (cacheSize < 1) {
            throw new IllegalArgumentException("the cache holds at least 1 instruction, not " + cacheSize);
        }
    }

    /// Returns the options for accesses that no device sees: unobserved, and made up of any widths.
    EngineOptions forNobody() {
        return new EngineOptions(AccessObserver.NONE, true, repeatBound, cacheSize, describing);
    }
}
