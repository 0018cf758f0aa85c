package org.vemmio.emulator.engine;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.bytes.Bytes;

/// What one handler has answered to instruction bytes, by mode, bytes and their count. Bounded: a set of four entries
/// gives up its oldest. Looking up allocates nothing.
final class AdmissionCache {
    private static final int WAYS = 4;
    private static final int KEY_BYTES = 16;

    private final int setMask;
    private final long[] low;
    private final long[] high;
    private final @Nullable Admitted[] admitted;
    private final byte[] oldest;

    /// Creates an empty cache.
    ///
    /// @param size how many entries, at least 1; rounded up to four times a power of two
    AdmissionCache(int size) {
        int sets = Math.max(1, Integer.highestOneBit(Math.max(1, (size + WAYS - 1) / WAYS) * 2 - 1));
        setMask = sets - 1;
        low = new long[sets * WAYS];
        high = new long[sets * WAYS];
        admitted = new Admitted[sets * WAYS];
        oldest = new byte[sets];
    }

    /// Returns the answer to `count` bytes of `code`, or null if there is none.
    ///
    /// @param code at least 16 bytes, those from `count` on 0
    @Nullable Admitted get(CodeMode mode, byte[] code, int count) {
        long keyLow = Bytes.get(code, 0, 8);
        long keyHigh = keyHigh(mode, code, count);
        int first = set(keyLow, keyHigh) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            if (low[i] == keyLow && high[i] == keyHigh && admitted[i] != null) {
                return admitted[i];
            }
        }
        return null;
    }

    /// Keeps an answer; the key as for [#get].
    void put(CodeMode mode, byte[] code, int count, Admitted answer) {
        long keyLow = Bytes.get(code, 0, 8);
        long keyHigh = keyHigh(mode, code, count);
        int set = set(keyLow, keyHigh);
        int index = set * WAYS + oldest[set];
        oldest[set] = (byte) ((oldest[set] + 1) % WAYS);
        low[index] = keyLow;
        high[index] = keyHigh;
        admitted[index] = answer;
    }

    /// The 16th byte, which no instruction has, takes the count and the mode.
    private static long keyHigh(CodeMode mode, byte[] code, int count) {
        return Bytes.get(code, KEY_BYTES / 2, 8) | (long) (count | mode.ordinal() << 4) << 56;
    }

    private int set(long keyLow, long keyHigh) {
        long hash = (keyLow ^ Long.rotateLeft(keyHigh, 32)) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32) & setMask;
    }
}
