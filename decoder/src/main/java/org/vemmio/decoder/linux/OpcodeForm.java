package org.vemmio.decoder.linux;

import static org.vemmio.decoder.linux.PrefixBytes.PrefixKind.EVEX;

/// What follows an opcode that `insn_decode_mmio()` knows, and the operand size that it implies: what the kernel reads
/// from the attribute tables that it makes of `arch/x86/lib/x86-opcode-map.txt`. Behind REX2, VEX and EVEX those
/// opcodes are other instructions, whose form counts.
enum OpcodeForm {
    /// The kernel's tables have no such instruction: `insn_decode()` fails.
    INVALID(false, 0),
    /// Nothing.
    PLAIN(false, 0),
    /// ModRM, SIB and displacement.
    MODRM(true, 0),
    /// The same, then a byte.
    MODRM_IB(true, 1),
    /// The same, then as many bytes as the operand has, but at most four.
    MODRM_IZ(true, 4),
    /// ModRM, SIB and displacement; two-byte operand if EVEX.pp is 66 and EVEX.W is clear.
    MODRM_SCALABLE(true, 0),
    /// A four-byte branch offset; eight-byte operand.
    JZ(false, 4);

    private static final int PREFIX_REPNE = 0xf2;
    private static final int PREFIX_REPE = 0xf3;
    private static final int MANDATORY_66 = 1;
    /// Values of ModRM.reg with which 0F 38 C6 and C7 are gather and scatter prefetches.
    private static final int GATHER_PREFETCHES = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 6;

    private final boolean modrm;
    private final int maxImmediateBytes;

    OpcodeForm(boolean modrm, int maxImmediateBytes) {
        this.modrm = modrm;
        this.maxImmediateBytes = maxImmediateBytes;
    }

    /// {@return the form of an opcode whose type is not [MmioType#DECODE_FAILED]}
    ///
    /// @param opcode the first opcode byte behind `prefixes`
    /// @param next the byte after it, which may be its ModRM
    /// @param apx whether the tables have the APX instructions
    static OpcodeForm of(PrefixBytes prefixes, int opcode, int next, boolean apx) {
        return switch (prefixes.encoding()) {
            case LEGACY -> oneByte(opcode);
            case REX2 -> prefixes.map() == 0 ? oneByte(opcode) : twoByte(prefixes, opcode);
            case VEX, EVEX -> vector(prefixes, opcode, next, apx);
        };
    }

    private static OpcodeForm oneByte(int opcode) {
        return switch (opcode) {
            case 0xa4, 0xa5 -> PLAIN;
            case 0xc6 -> MODRM_IB;
            case 0xc7 -> MODRM_IZ;
            default -> MODRM;
        };
    }

    /// Map 0F behind REX2: Jcc, SHLD, SHUFPS and SHUFPD, and group 9.
    private static OpcodeForm twoByte(PrefixBytes prefixes, int opcode) {
        return switch (opcode) {
            case 0xa4 -> MODRM_IB;
            case 0xa5, 0xc7 -> MODRM;
            case 0xc6 -> {
                int last = prefixes.legacy().last();
                yield last == PREFIX_REPE || last == PREFIX_REPNE ? PLAIN : MODRM_IB;
            }
            default -> JZ;
        };
    }

    private static OpcodeForm vector(PrefixBytes prefixes, int opcode, int next, boolean apx) {
        boolean evex = prefixes.encoding() == EVEX;
        return switch (prefixes.map()) {
            case 1 -> opcode == 0xc6 && prefixes.mandatory() <= MANDATORY_66 ? MODRM_IB : INVALID;
            case 2 -> switch (opcode) {
                case 0x88, 0x89, 0x8a, 0x8b -> evex && prefixes.mandatory() == MANDATORY_66 ? MODRM : INVALID;
                case 0xc6, 0xc7 -> prefixes.mandatory() == MANDATORY_66
                        && (GATHER_PREFETCHES >> (next >> 3 & 7) & 1) != 0 ? MODRM : INVALID;
                default -> INVALID;
            };
            case 4 -> apx && evex && prefixes.mandatory() <= MANDATORY_66 && (opcode == 0x88 || opcode == 0xa5)
                    ? MODRM_SCALABLE : INVALID;
            default -> INVALID;
        };
    }

    boolean hasModrm() {
        return modrm;
    }

    /// {@return `opnd_bytes` with this form: 2, 4 or 8}
    int operandBytes(PrefixBytes prefixes) {
        boolean scaled = this == MODRM_SCALABLE && prefixes.mandatory() == MANDATORY_66 && !prefixes.evexW();
        if (scaled) {
            return 2;
        }
        return this == JZ ? 8 : prefixes.operandBytes();
    }

    /// {@return the size of the immediate: 0, 1, 2 or 4 bytes}
    int immediateBytes(int operandBytes) {
        return Math.min(maxImmediateBytes, operandBytes);
    }
}
