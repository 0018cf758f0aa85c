package org.vemmio.emulator.operation;

import java.util.List;
import java.util.Objects;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.DeviceAccess;

/// The way to the devices: makes accesses of widths that they take, and keeps and reports those that were made. One
/// per [Execution].
final class DevicePort {
    private final MmioBus bus;
    private final AccessObserver observer;
    private final boolean splitting;
    private final EarlyEnd end;
    private final AccessLog log = new AccessLog();
    private final byte[] narrow = new byte[8];

    private boolean split;
    private boolean accessingWrite;
    private long accessingGpa;
    private int accessingSize;

    DevicePort(MmioBus bus, AccessObserver observer, boolean splitting, EarlyEnd end) {
        this.bus = Objects.requireNonNull(bus);
        this.observer = Objects.requireNonNull(observer);
        this.splitting = splitting;
        this.end = end;
    }

    /// Forgets the accesses of the instruction before.
    void clear() {
        log.clear();
        split = false;
    }

    // Widths

    /// Refuses the instruction unless the device at `gpa` takes `size` bytes, in one access or, where that is allowed,
    /// in several. No device takes anything.
    void checkWidths(long gpa, int size) {
        if (gpa == LinearMemory.NOT_A_DEVICE || takes(gpa, size)) {
            return;
        }
        if (!splitting) {
            throw end.refuse(CommonChecks.WIDTH_REFUSED, size + " bytes, and splitting is switched off");
        }
        for (int done = 0; done < size;) {
            int width = widthAt(gpa + done, size - done);
            if (width == 0) {
                throw end.refuse(CommonChecks.WIDTH_REFUSED,
                        "%d of %d bytes at 0x%x".formatted(size - done, size, gpa + done));
            }
            done += width;
        }
    }

    /// Returns whether the device at `gpa` takes `size` bytes in one access.
    boolean takes(long gpa, int size) {
        return Integer.bitCount(size) == 1 && (bus.widths(gpa) & size) != 0;
    }

    private int widthAt(long gpa, int remaining) {
        return Integer.highestOneBit(bus.widths(gpa) & (Integer.highestOneBit(remaining) << 1) - 1);
    }

    // Accesses

    /// Reads the low `size` bytes, 1, 2, 4 or 8, in one access, zero-extended.
    long read(long gpa, int size) {
        begin(false, gpa, size);
        long value = bus.read(gpa, size) & MemoryRef.mask(8 * size);
        made(false, gpa, size, value);
        return value;
    }

    /// Writes the low `size` bytes, 1, 2, 4 or 8, of `value` in one access.
    void write(long gpa, int size, long value) {
        begin(true, gpa, size);
        long low = value & MemoryRef.mask(8 * size);
        bus.write(gpa, size, low);
        made(true, gpa, size, low);
    }

    /// Reads `count` bytes in as few accesses as the widths allow, in ascending address order.
    void read(long gpa, byte[] into, int offset, int count) {
        for (int done = 0; done < count;) {
            int width = widthAt(gpa + done, count - done);
            split |= width < count;
            if (width <= 8) {
                Bytes.put(into, offset + done, width, read(gpa + done, width));
            } else {
                begin(false, gpa + done, width);
                bus.read(gpa + done, into, offset + done, width);
                made(false, gpa + done, into, offset + done, width);
            }
            done += width;
        }
    }

    /// Writes `count` bytes in as few accesses as the widths allow, in ascending address order.
    void write(long gpa, byte[] from, int offset, int count) {
        for (int done = 0; done < count;) {
            int width = widthAt(gpa + done, count - done);
            split |= width < count;
            if (width <= 8) {
                write(gpa + done, width, Bytes.get(from, offset + done, width));
            } else {
                begin(true, gpa + done, width);
                bus.write(gpa + done, from, offset + done, width);
                made(true, gpa + done, from, offset + done, width);
            }
            done += width;
        }
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
        Bytes.put(narrow, 0, 8, value);
        made(write, gpa, narrow, 0, size);
    }

    private void made(boolean write, long gpa, byte[] bytes, int offset, int size) {
        log.add(write, gpa, bytes, offset, size);
        observer.accessed(write, gpa, bytes, offset, size);
    }

    // Locked accesses

    /// Returns whether the device at `gpa` compares and exchanges `size` bytes by itself.
    boolean offersCompareAndExchange(long gpa, int size) {
        return takes(gpa, size) && bus.offersCompareAndExchange(gpa, size);
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
