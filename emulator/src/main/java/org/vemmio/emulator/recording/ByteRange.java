package org.vemmio.emulator.recording;

import java.util.Arrays;
import java.util.HexFormat;

/// Consecutive bytes at an address: of memory, by guest-linear address, or of a device that behaves as memory, by
/// guest-physical address. Immutable.
///
/// @param address of the first byte
/// @param bytes the contents in memory order; copied on the way in and out
public record ByteRange(long address, byte[] bytes) {
    /// Creates a range.
    public ByteRange {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /// {@return the number of bytes}
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof ByteRange other && address == other.address && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(address) + Arrays.hashCode(bytes);
    }

    /// {@return address and bytes in hexadecimal}
    @Override
    public String toString() {
        return "0x%x: %s".formatted(address, HexFormat.of().formatHex(bytes));
    }
}
