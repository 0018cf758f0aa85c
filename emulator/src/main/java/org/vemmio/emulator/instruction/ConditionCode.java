package org.vemmio.emulator.instruction;

import org.vemmio.emulator.cpu.Rflags;

/// The conditions of CMOVcc and SETcc in the order of their encoding, by the names that Zydis gives them (Intel SDM
/// vol. 1, appendix B). Every second one is the opposite of the one before.
enum ConditionCode {
    O, NO, B, NB, Z, NZ, BE, NBE, S, NS, P, NP, L, NL, LE, NLE;

    /// Returns whether the condition holds with these flags.
    boolean holds(long rflags) {
        boolean less = (rflags & Rflags.SF) != 0 != ((rflags & Rflags.OF) != 0);
        boolean positive = switch (ordinal() >> 1) {
            case 0 -> (rflags & Rflags.OF) != 0;
            case 1 -> (rflags & Rflags.CF) != 0;
            case 2 -> (rflags & Rflags.ZF) != 0;
            case 3 -> (rflags & (Rflags.CF | Rflags.ZF)) != 0;
            case 4 -> (rflags & Rflags.SF) != 0;
            case 5 -> (rflags & Rflags.PF) != 0;
            case 6 -> less;
            default -> less || (rflags & Rflags.ZF) != 0;
        };
        return positive != ((ordinal() & 1) != 0);
    }
}
