package org.vemmio.decoder;

import org.jspecify.annotations.Nullable;

/// The prefixes of an instruction (Intel SDM Vol. 2A, 2.1.1 and 2.2.1). `lock`, `rep`, `repne` and `segmentOverride`
/// tell what takes effect; a prefix that the instruction ignores, or that is part of its opcode, is not among them.
///
/// @param lock F0: the read-modify-write is locked. (`xchg` with memory is locked without it.)
/// @param rep F3 repeats a string instruction; for `cmps` and `scas` it means `repe`
/// @param repne F2 repeats a string instruction; `movs`, `stos`, `lods`, `ins` and `outs` take it as `rep`
/// @param operandSize 66 is there, be it for the operand size, as part of the opcode, or without effect
/// @param addressSize 67 is there
/// @param segmentOverride the segment register that a prefix selects, or null where there is none or it has no effect,
///     as CS, DS, ES and SS in 64-bit mode
/// @param rexPresent a REX prefix takes effect, so that byte registers 4 to 7 are SPL, BPL, SIL and DIL
/// @param rexW the W bit of REX, XOP, VEX or EVEX
@SuppressWarnings("exports") // JSpecify stays optional for users
public record Prefixes(boolean lock, boolean rep, boolean repne, boolean operandSize, boolean addressSize,
        @Nullable Register segmentOverride, boolean rexPresent, boolean rexW) {
    /// {@return whether the instruction repeats under control of a count register}
    public boolean repeats() {
        return rep || repne;
    }
}
