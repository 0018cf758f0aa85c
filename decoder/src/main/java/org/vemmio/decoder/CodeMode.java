package org.vemmio.decoder;

/// The default operand and address size of code, as the code segment's L and D bits set it (Intel SDM Vol. 3A, 3.4.5
/// "Segment Descriptors" and 5.2.1 "Code-Segment Descriptor in 64-bit Mode").
public enum CodeMode {
    /// CS.L = 0, CS.D = 0: 16-bit code, in real-address mode as in protected mode.
    CODE16(16),
    /// CS.L = 0, CS.D = 1: 32-bit code, in legacy protected mode as in compatibility mode.
    CODE32(32),
    /// CS.L = 1: 64-bit mode.
    CODE64(64);

    private final int bits;

    CodeMode(int bits) {
        this.bits = bits;
    }

    /// {@return the number in the mode's name: 16, 32 or 64}
    public int bits() {
        return bits;
    }

    /// {@return the mode with that number of bits}
    ///
    /// @param bits 16, 32 or 64
    /// @throws IllegalArgumentException for any other number
    public static CodeMode of(int bits) {
        return switch (bits) {
            case 16 -> CODE16;
            case 32 -> CODE32;
            case 64 -> CODE64;
            default -> throw new IllegalArgumentException("no code mode has " + bits + " bits: 16, 32 or 64");
        };
    }
}
