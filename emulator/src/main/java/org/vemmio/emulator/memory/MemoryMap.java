package org.vemmio.emulator.memory;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Linear memory made of a few ranges: ordinary memory, device windows, and instruction bytes. Everything else is
/// unmapped: an access faults with the present bit clear.
///
/// Ranges start and end at any byte, so that a page may be mapped in part. Bytes are served little-endian. The ranges
/// are fixed once built; the contents of ordinary memory change as the guest writes. For one thread.
public final class MemoryMap implements LinearMemory {
    /// The starts with the sign bit flipped, which makes the signed order of numbers the unsigned order of addresses.
    private final long[] keys;
    private final long[] starts;
    private final long[] sizes;
    private final Region[] regions;
    private final long codeStart;
    private final byte[] code;

    private MemoryMap(List<Placed> placed, long codeStart, byte[] code) {
        placed.sort((a, b) -> Long.compareUnsigned(a.start, b.start));
        starts = placed.stream().mapToLong(Placed::start).toArray();
        keys = Arrays.stream(starts).map(MemoryMap::key).toArray();
        sizes = placed.stream().mapToLong(Placed::size).toArray();
        regions = placed.stream().map(Placed::region).toArray(Region[]::new);
        this.codeStart = codeStart;
        this.code = code;
    }

    private static long key(long address) {
        return address ^ Long.MIN_VALUE;
    }

    /// {@return a builder of a map in which nothing is mapped yet}
    public static Builder builder() {
        return new Builder();
    }

    private sealed interface Region {
        record Ram(byte[] bytes, boolean writable) implements Region {
        }

        record Device(long gpa) implements Region {
        }
    }

    private record Placed(long start, long size, Region region) {
    }

    /// Collects the ranges of a [MemoryMap]. For one thread.
    public static final class Builder {
        private final List<Placed> placed = new ArrayList<>();
        private final RangeSet<Long> taken = TreeRangeSet.create();
        private long codeStart;
        private byte[] code = new byte[0];

        private Builder() {
        }

        /// Adds ordinary memory.
        ///
        /// @param linear address of the first byte
        /// @param bytes its contents, copied
        /// @throws IllegalArgumentException if it overlaps a range added before or runs past the end of the address
        ///     space
        public Builder ram(long linear, byte[] bytes) {
            return add(linear, bytes.length, new Region.Ram(bytes.clone(), true));
        }

        /// Adds ordinary memory that faults on writes with the present bit set.
        ///
        /// @throws IllegalArgumentException as [#ram]
        public Builder readOnly(long linear, byte[] bytes) {
            return add(linear, bytes.length, new Region.Ram(bytes.clone(), false));
        }

        /// Adds a device window.
        ///
        /// @param linear address of its first byte
        /// @param gpa guest-physical address of its first byte
        /// @param size in bytes
        /// @throws IllegalArgumentException as [#ram]
        public Builder device(long linear, long gpa, long size) {
            return add(linear, size, new Region.Device(gpa));
        }

        /// Sets instruction bytes, which are fetched instead of what ordinary memory holds there; data accesses do not
        /// see them. A fetch that begins in them ends with them.
        ///
        /// @param linear address of the first byte
        /// @param bytes the instruction bytes, copied
        public Builder code(long linear, byte[] bytes) {
            codeStart = linear;
            code = bytes.clone();
            return this;
        }

        /// {@return the map}
        public MemoryMap build() {
            return new MemoryMap(new ArrayList<>(placed), codeStart, code);
        }

        private Builder add(long linear, long size, Region region) {
            if (size == 0) {
                return this;
            }
            long last = linear + size - 1;
            if (size < 0 || Long.compareUnsigned(last, linear) < 0) {
                throw new IllegalArgumentException(
                        "the range at 0x%x of size %d runs past the end of the address space".formatted(linear, size));
            }
            Range<Long> range = Range.closed(key(linear), key(last));
            if (taken.intersects(range)) {
                throw new IllegalArgumentException(
                        "the range at 0x%x of size %d overlaps another".formatted(linear, size));
            }
            taken.add(range);
            placed.add(new Placed(linear, size, region));
            return this;
        }
    }

    /// {@return the bytes of ordinary memory at `linear`, a copy}
    ///
    /// @throws IllegalArgumentException if one of them is not ordinary memory
    public byte[] contents(long linear, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            int index = indexOf(linear + i);
            bytes[i] = ram(index, linear + i).bytes[(int) (linear + i - starts[index])];
        }
        return bytes;
    }

    @Override
    public int fetch(long linear, byte[] into, int count) {
        long inCode = linear - codeStart;
        if (inCode >= 0 && inCode < code.length) {
            int length = (int) Math.min(count, code.length - inCode);
            System.arraycopy(code, (int) inCode, into, 0, length);
            return length;
        }
        int done = 0;
        while (done < count) {
            int index = indexOf(linear + done);
            if (index < 0 || !(regions[index] instanceof Region.Ram ram)) {
                return done;
            }
            int from = (int) (linear + done - starts[index]);
            int length = Math.min(count - done, ram.bytes.length - from);
            System.arraycopy(ram.bytes, from, into, done, length);
            done += length;
        }
        return done;
    }

    @Override
    public long deviceAddress(long linear) {
        int index = indexOf(linear);
        return index >= 0 && regions[index] instanceof Region.Device device
                ? device.gpa + (linear - starts[index]) : NOT_A_DEVICE;
    }

    @Override
    public int check(long linear, int size, boolean write, boolean user) {
        int code = (write ? PF_WRITE : 0) | (user ? PF_USER : 0);
        for (int done = 0; done < size;) {
            int index = indexOf(linear + done);
            if (index < 0) {
                return code;
            }
            if (write && regions[index] instanceof Region.Ram ram && !ram.writable) {
                return code | PF_PRESENT;
            }
            done += (int) Math.min(size, starts[index] + sizes[index] - (linear + done));
        }
        return NO_FAULT;
    }

    @Override
    public long read(long linear, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            int index = indexOf(linear + i);
            value = value << 8 | ram(index, linear + i).bytes[(int) (linear + i - starts[index])] & 0xff;
        }
        return value;
    }

    @Override
    public void write(long linear, int size, long value) {
        for (int i = 0; i < size; i++) {
            int index = indexOf(linear + i);
            ram(index, linear + i).bytes[(int) (linear + i - starts[index])] = (byte) (value >>> 8 * i);
        }
    }

    private Region.Ram ram(int index, long linear) {
        if (index < 0 || !(regions[index] instanceof Region.Ram ram)) {
            throw new IllegalArgumentException("no memory at 0x%x".formatted(linear));
        }
        return ram;
    }

    /// Returns the range that holds `linear`, or a negative number.
    private int indexOf(long linear) {
        int place = Arrays.binarySearch(keys, key(linear));
        int index = place >= 0 ? place : -place - 2;
        return index >= 0 && Long.compareUnsigned(linear - starts[index], sizes[index]) < 0 ? index : -1;
    }

    @Override
    public String toString() {
        return "MemoryMap[%d ranges at %s]".formatted(starts.length,
                Arrays.stream(starts).mapToObj(Long::toHexString).toList());
    }
}
