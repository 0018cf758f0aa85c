package org.vemmio.emulator.device;

/// Sees every access to a device that took place, in order, after the device answered. Called on the engine's thread;
/// what it throws comes out of the engine, and so does the IllegalStateException that it gets where it calls the engine.
public interface AccessObserver {
    /// An observer that does nothing.
    AccessObserver NONE = (write, gpa, bytes, offset, size) -> { };

    /// Is told of an access.
    ///
    /// @param write whether it was a write
    /// @param gpa guest-physical address of the first byte
    /// @param bytes holds what was read or written, in memory order, from `offset`; valid during the call only
    /// @param size bytes: 1, 2, 4, 8, 16, 32 or 64
    void accessed(boolean write, long gpa, byte[] bytes, int offset, int size);
}
