package org.vemmio.decoder.linux;

/// ModRM, SIB and displacement, as `insn_get_modrm()`, `insn_get_sib()` and `insn_get_displacement()` in
/// `arch/x86/lib/insn.c` read them with an address size of 4 or 8 bytes.
///
/// @param hasModrm whether there is any of them
/// @param modrm the ModRM byte, 0 to 255; 0 if there is none
/// @param hasSib whether there is a SIB byte
/// @param sib the SIB byte, 0 to 255; 0 if there is none
/// @param displacementBytes 0, 1 or 4
/// @param displacement the displacement, sign-extended; 0 if there is none
record AddressBytes(
        boolean hasModrm, int modrm, boolean hasSib, int sib, int displacementBytes, int displacement) {

    /// Those of an instruction without ModRM.
    static final AddressBytes NONE = new AddressBytes(false, 0, false, 0, 0, 0);

    /// Reads those that come next.
    static AddressBytes read(CodeReader code) {
        int modrm = code.next();
        int mod = modrm >> 6;
        int rm = modrm & 7;
        boolean hasSib = mod != 3 && rm == 4;
        int sib = hasSib ? code.next() : 0;
        int displacementBytes = switch (mod) {
            case 0 -> rm == 5 || (sib & 7) == 5 ? 4 : 0;
            case 1 -> 1;
            case 2 -> 4;
            default -> 0;
        };
        return new AddressBytes(true, modrm, hasSib, sib, displacementBytes, code.nextSigned(displacementBytes));
    }

    int mod() {
        return modrm >> 6;
    }

    int reg() {
        return modrm >> 3 & 7;
    }

    int rm() {
        return modrm & 7;
    }

    int scale() {
        return 1 << (sib >> 6);
    }

    int index() {
        return sib >> 3 & 7;
    }

    int base() {
        return sib & 7;
    }
}
