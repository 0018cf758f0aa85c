package org.vemmio.decoder.linux;

/// Everything in front of the opcode, as `insn_get_prefixes()` in `arch/x86/lib/insn.c` takes it in: a forced-emulation
/// prefix, the legacy prefixes, one REX prefix, and a VEX or EVEX prefix; or REX2 in place of the last two.
///
/// @param legacy the legacy prefixes
/// @param rex `rex_prefix.bytes[0]`: the REX prefix, [#REX2], or 0
/// @param encoding how the opcode is told
/// @param wide whether the kernel takes one of these prefixes for a W that is set
/// @param map the opcode map that REX2, VEX or EVEX name, 0 to 31; 0 for [PrefixKind#LEGACY]
/// @param mandatory VEX.pp or EVEX.pp: 0 none, 1 for 66, 2 for F3, 3 for F2
/// @param evexW whether EVEX.W is set
record PrefixBytes(
        LegacyPrefixes legacy, int rex, PrefixKind encoding, boolean wide, int map, int mandatory, boolean evexW) {

    /// The first byte of a REX2 prefix.
    static final int REX2 = 0xd5;

    private static final byte[] XEN_EMULATE = {0x0f, 0x0b, 'x', 'e', 'n'};
    private static final byte[] KVM_EMULATE = {0x0f, 0x0b, 'k', 'v', 'm'};

    /// What tells the opcode map.
    enum PrefixKind {
        /// The escape bytes in the opcode.
        LEGACY,
        /// A bit of the REX2 prefix.
        REX2,
        /// A field of the VEX prefix.
        VEX,
        /// A field of the EVEX prefix.
        EVEX
    }

    /// Reads the prefixes that come next, up to the first opcode byte.
    ///
    /// @param rex2 whether D5 is a REX2 prefix
    static PrefixBytes read(CodeReader code, boolean rex2) {
        if (!code.skip(XEN_EMULATE)) {
            code.skip(KVM_EMULATE);
        }
        var legacy = LegacyPrefixes.read(code);
        if (rex2 && code.peek() == REX2) {
            code.next();
            int payload = code.next();
            return new PrefixBytes(legacy, REX2, PrefixKind.REX2, bit(payload, 3), payload >> 7, 0, false);
        }
        int rex = isRex(code.peek()) ? code.next() : 0;
        boolean rexW = bit(rex, 3);
        switch (code.peek()) {
            case 0xc5 -> {
                code.next();
                int payload = code.next();
                return new PrefixBytes(legacy, rex, PrefixKind.VEX, rexW, 1, payload & 3, false);
            }
            case 0xc4 -> {
                code.next();
                int map = code.next() & 0x1f;
                int payload = code.next();
                return new PrefixBytes(legacy, rex, PrefixKind.VEX, rexW || bit(payload, 7), map, payload & 3, false);
            }
            case 0x62 -> {
                code.next();
                int map = code.next() & 7;
                int payload = code.next();
                // The kernel looks for W in the last byte, where EVEX has z.
                boolean z = bit(code.next(), 7);
                return new PrefixBytes(legacy, rex, PrefixKind.EVEX, rexW || z, map, payload & 3, bit(payload, 7));
            }
            default -> {
                return new PrefixBytes(legacy, rex, PrefixKind.LEGACY, rexW, 0, 0, false);
            }
        }
    }

    /// {@return `opnd_bytes` as the prefixes alone tell it: 2, 4 or 8}
    int operandBytes() {
        if (wide) {
            return 8;
        }
        return legacy.contains(0x66) ? 2 : 4;
    }

    /// {@return `addr_bytes`: 4 or 8}
    int addressBytes() {
        return legacy.contains(0x67) ? 4 : 8;
    }

    /// {@return whether the kernel has a table of the opcodes in this map; without one `insn_decode()` fails}
    ///
    /// @param apx whether it knows APX
    boolean hasTable(boolean apx) {
        return switch (encoding) {
            case LEGACY, REX2 -> true;
            case VEX, EVEX -> switch (map) {
                case 1, 2, 3, 5, 6 -> true;
                case 4, 7 -> apx;
                default -> false;
            };
        };
    }

    /// {@return whether a byte is a REX prefix}
    static boolean isRex(int value) {
        return (value & 0xf0) == 0x40;
    }

    private static boolean bit(int value, int number) {
        return (value >> number & 1) != 0;
    }
}
