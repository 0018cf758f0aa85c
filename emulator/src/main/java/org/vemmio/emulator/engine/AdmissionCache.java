package org.vemmio.emulator.engine;

import org.jspecify.annotations.Nullable;

/// What one handler has answered to instruction bytes, by mode, bytes and their count. Bounded: a set of four entries
/// gives up its oldest. Looking up allocates nothing.
final class AdmissionCache {
    private static final int WAYS = 4;

    private final int setMask;
    private final @Nullable Admitted[] admitted;
    private final byte[] oldest;

    /// Creates an empty cache.
    ///
    /// @param size how many entries, 1 to [MmioEngine#MAX_CACHE_SIZE]; rounded up to four times a power of two
    AdmissionCache(int size) {
        int sets = Integer.highestOneBit((size + WAYS - 1) / WAYS * 2 - 1);
        setMask = sets - 1;
        admitted = new Admitted[sets * WAYS];
        oldest = new byte[sets];
    }

    /// Returns the answer to what was fetched, or null if there is none.
    @Nullable Admitted get(InstructionFetch fetched) {
        long keyLow = fetched.keyLow();
        long keyHigh = fetched.keyHigh();
        int first = set(keyLow, keyHigh) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            Admitted found = admitted[i];
            if (found != null && found.answers(keyLow, keyHigh)) {
                return found;
            }
        }
        return null;
    }

    /// Keeps an answer.
    void put(InstructionFetch fetched, Admitted answer) {
        int set = set(fetched.keyLow(), fetched.keyHigh());
        int index = set * WAYS + oldest[set];
        oldest[set] = (byte) ((oldest[set] + 1) % WAYS);
        admitted[index] = answer;
    }

    private int set(long keyLow, long keyHigh) {
        long hash = (keyLow ^ Long.rotateLeft(keyHigh, 32)) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32) & setMask;
    }
}
