package org.vemmio.emulator.outcome;

import java.util.Arrays;
import java.util.HexFormat;

/// One access to a device that took place.
///
/// Immutable; equal if kind, address and bytes are.
public final class DeviceAccess {
    private final boolean write;
    private final long gpa;
    private final byte[] bytes;

    private DeviceAccess(boolean write, long gpa, byte[] bytes) {
        this.write = write;
        this.gpa = gpa;
        this.bytes = bytes;
    }

    /// {@return a read}
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param bytes what the device answered, in memory order; copied
    public static DeviceAccess read(long gpa, byte[] bytes) {
        return new DeviceAccess(false, gpa, bytes.clone());
    }

    /// {@return a write}
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param bytes what arrived at the device, in memory order; copied
    public static DeviceAccess write(long gpa, byte[] bytes) {
        return new DeviceAccess(true, gpa, bytes.clone());
    }

    /// {@return a read of up to 8 bytes}
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param size in bytes, 1 to 8
    /// @param value what the device answered, little-endian; its low `size` bytes count
    /// @throws IllegalArgumentException if `size` is out of its range
    public static DeviceAccess read(long gpa, int size, long value) {
        return new DeviceAccess(false, gpa, littleEndian(size, value));
    }

    /// {@return a write of up to 8 bytes}
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param size in bytes, 1 to 8
    /// @param value what arrived at the device, little-endian; its low `size` bytes count
    /// @throws IllegalArgumentException if `size` is out of its range
    public static DeviceAccess write(long gpa, int size, long value) {
        return new DeviceAccess(true, gpa, littleEndian(size, value));
    }

    private static byte[] littleEndian(int size, long value) {
        if (size < 1 || size > Long.BYTES) {
            throw new IllegalArgumentException("a number has 1 to 8 bytes, not " + size);
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    /// {@return whether it was a write}
    public boolean isWrite() {
        return write;
    }

    /// {@return the guest-physical address of the first byte}
    public long gpa() {
        return gpa;
    }

    /// {@return the width in bytes}
    public int size() {
        return bytes.length;
    }

    /// {@return the bytes in memory order, a copy}
    public byte[] bytes() {
        return bytes.clone();
    }

    /// {@return the low 8 bytes as a little-endian number, zero-extended}
    public long value() {
        long value = 0;
        for (int i = Math.min(8, bytes.length) - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof DeviceAccess other
                && write == other.write && gpa == other.gpa && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(gpa) * 31 + Arrays.hashCode(bytes);
    }

    /// {@return for instance `read 4 bytes at 0xfee00020 = 0x1`; wider than 8 bytes, the bytes in memory order}
    @Override
    public String toString() {
        String text = "%s %d %s at 0x%x = "
                .formatted(write ? "write" : "read", size(), size() == 1 ? "byte" : "bytes", gpa);
        return text + (size() <= 8 ? "0x" + Long.toHexString(value()) : HexFormat.of().formatHex(bytes));
    }
}
