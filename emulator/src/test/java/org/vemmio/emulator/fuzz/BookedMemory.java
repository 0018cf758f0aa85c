package org.vemmio.emulator.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.memory.LinearMemory;

/// Memory made of regions that keeps books, and complains where an engine does what [LinearMemory] rules out.
final class BookedMemory implements LinearMemory {
    private final List<Region> regions;
    private final List<byte[]> contents;
    private final long codeStart;
    private final byte[] code;
    private final Oddity oddity;
    /// What may be read, and what may be written, after `translate` has let it pass: pairs of first and last address.
    private final List<long[]> readable = new ArrayList<>();
    private final List<long[]> writable = new ArrayList<>();
    private int calls;

    BookedMemory(List<Region> regions, long codeStart, byte[] code, Oddity oddity) {
        this.regions = regions;
        this.contents = regions.stream().map(BookedMemory::contents).toList();
        this.codeStart = codeStart;
        this.code = code;
        this.oddity = oddity;
    }

    private static byte[] contents(Region region) {
        byte[] bytes = new byte[region.kind() == Region.Kind.DEVICE ? 0 : region.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37 + 11);
        }
        return bytes;
    }

    /// Returns a digest of all contents.
    int digest() {
        return contents.stream().mapToInt(Arrays::hashCode).reduce(1, (a, b) -> 31 * a + b);
    }

    private Region at(long address) {
        return regions.stream().filter(region -> region.holds(address)).findFirst().orElse(null);
    }

    @Override
    public int fetch(long linear, byte[] into, int count) {
        long at = linear - codeStart;
        if (at < 0 || at >= code.length) {
            return 0;
        }
        int length = (int) Math.min(count, code.length - at);
        System.arraycopy(code, (int) at, into, 0, length);
        return length;
    }

    @Override
    public long translate(long linear, int size, boolean write, boolean user) {
        require(size >= 1 && size <= 64 && page(linear) == page(linear + size - 1), "translate", linear, size);
        count();
        Region first = at(linear);
        for (int i = 0; i < size; i++) {
            Region region = at(linear + i);
            if (region == null || write && region.kind() == Region.Kind.READ_ONLY) {
                return LinearMemory.fault((region == null ? 0 : PF_PRESENT) | (write ? PF_WRITE : 0)
                        | (user ? PF_USER : 0));
            }
        }
        if (first.kind() == Region.Kind.DEVICE) {
            return first.gpa() + (linear - first.linear());
        }
        (write ? writable : readable).add(new long[] {linear, linear + size - 1});
        return ORDINARY;
    }

    @Override
    public long read(long linear, int size) {
        // A read-modify-write is translated as a write.
        require(size >= 1 && size <= 8 && (isWithin(readable, linear, size) || isWithin(writable, linear, size)),
                "read", linear, size);
        count();
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            Region region = at(linear + i);
            value = value << 8 | contents.get(regions.indexOf(region))[(int) (linear + i - region.linear())] & 0xff;
        }
        return value;
    }

    @Override
    public void write(long linear, int size, long value) {
        require(size >= 1 && size <= 8 && isWithin(writable, linear, size), "write", linear, size);
        for (int i = 0; i < size; i++) {
            Region region = at(linear + i);
            contents.get(regions.indexOf(region))[(int) (linear + i - region.linear())] = (byte) (value >>> 8 * i);
        }
    }

    private void count() {
        if (++calls == oddity.memoryThrowsAt()) {
            throw new Oddity.OddException();
        }
    }

    private static boolean isWithin(List<long[]> ranges, long linear, int size) {
        return ranges.stream().anyMatch(range -> Long.compareUnsigned(linear, range[0]) >= 0
                && Long.compareUnsigned(linear + size - 1, range[1]) <= 0);
    }

    private static long page(long address) {
        return address >>> 12;
    }

    private static void require(boolean holds, String call, long linear, int size) {
        if (!holds) {
            throw new AssertionError("%s of %d bytes at 0x%x is not what LinearMemory allows"
                    .formatted(call, size, linear));
        }
    }
}
