package org.vemmio.decoder.linux;

/// Which segment override the kernel sees in front of an instruction: the result of `get_seg_reg_override_idx()` in
/// `arch/x86/lib/insn-eval.c`. In 64-bit code only [#FS] and [#GS] have a base that counts.
public enum SegmentOverride {
    /// No override (`INAT_SEG_REG_DEFAULT`).
    NONE,
    /// Prefix 26.
    ES,
    /// Prefix 2E.
    CS,
    /// Prefix 36.
    SS,
    /// Prefix 3E.
    DS,
    /// Prefix 64.
    FS,
    /// Prefix 65.
    GS,
    /// More than one was counted (`-EINVAL`): the address comes out as -1.
    AMBIGUOUS;

    /// {@return the override that `prefix` stands for, or [#NONE]}
    static SegmentOverride of(int prefix) {
        return switch (prefix) {
            case 0x26 -> ES;
            case 0x2e -> CS;
            case 0x36 -> SS;
            case 0x3e -> DS;
            case 0x64 -> FS;
            case 0x65 -> GS;
            default -> NONE;
        };
    }
}
