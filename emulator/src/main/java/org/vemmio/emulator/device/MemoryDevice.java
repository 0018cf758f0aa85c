package org.vemmio.emulator.device;

/// A device that behaves as memory: every width, any alignment, compare-and-exchange, little-endian. A command enqueued
/// is stored and taken. Not safe for several threads by itself; a [DeviceMap] makes it so.
public final class MemoryDevice implements MmioDevice {
    private final byte[] contents;

    private MemoryDevice(byte[] contents) {
        this.contents = contents;
    }

    /// {@return a device with these contents, copied}
    public static MemoryDevice of(byte[] contents) {
        return new MemoryDevice(contents.clone());
    }

    /// {@return what it holds, a copy}
    public byte[] contents() {
        return contents.clone();
    }

    @Override
    public long read(long offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | contents[(int) offset + i] & 0xff;
        }
        return value;
    }

    @Override
    public void write(long offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            contents[(int) offset + i] = (byte) (value >>> 8 * i);
        }
    }

    @Override
    public void read(long offset, byte[] into, int at, int size) {
        System.arraycopy(contents, (int) offset, into, at, size);
    }

    @Override
    public void write(long offset, byte[] from, int at, int size) {
        System.arraycopy(from, at, contents, (int) offset, size);
    }

    @Override
    public int widths() {
        return MmioBus.UP_TO_64;
    }

    @Override
    public boolean offersCompareAndExchange() {
        return true;
    }

    @Override
    public long compareAndExchange(long offset, int size, long expected, long value) {
        long held = read(offset, size);
        long ignored = 64 - 8L * size;
        if ((held ^ expected) << ignored == 0) {
            write(offset, size, value);
        }
        return held;
    }

    @Override
    public boolean enqueue(long offset, byte[] from, int at) {
        write(offset, from, at, 64);
        return true;
    }
}
