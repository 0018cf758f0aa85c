package org.vemmio.decoder;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction.Masking;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisAccessedFlags;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionAvx;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionMeta;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRaw;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRawEvex;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRawMvex;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRawRex;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRawVex;
import org.vemmio.zydis.jextract.ZydisDecodedInstructionRawXop;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecodedOperandMem;

/// The two structures that Zydis decodes into, and the making of an [Instruction] from them. They are on the heap,
/// where reading a field takes no more than reading an array.
final class InstructionReader {
    private static final Encoding[] ENCODINGS = new Encoding[Encoding.values().length];
    private static final OpcodeMap[] MAPS = new OpcodeMap[OpcodeMap.values().length];
    private static final Register R13D = Register.of(RegisterFile.GPR32, 13);

    // Offsets into ZydisDecodedInstruction.
    private static final int MNEMONIC = (int) ZydisDecodedInstruction.mnemonic$offset();
    private static final int LENGTH = (int) ZydisDecodedInstruction.length$offset();
    private static final int ENCODING = (int) ZydisDecodedInstruction.encoding$offset();
    private static final int OPCODE_MAP = (int) ZydisDecodedInstruction.opcode_map$offset();
    private static final int OPCODE = (int) ZydisDecodedInstruction.opcode$offset();
    private static final int STACK_WIDTH = (int) ZydisDecodedInstruction.stack_width$offset();
    private static final int OPERAND_WIDTH = (int) ZydisDecodedInstruction.operand_width$offset();
    private static final int ADDRESS_WIDTH = (int) ZydisDecodedInstruction.address_width$offset();
    private static final int OPERAND_COUNT = (int) ZydisDecodedInstruction.operand_count$offset();
    private static final int VISIBLE_OPERANDS = (int) ZydisDecodedInstruction.operand_count_visible$offset();
    private static final int ATTRIBUTES = (int) ZydisDecodedInstruction.attributes$offset();
    private static final int CPU_FLAGS = (int) ZydisDecodedInstruction.cpu_flags$offset();
    private static final int AVX = (int) ZydisDecodedInstruction.avx$offset();
    private static final int VECTOR_LENGTH = AVX + (int) ZydisDecodedInstructionAvx.vector_length$offset();
    private static final int MASK = AVX + (int) ZydisDecodedInstructionAvx.mask$offset();
    private static final int MASK_MODE =
            MASK + (int) ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxMask_.mode$offset();
    private static final int MASK_REGISTER =
            MASK + (int) ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxMask_.reg$offset();
    private static final int BROADCAST = AVX + (int) ZydisDecodedInstructionAvx.broadcast$offset();
    private static final int BROADCAST_MODE =
            BROADCAST + (int) ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxBroadcast_.mode$offset();
    private static final int BROADCAST_STATIC =
            BROADCAST + (int) ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxBroadcast_.is_static$offset();
    private static final int META = (int) ZydisDecodedInstruction.meta$offset();
    private static final int CATEGORY = META + (int) ZydisDecodedInstructionMeta.category$offset();
    private static final int ISA_SET = META + (int) ZydisDecodedInstructionMeta.isa_set$offset();
    private static final int RAW = (int) ZydisDecodedInstruction.raw$offset();
    private static final int PREFIX_COUNT = RAW + (int) ZydisDecodedInstructionRaw.prefix_count$offset();
    private static final int MODRM = RAW + (int) ZydisDecodedInstructionRaw.modrm$offset();
    private static final int MODRM_MOD =
            MODRM + (int) ZydisDecodedInstructionRaw.ZydisDecodedInstructionModRm_.mod$offset();
    private static final int MODRM_OFFSET =
            MODRM + (int) ZydisDecodedInstructionRaw.ZydisDecodedInstructionModRm_.offset$offset();
    private static final int DISPLACEMENT = RAW + (int) ZydisDecodedInstructionRaw.disp$offset()
            + (int) ZydisDecodedInstructionRaw.ZydisDecodedInstructionRawDisp_.value$offset();
    private static final int REX_W = RAW + (int) ZydisDecodedInstructionRaw.rex$offset()
            + (int) ZydisDecodedInstructionRawRex.W$offset();
    private static final int VEX_W = RAW + (int) ZydisDecodedInstructionRaw.vex$offset()
            + (int) ZydisDecodedInstructionRawVex.W$offset();
    private static final int EVEX_W = RAW + (int) ZydisDecodedInstructionRaw.evex$offset()
            + (int) ZydisDecodedInstructionRawEvex.W$offset();
    private static final int XOP_W = RAW + (int) ZydisDecodedInstructionRaw.xop$offset()
            + (int) ZydisDecodedInstructionRawXop.W$offset();
    private static final int MVEX_W = RAW + (int) ZydisDecodedInstructionRaw.mvex$offset()
            + (int) ZydisDecodedInstructionRawMvex.W$offset();

