package org.vemmio.emulator.recording;

import java.util.OptionalInt;

/// A range of linear memory behind which there are devices.
///
/// @param gla guest-linear address of its first byte
/// @param gpa guest-physical address of its first byte
/// @param size in bytes, at least 1
/// @param widths which widths the devices take, as [org.vemmio.emulator.device.MmioBus#widths]: the sum of the widths
///     in bytes, 0 to 127; where they are not told, 1 to 8 bytes and those of the recorded accesses
public record DeviceWindow(long gla, long gpa, long size, OptionalInt widths) {
    /// The sum of all widths, 1 to 64.
    public static final int ALL_WIDTHS = 127;

    /// Creates a window.
    ///
    /// @throws IllegalArgumentException if `size` is less than 1, or `widths` out of its range
    public DeviceWindow {
        if (size < 1) {
            throw new IllegalArgumentException("a device window has at least 1 byte, not " + size);
        }
        if (widths.isPresent() && (widths.getAsInt() < 0 || widths.getAsInt() > ALL_WIDTHS)) {
            throw new IllegalArgumentException("the sum of widths is 0 to %d, not %d"
                    .formatted(ALL_WIDTHS, widths.getAsInt()));
        }
    }

    /// Creates a window whose devices do not tell their widths.
    public DeviceWindow(long gla, long gpa, long size) {
        this(gla, gpa, size, OptionalInt.empty());
    }

    /// {@return whether the guest-physical address is in the window}
    public boolean holds(long address) {
        return Long.compareUnsigned(address - gpa, size) < 0;
    }

    /// {@return the same with the widths that its devices take}
    public DeviceWindow withWidths(int widths) {
        return new DeviceWindow(gla, gpa, size, OptionalInt.of(widths));
    }
}
