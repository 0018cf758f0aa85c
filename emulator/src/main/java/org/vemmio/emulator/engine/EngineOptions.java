package org.vemmio.emulator.engine;

import org.vemmio.emulator.device.AccessObserver;

/// How an engine works, whatever the handler.
///
/// @param observer is told of every access
/// @param splitting whether an access wider than the device takes is split
/// @param repeatBound iterations of a `rep` instruction per trap, 1 to [MmioEngine#MAX_REPEAT_BOUND]
/// @param cacheSize distinct instructions kept per handler, 1 to [MmioEngine#MAX_CACHE_SIZE]
/// @param describing whether outcomes tell what the processor makes of the bytes where the handler does not ask
record EngineOptions(AccessObserver observer, boolean splitting, int repeatBound, int cacheSize, boolean describing) {
    EngineOptions {
        if (repeatBound < 1 || repeatBound > MmioEngine.MAX_REPEAT_BOUND) {
            throw new IllegalArgumentException("the bound on iterations is 1 to %d, not %d"
                    .formatted(MmioEngine.MAX_REPEAT_BOUND, repeatBound));
        }
        if (cacheSize < 1 || cacheSize > MmioEngine.MAX_CACHE_SIZE) {
            throw new IllegalArgumentException("the cache holds 1 to %d instructions, not %d"
                    .formatted(MmioEngine.MAX_CACHE_SIZE, cacheSize));
        }
    }

    /// Returns the options for accesses that no device sees: unobserved, and made up of any widths.
    EngineOptions forNobody() {
        return new EngineOptions(AccessObserver.NONE, true, repeatBound, cacheSize, describing);
    }
}
