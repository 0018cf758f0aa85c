package org.vemmio.emulator.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.outcome.DeviceAccess;

/// The device accesses of one trap, kept flat so that keeping them costs no allocation once the arrays have grown.
final class AccessLog {
    private long[] gpas = new long[16];
    /// In bytes; of a write negative.
    private int[] sizes = new int[16];
    /// The value, or where among [#wide] that of more than 8 bytes begins.
    private long[] values = new long[16];
    private byte[] wide = new byte[128];
    private int count;
    private int used;

    void clear() {
        count = 0;
        used = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// Adds an access to 1, 2, 4 or 8 bytes.
    void add(boolean write, long gpa, int size, long value) {
        int index = count;
        if (index == gpas.length) {
            grow();
        }
        gpas[index] = gpa;
        sizes[index] = write ? -size : size;
        values[index] = value;
        count = index + 1;
    }

    private void grow() {
        gpas = Arrays.copyOf(gpas, 2 * count);
        sizes = Arrays.copyOf(sizes, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
    }

    /// Adds an access to 16, 32 or 64 bytes.
    void add(boolean write, long gpa, byte[] from, int offset, int size) {
        if (used + size > wide.length) {
            wide = Arrays.copyOf(wide, 2 * wide.length);
        }
        System.arraycopy(from, offset, wide, used, size);
        add(write, gpa, size, used);
        used += size;
    }

    List<DeviceAccess> toList() {
        List<DeviceAccess> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] value = value(i, Math.abs(sizes[i]));
            list.add(sizes[i] < 0 ? DeviceAccess.write(gpas[i], value) : DeviceAccess.read(gpas[i], value));
        }
        return list;
    }

    private byte[] value(int index, int size) {
        if (size > Long.BYTES) {
            return Arrays.copyOfRange(wide, (int) values[index], (int) values[index] + size);
        }
        byte[] value = new byte[size];
        Bytes.put(value, 0, size, values[index]);
        return value;
    }
}
