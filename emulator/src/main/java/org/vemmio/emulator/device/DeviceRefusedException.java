package org.vemmio.emulator.device;

/// Thrown by a device or a bus that will not do an access: what a failing `TDG.VP.VMCALL` is to a guest. It has no
/// stack trace, since it is an answer and no programming error.
public final class DeviceRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Creates a refusal.
    ///
    /// @param message why, in a few words, without address and size, which the Failure carries
    public DeviceRefusedException(String message) {
        super(message, null, false, false);
    }
}
