package org.vemmio.emulator.device;

/// The devices of a machine, by guest-physical address.
///
/// An engine calls [#read(long,int)] and [#write(long,int,long)] for 1 to 8 bytes and the byte-slice pair for 16, 32 or
/// 64. Values are little-endian. A bus may be shared by the engines of several virtual processors and must then be safe
/// for their threads.
///
/// What a handler leaves to the engine, as the architectural one does everything, is made of widths that [#widths]
/// allows: it is asked before the first access, once for an operand, or for each element of a masked one. The Linux
/// handlers do not ask, as a hypercall has no such question: an access of 1, 2, 4 or 8 bytes comes as it is, and a
/// device that does not take it refuses it. An enqueue store, 64 bytes, is not asked about either.
///
/// Every access may throw [DeviceRefusedException].
public interface MmioBus {
    /// Widths of 1, 2, 4 and 8 bytes, as [#widths] gives them: what a hypercall carries.
    int UP_TO_8 = 1 | 2 | 4 | 8;

    /// All widths, 1 to 64 bytes.
    int UP_TO_64 = UP_TO_8 | 16 | 32 | 64;

    /// Reads from a device.
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param size 1, 2, 4 or 8 bytes
    /// @return the value; only its low `size` bytes count
    long read(long gpa, int size);

    /// Writes to a device.
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param size 1, 2, 4 or 8 bytes
    /// @param value the value; only its low `size` bytes count
    void write(long gpa, int size, long value);

    /// Reads a wide value from a device in one access.
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param into receives the bytes from `offset`
    /// @param size 16, 32 or 64 bytes
    default void read(long gpa, byte[] into, int offset, int size) {
        throw new DeviceRefusedException("it takes no access of " + size + " bytes");
    }

    /// Writes a wide value to a device in one access.
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param from holds the bytes from `offset`
    /// @param size 16, 32 or 64 bytes
    default void write(long gpa, byte[] from, int offset, int size) {
        throw new DeviceRefusedException("it takes no access of " + size + " bytes");
    }

    /// {@return the widths in bytes that the device at `gpa` takes, each a power of two from 1 to 64, added up}
    default int widths(long gpa) {
        return UP_TO_8;
    }

    /// Begins a read and a write that no other access may come between: what the LOCK prefix asks for. Called only by
    /// an engine, once, and followed by [#unlock] on the same thread whatever happens.
    default void lock() {
    }

    /// Ends what [#lock] began.
    default void unlock() {
    }

    /// {@return whether the device at `gpa` offers [#compareAndExchange] for `size` bytes}
    default boolean offersCompareAndExchange(long gpa, int size) {
        return false;
    }

    /// Writes `value` if the device holds `expected`, in one step. Called only where the device offers it.
    ///
    /// @param size 1, 2, 4 or 8 bytes
    /// @return what the device held; the write took place if that equals `expected` in its low `size` bytes
    default long compareAndExchange(long gpa, int size, long expected, long value) {
        throw new DeviceRefusedException("it offers no compare-and-exchange");
    }

    /// Offers a 64-byte command by an enqueue store (ENQCMD, ENQCMDS).
    ///
    /// @return whether the device took it; a device that takes no enqueue stores answers no (Intel SDM vol. 2, ENQCMD)
    default boolean enqueue(long gpa, byte[] from, int offset) {
        return false;
    }
}