    private static final long HAS_W = Zydis.ZYDIS_ATTRIB_HAS_REX() | Zydis.ZYDIS_ATTRIB_HAS_VEX()
            | Zydis.ZYDIS_ATTRIB_HAS_EVEX() | Zydis.ZYDIS_ATTRIB_HAS_XOP() | Zydis.ZYDIS_ATTRIB_HAS_MVEX();
    private static final int NO_REGISTER = 0;
    /// How many structures of flags are kept, by their address in the library; a power of two.
    private static final int FLAG_USES = 256;

    static {
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_LEGACY()] = Encoding.LEGACY;
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_3DNOW()] = Encoding.THREE_DNOW;
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_XOP()] = Encoding.XOP;
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_VEX()] = Encoding.VEX;
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_EVEX()] = Encoding.EVEX;
        ENCODINGS[Zydis.ZYDIS_INSTRUCTION_ENCODING_MVEX()] = Encoding.MVEX;

        MAPS[Zydis.ZYDIS_OPCODE_MAP_DEFAULT()] = OpcodeMap.DEFAULT;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_0F()] = OpcodeMap.MAP_0F;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_0F38()] = OpcodeMap.MAP_0F38;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_0F3A()] = OpcodeMap.MAP_0F3A;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_MAP4()] = OpcodeMap.MAP4;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_MAP5()] = OpcodeMap.MAP5;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_MAP6()] = OpcodeMap.MAP6;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_MAP7()] = OpcodeMap.MAP7;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_0F0F()] = OpcodeMap.MAP_0F0F;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_XOP8()] = OpcodeMap.XOP8;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_XOP9()] = OpcodeMap.XOP9;
        MAPS[Zydis.ZYDIS_OPCODE_MAP_XOPA()] = OpcodeMap.XOPA;
    }

    private final NativeNames names;
    private final long[] instruction = StructWords.of(ZydisDecodedInstruction.layout(), 1);
    private final long[] operands =
            StructWords.of(ZydisDecodedOperand.layout(), Zydis.ZYDIS_MAX_OPERAND_COUNT());
    private final MemorySegment instructionSegment = MemorySegment.ofArray(instruction);
    private final MemorySegment operandsSegment = MemorySegment.ofArray(operands);
    private final long[] flagAddresses = new long[FLAG_USES];
    private final @Nullable FlagUse[] flagUses = new FlagUse[FLAG_USES];

    InstructionReader(NativeNames names) {
        this.names = names;
    }

    /// {@return the ZydisDecodedInstruction to decode into, on the heap}
    MemorySegment instruction() {
        return instructionSegment;
    }

    /// {@return the array of ZydisDecodedOperand to decode into, of the size that Zydis demands, on the heap}
    MemorySegment operands() {
        return operandsSegment;
    }

    /// {@return the number of operands that the text shows}
    byte visibleOperands() {
        return (byte) StructWords.int8(instruction, VISIBLE_OPERANDS);
    }

    /// {@return the number of bytes consumed, of a failed decoding too}
    int length() {
        return StructWords.int8(instruction, LENGTH);
    }

    /// Mends what was decoded: where a SIB byte names no base register and addresses are 32 bits wide, Zydis 4.0 and
    /// 4.1 take the extended base field for R13D and drop the displacement (zyantific/zydis issue 592). REX.B does not
    /// count there (Intel SDM Vol. 2A, table 2-5).
    void mend() {
        if (addressWidth() != R13D.width() || StructWords.int8(instruction, MODRM_MOD) != 0) {
            return;
        }
        for (int i = 0; i < visibleOperands(); i++) {
            MemorySegment operand = ZydisDecodedOperand.asSlice(operandsSegment, i);
            if (ZydisDecodedOperand.type(operand) == Zydis.ZYDIS_OPERAND_TYPE_MEMORY()) {
                MemorySegment mem = ZydisDecodedOperand.mem(operand);
                if (R13D.equals(names.register(ZydisDecodedOperandMem.base(mem)))) {
                    MemorySegment disp = ZydisDecodedOperandMem.disp(mem);
                    ZydisDecodedOperandMem.base(mem, NO_REGISTER);
                    ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.has_displacement(disp, (byte) 1);
                    ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.value(disp,
                            StructWords.int64(instruction, DISPLACEMENT));
                }
            }
        }
    }

    NativeNames names() {
        return names;
    }

    int mnemonic() {
        return StructWords.int32(instruction, MNEMONIC);
    }

    int category() {
        return StructWords.int32(instruction, CATEGORY);
    }

    int isaSet() {
        return StructWords.int32(instruction, ISA_SET);
    }

    Encoding encoding() {
        return ENCODINGS[StructWords.int32(instruction, ENCODING)];
    }

    OpcodeMap opcodeMap() {
        return MAPS[StructWords.int32(instruction, OPCODE_MAP)];
    }

    int opcode() {
        return StructWords.int8(instruction, OPCODE);
    }

    /// {@return where the ModRM byte is; 0 where there is none}
    int modrmOffset() {
        return (attributes() & Zydis.ZYDIS_ATTRIB_HAS_MODRM()) != 0 ? StructWords.int8(instruction, MODRM_OFFSET) : 0;
    }

    int operandWidth() {
        return StructWords.int8(instruction, OPERAND_WIDTH);
    }

    int addressWidth() {
        return StructWords.int8(instruction, ADDRESS_WIDTH);
    }

    int stackWidth() {
        return StructWords.int8(instruction, STACK_WIDTH);
    }

    int vectorLength() {
        return StructWords.int16(instruction, VECTOR_LENGTH);
    }

    /// {@return the set of `ZYDIS_ATTRIB_` bits}
    long attributes() {
        return StructWords.int64(instruction, ATTRIBUTES);
    }

    int prefixCount() {
        return StructWords.int8(instruction, PREFIX_COUNT);
    }

    /// {@return the W bit of REX, XOP, VEX, EVEX or MVEX}
    boolean w() {
        long attributes = attributes();
        if ((attributes & HAS_W) == 0) {
            return false;
        }
        int offset;
        if ((attributes & Zydis.ZYDIS_ATTRIB_HAS_REX()) != 0) {
            offset = REX_W;
        } else if ((attributes & Zydis.ZYDIS_ATTRIB_HAS_VEX()) != 0) {
            offset = VEX_W;
        } else if ((attributes & Zydis.ZYDIS_ATTRIB_HAS_EVEX()) != 0) {
            offset = EVEX_W;
        } else if ((attributes & Zydis.ZYDIS_ATTRIB_HAS_XOP()) != 0) {
            offset = XOP_W;
        } else {
            offset = MVEX_W;
        }
        return StructWords.int8(instruction, offset) != 0;
    }

    Masking masking() {
        int mode = StructWords.int32(instruction, MASK_MODE);
        if (mode == Zydis.ZYDIS_MASK_MODE_INVALID()) {
            return Masking.NONE;
        }
        Register register = names.register(StructWords.int32(instruction, MASK_REGISTER));
        boolean zeroing = mode == Zydis.ZYDIS_MASK_MODE_ZEROING() || mode == Zydis.ZYDIS_MASK_MODE_CONTROL_ZEROING();
        boolean broadcasts =
                StructWords.int32(instruction, BROADCAST_MODE) != Zydis.ZYDIS_BROADCAST_MODE_INVALID()
                && StructWords.int8(instruction, BROADCAST_STATIC) == 0;
        return new Masking(register == null ? 0 : register.number(), zeroing, broadcasts);
    }

    FlagUse flags() {
        long address = StructWords.int64(instruction, CPU_FLAGS);
        if (address == 0) {
            return FlagUse.NONE;
        }
        int slot = (int) (address / Integer.BYTES) & FLAG_USES - 1;
        FlagUse known = flagUses[slot];
        if (known == null || flagAddresses[slot] != address) {
            MemorySegment flags = ZydisDecodedInstruction.cpu_flags(instructionSegment);
            known = new FlagUse(ZydisAccessedFlags.tested(flags), ZydisAccessedFlags.modified(flags),
                    ZydisAccessedFlags.set_0(flags), ZydisAccessedFlags.set_1(flags),
                    ZydisAccessedFlags.undefined(flags));
            flagAddresses[slot] = address;
            flagUses[slot] = known;
        }
        return known;
    }

    /// {@return the operands, hidden ones included, for [PackedOperands#unpack]}
    long[] packedOperands() {
        return PackedOperands.pack(operands, StructWords.int8(instruction, OPERAND_COUNT));
    }
}
