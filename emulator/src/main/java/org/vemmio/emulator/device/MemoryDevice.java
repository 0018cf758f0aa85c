package org.vemmio.emulator.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A device that behaves as memory: every width, any alignment, compare-and-exchange, little-endian. A command enqueued
/// is stored and taken.
///
/// Safe for several threads. As in memory, an access of 1, 2, 4 or 8 bytes at a multiple of its size is atomic, and any
/// other may be seen in part (Intel SDM vol. 3, 10.1.1).
public final class MemoryDevice implements MmioDevice {
    private static final VarHandle LONG = handle(ValueLayout.JAVA_LONG);
    private static final VarHandle INT = handle(ValueLayout.JAVA_INT);
    private static final VarHandle SHORT = handle(ValueLayout.JAVA_SHORT);
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
    private static final VarHandle ANY_LONG = handle(ValueLayout.JAVA_LONG_UNALIGNED);
    private static final VarHandle ANY_INT = handle(ValueLayout.JAVA_INT_UNALIGNED);
    private static final VarHandle ANY_SHORT = handle(ValueLayout.JAVA_SHORT_UNALIGNED);

    private final MemorySegment words;
    private final MemorySegment contents;

    /// Creates a device.
    ///
    /// @param contents copied to 64-bit words, since only these are aligned on the heap
    private MemoryDevice(byte[] contents) {
        words = MemorySegment.ofArray(new long[(contents.length + Long.BYTES - 1) / Long.BYTES]);
        this.contents = words.asSlice(0, contents.length);
        MemorySegment.copy(contents, 0, this.contents, ValueLayout.JAVA_BYTE, 0, contents.length);
    }

    private static VarHandle handle(ValueLayout layout) {
        return layout.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    }

    /// {@return a device with these contents, copied}
    public static MemoryDevice of(byte[] contents) {
        return new MemoryDevice(contents);
    }

    /// {@return what it holds, a copy}
    public byte[] contents() {
        return contents.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public long read(long offset, int size) {
        if (!isAtomic(offset, size)) {
            return switch (size) {
                case 2 -> (short) ANY_SHORT.get(contents, offset) & 0xffffL;
                case 4 -> (int) ANY_INT.get(contents, offset) & 0xffff_ffffL;
                default -> (long) ANY_LONG.get(contents, offset);
            };
        }
        return switch (size) {
            case 1 -> (byte) BYTE.getVolatile(contents, offset) & 0xffL;
            case 2 -> (short) SHORT.getVolatile(contents, offset) & 0xffffL;
            case 4 -> (int) INT.getVolatile(contents, offset) & 0xffff_ffffL;
            default -> (long) LONG.getVolatile(contents, offset);
        };
    }

    private static boolean isAtomic(long offset, int size) {
        return (offset & size - 1) == 0;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (!isAtomic(offset, size)) {
            switch (size) {
                case 2 -> ANY_SHORT.set(contents, offset, (short) value);
                case 4 -> ANY_INT.set(contents, offset, (int) value);
                default -> ANY_LONG.set(contents, offset, value);
            }
            return;
        }
        switch (size) {
            case 1 -> BYTE.setRelease(contents, offset, (byte) value);
            case 2 -> SHORT.setRelease(contents, offset, (short) value);
            case 4 -> INT.setRelease(contents, offset, (int) value);
            default -> LONG.setRelease(contents, offset, value);
        }
    }

    @Override
    public void read(long offset, byte[] into, int at, int size) {
        MemorySegment.copy(contents, ValueLayout.JAVA_BYTE, offset, into, at, size);
    }

    @Override
    public void write(long offset, byte[] from, int at, int size) {
        MemorySegment.copy(from, at, contents, ValueLayout.JAVA_BYTE, offset, size);
    }

    @Override
    public int widths() {
        return MmioBus.UP_TO_64;
    }

    @Override
    public boolean isConcurrent() {
        return true;
    }

    @Override
    public boolean offersCompareAndExchange(long offset, int size) {
        return isAtomic(offset, size);
    }

    @Override
    public long compareAndExchange(long offset, int size, long expected, long value) {
        return switch (size) {
            case 4 -> (int) INT.compareAndExchange(contents, offset, (int) expected, (int) value) & 0xffff_ffffL;
            case 8 -> (long) LONG.compareAndExchange(contents, offset, expected, value);
            default -> exchangeNarrow(offset, size, expected, value);
        };
    }

    /// Exchanges 1 or 2 bytes within the 4 that hold them, which is the narrowest that can be exchanged at once.
    private long exchangeNarrow(long offset, int size, long expected, long value) {
        long word = offset & -Integer.BYTES;
        int shift = Byte.SIZE * (int) (offset - word);
        int mask = (1 << Byte.SIZE * size) - 1;
        while (true) {
            int whole = (int) INT.getVolatile(words, word);
            int held = whole >>> shift & mask;
            if (held != ((int) expected & mask)) {
                return held;
            }
            int changed = whole & ~(mask << shift) | ((int) value & mask) << shift;
            if (INT.compareAndSet(words, word, whole, changed)) {
                return held;
            }
        }
    }

    @Override
    public boolean enqueue(long offset, byte[] from, int at) {
        write(offset, from, at, 64);
        return true;
    }
}
