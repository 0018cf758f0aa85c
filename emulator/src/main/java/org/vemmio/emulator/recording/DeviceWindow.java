package org.vemmio.emulator.recording;

/// A range of linear memory behind which there are devices.
///
/// @param gla guest-linear address of its first byte
/// @param gpa guest-physical address of its first byte
/// @param size in bytes, at least 1
public record DeviceWindow(long gla, long gpa, long size) {
    /// Creates a window.
    ///
    /// @throws IllegalArgumentException if `size` is less than 1
    public DeviceWindow {
        if (size < 1) {
            throw new IllegalArgumentException("a device window has at least 1 byte, not " + size);
        }
    }
}
