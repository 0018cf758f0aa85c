package org.vemmio.emulator.recording;

import java.util.Objects;

/// What a trap is called in reports; it changes nothing of what comes out. Immutable.
///
/// @param device the device's name; may be empty
/// @param mnemonic of the instruction; may be empty
/// @param processor which machine it was, such as `zen5`; empty where the header tells, or nothing does
public record TrapLabels(String device, String mnemonic, String processor) {
    /// What reports and filters call the device of a trap that names none.
    public static final String NO_DEVICE = "none";
    /// No label.
    public static final TrapLabels NONE = new TrapLabels("", "", "");

    /// Creates labels.
    public TrapLabels {
        Objects.requireNonNull(device);
        Objects.requireNonNull(mnemonic);
        Objects.requireNonNull(processor);
    }

    /// {@return the device's name, or [#NO_DEVICE]}
    public String deviceOrNone() {
        return device.isEmpty() ? NO_DEVICE : device;
    }
}
