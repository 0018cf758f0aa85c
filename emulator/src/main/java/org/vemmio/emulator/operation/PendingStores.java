package org.vemmio.emulator.operation;

import java.util.Arrays;
import org.vemmio.emulator.memory.LinearMemory;

/// What an instruction writes to ordinary memory, in order, kept back until no device can refuse any more.
final class PendingStores {
    private long[] linears = new long[16];
    private int[] sizes = new int[16];
    private long[] values = new long[16];
    private int count;

    void clear() {
        count = 0;
    }

    /// Adds the low `size` bytes, 1 to 8, of `value`.
    void add(long linear, int size, long value) {
        if (count == linears.length) {
            linears = Arrays.copyOf(linears, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        linears[count] = linear;
        sizes[count] = size;
        values[count] = value;
        count++;
    }

    void commit(LinearMemory memory) {
        for (int i = 0; i < count; i++) {
            memory.write(linears[i], sizes[i], values[i]);
        }
        count = 0;
    }
}
