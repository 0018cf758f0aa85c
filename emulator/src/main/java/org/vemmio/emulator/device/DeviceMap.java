package org.vemmio.emulator.device;

import com.google.common.collect.ImmutableRangeMap;
import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// A bus made of devices, each with its range of guest-physical addresses; an access that no single device covers is
/// refused. Immutable, and safe for several threads: every access holds one lock, for which a locked
/// read-modify-write keeps all others out. The devices therefore need no lock of their own.
public final class DeviceMap implements MmioBus {
    private final long[] starts;
    private final long[] ends;
    private final MmioDevice[] devices;
    private final ReentrantLock lock = new ReentrantLock();

    private DeviceMap(ImmutableRangeMap<Long, MmioDevice> ranges) {
        int count = ranges.asMapOfRanges().size();
        starts = new long[count];
        ends = new long[count];
        devices = new MmioDevice[count];
        int i = 0;
        for (Map.Entry<Range<Long>, MmioDevice> entry : ranges.asMapOfRanges().entrySet()) {
            starts[i] = entry.getKey().lowerEndpoint();
            ends[i] = entry.getKey().upperEndpoint();
            devices[i] = entry.getValue();
            i++;
        }
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

        /// Adds a device.
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
        int index = find(gpa, size);
        lock.lock();
        try {
            return devices[index].read(gpa - starts[index], size);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(long gpa, int size, long value) {
        int index = find(gpa, size);
        lock.lock();
        try {
            devices[index].write(gpa - starts[index], size, value);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        int index = find(gpa, size);
        lock.lock();
        try {
            devices[index].read(gpa - starts[index], into, offset, size);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        int index = find(gpa, size);
        lock.lock();
        try {
            devices[index].write(gpa - starts[index], from, offset, size);
        } finally {
            lock.unlock();
        }
    }

    /// {@return the device's widths, or all where there is no device: the access itself is then refused}
    @Override
    public int widths(long gpa) {
        int index = indexOf(gpa);
        return index < 0 ? UP_TO_64 : devices[index].widths();
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
        return index >= 0 && gpa + size <= ends[index] && devices[index].offersCompareAndExchange();
    }

    @Override
    public long compareAndExchange(long gpa, int size, long expected, long value) {
        int index = find(gpa, size);
        lock.lock();
        try {
            return devices[index].compareAndExchange(gpa - starts[index], size, expected, value);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        int index = find(gpa, 64);
        lock.lock();
        try {
            return devices[index].enqueue(gpa - starts[index], from, offset);
        } finally {
            lock.unlock();
        }
    }

    private int find(long gpa, int size) {
        int index = indexOf(gpa);
        if (index < 0) {
            throw new DeviceRefusedException("no device is there");
        }
        if (gpa + size > ends[index]) {
            throw new DeviceRefusedException("it runs past the end of the device");
        }
        return index;
    }

    private int indexOf(long gpa) {
        int place = Arrays.binarySearch(starts, gpa);
        int index = place >= 0 ? place : -place - 2;
        return index >= 0 && gpa < ends[index] ? index : -1;
    }
}
