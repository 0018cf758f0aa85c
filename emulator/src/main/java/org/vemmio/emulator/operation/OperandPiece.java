package org.vemmio.emulator.operation;

import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.memory.LinearMemory;

/// The bytes of an operand that lie on one page, checked and translated. One that lies on a device keeps in which
/// widths it is accessed, so that the device is asked once. Reused from operand to operand.
final class OperandPiece {
    private final DevicePort devices;
    private final PendingStores stores;
    private final byte[] widths = new byte[Execution.WIDEST];
    private final byte[] narrow = new byte[Long.BYTES];
    @SuppressWarnings("NullAway.Init")
    private LinearMemory memory;
    private long linear;
    private int size;
    private long gpa = LinearMemory.ORDINARY;
    private int accesses;

    OperandPiece(DevicePort devices, PendingStores stores) {
        this.devices = devices;
        this.stores = stores;
    }

    /// Sets in which memory pieces are from now on.
    void serve(LinearMemory memory) {
        this.memory = memory;
    }

    /// Makes this another piece, whose device has not yet been asked for widths.
    ///
    /// @param gpa guest-physical, or [LinearMemory#ORDINARY]
    void set(long linear, int size, long gpa) {
        this.linear = linear;
        this.size = size;
        this.gpa = gpa;
        accesses = 0;
    }

    /// Finds out in which widths the device takes the piece, and refuses the instruction where it does not. Ordinary
    /// memory takes anything.
    void plan() {
        if (isDevice()) {
            accesses = devices.plan(gpa, size, widths);
        }
    }

    boolean isDevice() {
        return LinearMemory.isDevice(gpa);
    }

    /// Returns whether the device takes the piece in one access.
    boolean isOneAccess() {
        return accesses == 1;
    }

    long gpa() {
        return gpa;
    }

    long linear() {
        return linear;
    }

    int size() {
        return size;
    }

    /// Reads 1 to 8 bytes, zero-extended.
    long load() {
        if (accesses == 1) {
            return devices.read(gpa, size);
        }
        if (!isDevice()) {
            return memory.read(linear, size);
        }
        load(narrow, 0);
        return Bytes.get(narrow, 0, size);
    }

    /// Writes the low bytes, 1 to 8, of `value`; to a device at once, to ordinary memory when the instruction commits.
    void store(long value) {
        if (accesses == 1) {
            devices.write(gpa, size, value);
        } else if (!isDevice()) {
            stores.add(linear, size, value);
        } else {
            Bytes.put(narrow, 0, size, value);
            store(narrow, 0);
        }
    }

    /// Reads the piece, 1 to 64 bytes, in memory order.
    void load(byte[] into, int offset) {
        if (isDevice()) {
            requirePlan();
            for (int i = 0, done = 0; i < accesses; done += widths[i], i++) {
                devices.read(gpa + done, into, offset + done, widths[i]);
            }
            return;
        }
        for (int done = 0; done < size; done += Long.BYTES) {
            int part = Math.min(Long.BYTES, size - done);
            Bytes.put(into, offset + done, part, memory.read(linear + done, part));
        }
    }

    /// Writes the piece, 1 to 64 bytes, in memory order; to a device at once, to ordinary memory when the instruction
    /// commits.
    void store(byte[] from, int offset) {
        if (isDevice()) {
            requirePlan();
            for (int i = 0, done = 0; i < accesses; done += widths[i], i++) {
                devices.write(gpa + done, from, offset + done, widths[i]);
            }
            return;
        }
        for (int done = 0; done < size; done += Long.BYTES) {
            int part = Math.min(Long.BYTES, size - done);
            stores.add(linear + done, part, Bytes.get(from, offset + done, part));
        }
    }

    private void requirePlan() {
        if (accesses == 0) {
            throw new IllegalStateException("an operand that was located, and not opened, is neither read nor written");
        }
    }
}
