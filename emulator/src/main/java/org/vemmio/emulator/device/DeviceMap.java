package org.vemmio.emulator.device;

import com.google.common.collect.ImmutableRangeMap;
import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// A bus made of devices, each with its range of guest-physical addresses; an access that no single device covers is
/// refused. Immutable, and safe for several threads: a LOCKed access, and any to a device that is not concurrent
/// ([MmioDevice#isConcurrent]), holds one lock of the map, so that such devices need no lock of their own.
public final class DeviceMap implements MmioBus {
    private final long[] starts;
    private final Slot[] slots;
    private final ReentrantLock lock = new ReentrantLock();

    /// A device, and the addresses from `start` to before `end` at which it is.
    private record Slot(long start, long end, MmioDevice device, int widths, boolean concurrent) {
        static Slot of(Range<Long> range, MmioDevice device) {
            return new Slot(range.lowerEndpoint(), range.upperEndpoint(), device, device.widths(),
                    device.isConcurrent());
        }
    }

    private DeviceMap(ImmutableRangeMap<Long, MmioDevice> ranges) {
        slots = ranges.asMapOfRanges().entrySet().stream()
                .map(entry -> Slot.of(entry.getKey(), entry.getValue()))
                .toArray(Slot[]::new);
        starts = Arrays.stream(slots).mapToLong(Slot::start).toArray();
    }

    /// {@return a builder of a map without devices}
    public static Builder builder() {
        return new Builder();
    }

    /// Collects the devices of a [DeviceMap]. For one thread.
    public static final class Builder {
        private final ImmutableRangeMap.Builder<Long, MmioDevice> ranges = ImmutableRangeMap.builder();

        private Builder() {
        }

        /// Adds a device. Which widths it takes and whether it is concurrent is asked once, when the map is built.
        ///
        /// @param gpa guest-physical address of its first byte, 0 to 2^52 - 1
        /// @param size in bytes, at least 1; the range ends below 2^52
        /// @throws IllegalArgumentException if the range is out of these bounds
        public Builder add(long gpa, long size, MmioDevice device) {
            if (gpa < 0 || size < 1 || gpa + size > 1L << 52 || gpa + size < 0) {
                throw new IllegalArgumentException(
                        "a device lies below guest-physical address 2^52, not at 0x%x with %d bytes"
                                .formatted(gpa, size));
            }
            ranges.put(Range.closedOpen(gpa, gpa + size), device);
            return this;
        }

        /// {@return the map}
        ///
        /// @throws IllegalArgumentException if two devices overlap
        public DeviceMap build() {
            return new DeviceMap(ranges.build());
        }
    }

    @Override
    public long read(long gpa, int size) {
        Slot slot = find(gpa, size);
        boolean locked = enter(slot);
        try {
            return slot.device.read(gpa - slot.start, size);
        } finally {
            leave(locked);
        }
    }

    @Override
    public void write(long gpa, int size, long value) {
        Slot slot = find(gpa, size);
        boolean locked = enter(slot);
        try {
            slot.device.write(gpa - slot.start, size, value);
        } finally {
            leave(locked);
        }
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        Slot slot = find(gpa, size);
        boolean locked = enter(slot);
        try {
            slot.device.read(gpa - slot.start, into, offset, size);
        } finally {
            leave(locked);
        }
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        Slot slot = find(gpa, size);
        boolean locked = enter(slot);
        try {
            slot.device.write(gpa - slot.start, from, offset, size);
        } finally {
            leave(locked);
        }
    }

    /// {@return the device's widths, or all where there is no device: the access itself is then refused}
    @Override
    public int widths(long gpa) {
        int index = indexOf(gpa);
        return index < 0 ? UP_TO_64 : slots[index].widths;
    }

    @Override
    public void lock() {
        lock.lock();
    }

    @Override
    public void unlock() {
        lock.unlock();
    }

    @Override
    public boolean offersCompareAndExchange(long gpa, int size) {
        int index = indexOf(gpa);
        return index >= 0 && gpa + size <= slots[index].end
                && slots[index].device.offersCompareAndExchange(gpa - slots[index].start, size);
    }

    @Override
    public long compareAndExchange(long gpa, int size, long expected, long value) {
        Slot slot = find(gpa, size);
        // Also for a concurrent device: another LOCKed access may be a read and a write, for which it must wait.
        lock.lock();
        try {
            return slot.device.compareAndExchange(gpa - slot.start, size, expected, value);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        Slot slot = find(gpa, 64);
        boolean locked = enter(slot);
        try {
            return slot.device.enqueue(gpa - slot.start, from, offset);
        } finally {
            leave(locked);
        }
    }

    /// Takes the lock if the device wants it, and returns whether it did.
    private boolean enter(Slot slot) {
        if (slot.concurrent) {
            return false;
        }
        lock.lock();
        return true;
    }

    private void leave(boolean locked) {
        if (locked) {
            lock.unlock();
        }
    }

    private Slot find(long gpa, int size) {
        int index = indexOf(gpa);
        if (index < 0) {
            throw new DeviceRefusedException("no device is there");
        }
        if (gpa + size > slots[index].end) {
            throw new DeviceRefusedException("it runs past the end of the device");
        }
        return slots[index];
    }

    private int indexOf(long gpa) {
        int place = Arrays.binarySearch(starts, gpa);
        int index = place >= 0 ? place : -place - 2;
        return index >= 0 && gpa < slots[index].end ? index : -1;
    }
}
