package org.vemmio.decoder.linux;

/// What the Linux kernel takes an instruction for when it has touched a device: `enum insn_mmio_type` of
/// `arch/x86/include/asm/insn-eval.h`, as `insn_decode_mmio()` of `arch/x86/lib/insn-eval.c` assigns it. The names are
/// the kernel's without their prefix `INSN_MMIO_` (`MMIO_` before Linux 6.3).
public enum MmioType {
    /// None of the others, or not decoded at all.
    DECODE_FAILED,
    /// `MOV` of a register to memory: opcodes 88 and 89.
    WRITE,
    /// `MOV` of an immediate to memory: opcodes C6 and C7, whatever ModRM.reg is.
    WRITE_IMM,
    /// `MOV` of memory to a register: opcodes 8A and 8B.
    READ,
    /// `MOVZX`: opcodes 0F B6 and 0F B7.
    READ_ZERO_EXTEND,
    /// `MOVSX`: opcodes 0F BE and 0F BF.
    READ_SIGN_EXTEND,
    /// `MOVS`: opcodes A4 and A5.
    MOVS;

    /// {@return the type for the opcode bytes as the kernel has stored them}
    ///
    /// @param first `opcode.bytes[0]`, 0 to 255
    /// @param second `opcode.bytes[1]`, 0 to 255; 0 if there is none
    static MmioType of(int first, int second) {
        return switch (first) {
            case 0x88, 0x89 -> WRITE;
            case 0x8a, 0x8b -> READ;
            case 0xa4, 0xa5 -> MOVS;
            case 0xc6, 0xc7 -> WRITE_IMM;
            case 0x0f -> switch (second) {
                case 0xb6, 0xb7 -> READ_ZERO_EXTEND;
                case 0xbe, 0xbf -> READ_SIGN_EXTEND;
                default -> DECODE_FAILED;
            };
            default -> DECODE_FAILED;
        };
    }

    /// {@return the size of the memory operand in bytes: 1, 2, 4 or 8; 0 for [#DECODE_FAILED]}
    ///
    /// @param first as for [#of]
    /// @param second as for [#of]
    /// @param operandBytes 2, 4 or 8
    int size(int first, int second, int operandBytes) {
        return switch (this) {
            case DECODE_FAILED -> 0;
            case READ_ZERO_EXTEND, READ_SIGN_EXTEND -> (second & 1) == 0 ? 1 : 2;
            case WRITE, WRITE_IMM, READ, MOVS -> (first & 1) == 0 ? 1 : operandBytes;
        };
    }
}
