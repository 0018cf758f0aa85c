package org.vemmio.emulator.operation;

import org.vemmio.emulator.cpu.Rflags;

/// Flags that an instruction has computed and that wait to be committed. One per [Execution].
public final class Flags {
    private static final long SIGNS = Rflags.SF | Rflags.ZF | Rflags.PF;

    private long changed;
    private long value;

    Flags() {
    }

    void clear() {
        changed = 0;
        value = 0;
    }

    boolean areStaged() {
        return changed != 0;
    }

    long apply(long rflags) {
        return rflags & ~changed | value;
    }

    /// Stages flags.
    ///
    /// @param mask the flags to change, [Rflags] masks added up
    /// @param bits their values; bits outside `mask` do not count
    public void set(long mask, long bits) {
        changed |= mask;
        value = value & ~mask | bits & mask;
    }

    /// Stages one flag.
    public void set(long mask, boolean on) {
        set(mask, on ? mask : 0);
    }

    /// Stages SF, ZF and PF for a result of `size` bytes.
    public void signs(long result, int size) {
        set(SIGNS, signBits(result, size));
    }

    /// {@return SF, ZF and PF of a result of `size` bytes, 1, 2, 4 or 8} (Intel SDM vol. 1, 3.4.3.1; PF looks at the
    /// low byte alone)
    public static long signBits(long result, int size) {
        long shifted = result << 64 - 8 * size;
        return (shifted < 0 ? Rflags.SF : 0) | (shifted == 0 ? Rflags.ZF : 0)
                | ((Long.bitCount(result & 0xff) & 1) == 0 ? Rflags.PF : 0);
    }
}
