package org.vemmio.emulator.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.bytes.Bytes;

/// Linear memory made of a few ranges: ordinary memory, device windows, and instruction bytes. Everything else is
/// unmapped: an access faults with the present bit clear.
///
/// Ranges start and end at any byte, so that a page may be mapped in part. Bytes are served little-endian. The ranges
/// are fixed once built; the contents of ordinary memory change as the guest writes. For one thread.
public final class MemoryMap implements LinearMemory {
    /// The starts with the sign bit flipped, which makes the signed order of numbers the unsigned order of addresses.
    private final long[] keys;
    private final MappedRange[] ranges;
    private final long codeStart;
    private final byte[] code;
    /// Accesses, and apart from them fetches, mostly go where the last one went.
    private MappedRange lastAccessed = MappedRange.NOTHING;
    /// Another one, for instructions that access two places in turn.
    private MappedRange accessedBefore = MappedRange.NOTHING;
    private MappedRange lastFetched = MappedRange.NOTHING;

    /// @param placed in ascending order
    private MemoryMap(List<MappedRange> placed, long codeStart, byte[] code) {
        ranges = placed.toArray(new MappedRange[0]);
        keys = new long[ranges.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(ranges[i].start);
        }
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

    /// One range of the map.
    ///
    /// @param size in bytes
    /// @param gpa guest-physical address of the first byte if it is a device, else [#ORDINARY]
    /// @param bytes the contents of ordinary memory; nothing for a device
    private record MappedRange(long start, long size, long gpa, byte[] bytes, boolean writable) {
        static final MappedRange NOTHING = new MappedRange(0, 0, ORDINARY, new byte[0], false);

        boolean holds(long linear) {
            return Long.compareUnsigned(linear - start, size) < 0;
        }
    }

    /// Collects the ranges of a [MemoryMap]. For one thread.
    public static final class Builder {
        /// In ascending order.
        private final List<MappedRange> placed = new ArrayList<>(2);
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
            return add(new MappedRange(linear, bytes.length, ORDINARY, bytes.clone(), true));
        }

        /// Adds ordinary memory that faults on writes with the present bit set.
        ///
        /// @throws IllegalArgumentException as [#ram]
        public Builder readOnly(long linear, byte[] bytes) {
            return add(new MappedRange(linear, bytes.length, ORDINARY, bytes.clone(), false));
        }

        /// Adds a device window.
        ///
        /// @param linear address of its first byte
        /// @param gpa guest-physical address of its first byte
        /// @param size in bytes
        /// @throws IllegalArgumentException as [#ram], or if the range does not end below guest-physical address 2^52
        public Builder device(long linear, long gpa, long size) {
            if (gpa < 0 || gpa >= GPA_END || size > GPA_END - gpa) {
                throw new IllegalArgumentException(
                        "a device lies below guest-physical address 2^52, not at 0x%x with %d bytes"
                                .formatted(gpa, size));
            }
            return add(new MappedRange(linear, size, gpa, new byte[0], true));
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
            return new MemoryMap(placed, codeStart, code);
        }

        private Builder add(MappedRange range) {
            if (range.size == 0) {
                return this;
            }
            long last = range.start + range.size - 1;
            if (range.size < 0 || Long.compareUnsigned(last, range.start) < 0) {
                throw new IllegalArgumentException(
                        "the range at 0x%x of size %d runs past the end of the address space"
                                .formatted(range.start, range.size));
            }
            int place = placed.size();
            while (place > 0 && Long.compareUnsigned(placed.get(place - 1).start, last) > 0) {
                place--;
            }
            // Those behind begin behind its end; of those before, the last one ends last.
            if (place > 0 && (placed.get(place - 1).holds(range.start)
                    || Long.compareUnsigned(placed.get(place - 1).start, range.start) >= 0)) {
                throw new IllegalArgumentException(
                        "the range at 0x%x of size %d overlaps another".formatted(range.start, range.size));
            }
            placed.add(place, range);
            return this;
        }
    }

    /// {@return the bytes of ordinary memory at `linear`, a copy}
    ///
    /// @throws IllegalArgumentException if one of them is not ordinary memory
    public byte[] contents(long linear, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) read(linear + i, 1);
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
            long address = linear + done;
            MappedRange range = lastFetched;
            if (!range.holds(address)) {
                range = find(address);
            }
            if (range.bytes.length == 0) {
                return done;
            }
            lastFetched = range;
            int from = (int) (address - range.start);
            int length = Math.min(count - done, range.bytes.length - from);
            if (length == 2 * Long.BYTES) {
                // What an engine asks for; two numbers are copied and read again faster than bytes.
                Bytes.put(into, done, Long.BYTES, Bytes.get(range.bytes, from, Long.BYTES));
                Bytes.put(into, done + Long.BYTES, Long.BYTES,
                        Bytes.get(range.bytes, from + Long.BYTES, Long.BYTES));
            } else {
                System.arraycopy(range.bytes, from, into, done, length);
            }
            done += length;
        }
        return done;
    }

    @Override
    public long translate(long linear, int size, boolean write, boolean user) {
        MappedRange first = at(linear);
        MappedRange range = first;
        for (long address = linear; range.size != 0; range = at(address)) {
            if (write && !range.writable) {
                return LinearMemory.fault(PF_PRESENT | PF_WRITE | (user ? PF_USER : 0));
            }
            long left = range.start + range.size - address;
            long wanted = linear + size - address;
            if (left >= wanted) {
                return first.gpa == ORDINARY ? ORDINARY : first.gpa + (linear - first.start);
            }
            address += left;
        }
        return LinearMemory.fault((write ? PF_WRITE : 0) | (user ? PF_USER : 0));
    }

    @Override
    public long read(long linear, int size) {
        MappedRange range = at(linear);
        long offset = linear - range.start;
        if (offset >= 0 && offset <= range.bytes.length - size) {
            return Bytes.get(range.bytes, (int) offset, size);
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            MappedRange ram = ram(linear + i);
            value = value << 8 | ram.bytes[(int) (linear + i - ram.start)] & 0xff;
        }
        return value;
    }

    @Override
    public void write(long linear, int size, long value) {
        MappedRange range = at(linear);
        long offset = linear - range.start;
        if (offset >= 0 && offset <= range.bytes.length - size) {
            Bytes.put(range.bytes, (int) offset, size, value);
            return;
        }
        for (int i = 0; i < size; i++) {
            MappedRange ram = ram(linear + i);
            ram.bytes[(int) (linear + i - ram.start)] = (byte) (value >>> 8 * i);
        }
    }

    private MappedRange ram(long linear) {
        MappedRange range = at(linear);
        if (range.bytes.length == 0) {
            throw new IllegalArgumentException("no memory at 0x%x".formatted(linear));
        }
        return range;
    }

    /// Returns the range that holds `linear`, or [MappedRange#NOTHING].
    private MappedRange at(long linear) {
        MappedRange last = lastAccessed;
        if (last.holds(linear)) {
            return last;
        }
        MappedRange before = accessedBefore;
        if (before.holds(linear)) {
            return before;
        }
        MappedRange range = find(linear);
        accessedBefore = last;
        lastAccessed = range;
        return range;
    }

    private MappedRange find(long linear) {
        int place = Arrays.binarySearch(keys, key(linear));
        int index = place >= 0 ? place : -place - 2;
        return index >= 0 && ranges[index].holds(linear) ? ranges[index] : MappedRange.NOTHING;
    }

    @Override
    public String toString() {
        return "MemoryMap[%d ranges at %s]".formatted(ranges.length,
                Arrays.stream(ranges).map(range -> Long.toHexString(range.start)).toList());
    }
}
