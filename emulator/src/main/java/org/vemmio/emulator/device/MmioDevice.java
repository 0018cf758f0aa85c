package org.vemmio.emulator.device;

/// One device, by offset into its own range. Meaning, ranges and refusals are those of the method of the same name of
/// [MmioBus], with an offset in bytes from the start of the device's range for the address.
public interface MmioDevice {
    /// Reads 1, 2, 4 or 8 bytes.
    long read(long offset, int size);

    /// Writes 1, 2, 4 or 8 bytes.
    void write(long offset, int size, long value);

    /// Reads 16, 32 or 64 bytes.
    default void read(long offset, byte[] into, int at, int size) {
        throw new DeviceRefusedException("it takes no access of " + size + " bytes");
    }

    /// Writes 16, 32 or 64 bytes.
    default void write(long offset, byte[] from, int at, int size) {
        throw new DeviceRefusedException("it takes no access of " + size + " bytes");
    }

    /// {@return the widths in bytes that it takes, added up, as [MmioBus#widths]; always the same}
    default int widths() {
        return MmioBus.UP_TO_8;
    }

    /// {@return whether it may be called by several threads at once, always the same; if not, a [DeviceMap] calls it
    /// under a lock}
    ///
    /// A LOCKed access to one that may, for which it offers no compare-and-exchange, is kept apart from other LOCKed
    /// accesses, and not from plain ones.
    default boolean isConcurrent() {
        return false;
    }

    /// {@return whether it offers [#compareAndExchange] there}
    default boolean offersCompareAndExchange(long offset, int size) {
        return false;
    }

    /// Writes `value` if `expected` is held, and returns what was held.
    default long compareAndExchange(long offset, int size, long expected, long value) {
        throw new DeviceRefusedException("it offers no compare-and-exchange");
    }

    /// Takes or does not take a 64-byte command.
    default boolean enqueue(long offset, byte[] from, int at) {
        return false;
    }
}
