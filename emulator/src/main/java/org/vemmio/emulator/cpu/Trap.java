package org.vemmio.emulator.cpu;

/// What the processor reported: a #VE's information (Intel TDX module specification, `TDG.VP.VEINFO.GET`), or its equal
/// for a nested page fault (AMD APM vol. 2, 15.25.6).
///
/// @param exitReason the VM exit reason; 48 is an EPT violation
/// @param qualification the exit qualification (Intel SDM vol. 3, table 29-7)
/// @param gla the guest-linear address of the access
/// @param gpa the guest-physical address of the access, without the shared bit: 0 to 2^52 - 1
/// @param privateAddress whether the address is private: the shared bit is clear, or the C-bit set
public record Trap(int exitReason, long qualification, long gla, long gpa, boolean privateAddress) {
    /// The exit reason of an EPT violation (Intel SDM vol. 3, appendix C).
    public static final int EPT_VIOLATION = 48;

    /// Creates what was reported.
    ///
    /// @throws IllegalArgumentException if `gpa` is out of its range
    public Trap {
        if (gpa >>> 52 != 0) {
            throw new IllegalArgumentException(
                    "a guest-physical address is below 2^52, not 0x" + Long.toHexString(gpa));
        }
    }

    /// {@return an EPT violation on a shared address, with an exit qualification of 0, at which no handler looks}
    public static Trap at(long gla, long gpa) {
        return new Trap(EPT_VIOLATION, 0, gla, gpa, false);
    }
}
