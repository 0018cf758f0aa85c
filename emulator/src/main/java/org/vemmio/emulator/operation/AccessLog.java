package org.vemmio.emulator.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.outcome.DeviceAccess;

/// The device accesses of one trap, kept flat so that keeping them costs no allocation once the arrays have grown.
final class AccessLog {
    private long[] gpas = new long[16];
    private int[] sizes = new int[16];
    private byte[] bytes = new byte[128];
    private int count;
    private int used;

    void clear() {
        count = 0;
        used = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(boolean write, long gpa, byte[] from, int offset, int size) {
        if (count == gpas.length) {
            gpas = Arrays.copyOf(gpas, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
        }
        if (used + size > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        gpas[count] = gpa;
        sizes[count] = write ? -size : size;
        System.arraycopy(from, offset, bytes, used, size);
        used += size;
        count++;
    }

    List<DeviceAccess> toList() {
        List<DeviceAccess> list = new ArrayList<>(count);
        int from = 0;
        for (int i = 0; i < count; i++) {
            int size = Math.abs(sizes[i]);
            byte[] value = Arrays.copyOfRange(bytes, from, from + size);
            list.add(sizes[i] < 0 ? DeviceAccess.write(gpas[i], value) : DeviceAccess.read(gpas[i], value));
            from += size;
        }
        return list;
    }
}
