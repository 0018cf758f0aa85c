package org.vemmio.emulator.operation;

import java.util.List;
import java.util.Objects;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.DeviceAccess;

/// The way to the devices: makes accesses of widths that they take, and keeps and reports those that were made. One
/// per [Execution].
final class DevicePort {
    private final MmioBus bus;
    private final AccessObserver observer;
    private final boolean observed;
    private final boolean splitting;
    private final EarlyEnd end;
    private final AccessLog log = new AccessLog();
    private final byte[] narrow = new byte[Long.BYTES];

    private boolean split;
    private boolean accessingWrite;
    private long accessingGpa;
    private int accessingSize;

    DevicePort(MmioBus bus, AccessObserver observer, boolean splitting, EarlyEnd end) {
        this.bus = Objects.requireNonNull(bus);
        this.observer = Objects.requireNonNull(observer);
        this.observed = observer != AccessObserver.NONE;
        this.splitting = splitting;
        this.end = end;
    }

    /// Forgets the accesses of the instruction before.
    void clear() {
        log.clear();
        split = false;
    }

    // Widths

    /// Finds out in which widths the device at `gpa` takes `size` bytes, the widest first; in several only where
    /// splitting is allowed. Refuses the instruction where it does not take them.
    ///
    /// @param widths receives the widths in bytes, in ascending address order
    /// @return how many accesses they are
    int plan(long gpa, int size, byte[] widths) {
        int taken = bus.widths(gpa);
        if (Integer.bitCount(size) == 1 && (taken & size) != 0) {
            widths[0] = (byte) size;
            return 1;
        }
        if (!splitting) {
            throw end.refuse(CommonChecks.WIDTH_REFUSED, size + " bytes, and splitting is switched off");
        }
        int count = 0;
        for (int done = 0; done < size; done += widths[count++]) {
            int width = widest(done == 0 ? taken : bus.widths(gpa + done), size - done);
            if (width == 0) {
                throw end.refuse(CommonChecks.WIDTH_REFUSED,
                        "%d of %d bytes at 0x%x".formatted(size - done, size, gpa + done));
            }
            widths[count] = (byte) width;
        }
        return count;
    }

    private static int widest(int taken, int remaining) {
        return Integer.highestOneBit(taken & (Integer.highestOneBit(remaining) << 1) - 1);
    }

    // Accesses

    /// Reads the low `size` bytes, 1, 2, 4 or 8, in one access, zero-extended.
    long read(long gpa, int size) {
        begin(false, gpa, size);
        long value = bus.read(gpa, size) & MemoryRef.mask(Byte.SIZE * size);
        made(false, gpa, size, value);
        return value;
    }

    /// Writes the low `size` bytes, 1, 2, 4 or 8, of `value` in one access.
    void write(long gpa, int size, long value) {
        begin(true, gpa, size);
        long low = value & MemoryRef.mask(Byte.SIZE * size);
        bus.write(gpa, size, low);
        made(true, gpa, size, low);
    }

    /// Reads `size` bytes, 1 to 64, in one access.
    void read(long gpa, byte[] into, int offset, int size) {
        if (size <= Long.BYTES) {
            Bytes.put(into, offset, size, read(gpa, size));
            return;
        }
        begin(false, gpa, size);
        bus.read(gpa, into, offset, size);
        made(false, gpa, into, offset, size);
    }

    /// Writes `size` bytes, 1 to 64, in one access.
    void write(long gpa, byte[] from, int offset, int size) {
        if (size <= Long.BYTES) {
            write(gpa, size, Bytes.get(from, offset, size));
            return;
        }
        begin(true, gpa, size);
        bus.write(gpa, from, offset, size);
        made(true, gpa, from, offset, size);
    }

    /// Offers a 64-byte command, and returns whether the device took it.
    boolean enqueue(long gpa, byte[] from) {
        begin(true, gpa, Execution.WIDEST);
        boolean taken = bus.enqueue(gpa, from, 0);
        made(true, gpa, from, 0, Execution.WIDEST);
        return taken;
    }

    private void begin(boolean write, long gpa, int size) {
        accessingWrite = write;
        accessingGpa = gpa;
        accessingSize = size;
    }

    private void made(boolean write, long gpa, int size, long value) {
        log.add(write, gpa, size, value);
        if (observed) {
            Bytes.put(narrow, 0, Long.BYTES, value);
            observer.accessed(write, gpa, narrow, 0, size);
        }
    }

    private void made(boolean write, long gpa, byte[] bytes, int offset, int size) {
        log.add(write, gpa, bytes, offset, size);
        if (observed) {
            observer.accessed(write, gpa, bytes, offset, size);
        }
    }

    // Locked accesses

    /// Returns whether the device at `gpa` compares and exchanges `size` bytes by itself. It must take them in one
    /// access.
    boolean offersCompareAndExchange(long gpa, int size) {
        return bus.offersCompareAndExchange(gpa, size);
    }

    /// Writes `value` if the device holds `expected`, both of `size` bytes; returns what it held, zero-extended. Counts
    /// as a write where they are the same, else as a read.
    long compareAndExchange(long gpa, int size, long expected, long value) {
        begin(true, gpa, size);
        long held = bus.compareAndExchange(gpa, size, expected, value) & MemoryRef.mask(8 * size);
        boolean written = held == expected;
        made(written, gpa, size, written ? value : held);
        return held;
    }

    /// Keeps every other access from the devices until [#unlock].
    void lock() {
        bus.lock();
    }

    void unlock() {
        bus.unlock();
    }

    // What was done

    /// Notes that an operand on devices is accessed in more than one piece.
    void split() {
        split = true;
    }

    boolean isSplit() {
        return split;
    }

    boolean isUntouched() {
        return log.isEmpty();
    }

    /// Returns the accesses of this instruction, in order.
    List<DeviceAccess> accesses() {
        return log.toList();
    }

    /// Returns what is told of the access that a device has just refused.
    String describe(DeviceRefusedException refusal) {
        return "%s of %d %s at 0x%x: %s".formatted(accessingWrite ? "write" : "read", accessingSize,
                accessingSize == 1 ? "byte" : "bytes", accessingGpa, refusal.getMessage());
    }
}
