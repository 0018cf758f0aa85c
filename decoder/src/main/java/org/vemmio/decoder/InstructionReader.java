package org.vemmio.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction.Masking;
import org.vemmio.decoder.Instruction.Names;
import org.vemmio.decoder.Instruction.Opcode;
import org.vemmio.decoder.Instruction.Widths;
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
import org.vemmio.zydis.jextract.ZydisDecodedOperandImm;
import org.vemmio.zydis.jextract.ZydisDecodedOperandMem;
import org.vemmio.zydis.jextract.ZydisDecodedOperandPtr;
import org.vemmio.zydis.jextract.ZydisDecodedOperandReg;

/// The two structures that Zydis decodes into, and the making of an [Instruction] from them.
final class InstructionReader {
    private static final Encoding[] ENCODINGS = new Encoding[Encoding.values().length];
    private static final OpcodeMap[] MAPS = new OpcodeMap[OpcodeMap.values().length];
    private static final @Nullable Access[] ACCESSES = new Access[16];
    private static final Register R13D = Register.of(RegisterFile.GPR32, 13);
    private static final int NO_REGISTER = 0;

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

        ACCESSES[0] = Access.NONE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_READ()] = Access.READ;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_WRITE()] = Access.WRITE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_READWRITE()] = Access.READ_WRITE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_CONDREAD()] = Access.COND_READ;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_CONDWRITE()] = Access.COND_WRITE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_READ_CONDWRITE()] = Access.READ_COND_WRITE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_CONDREAD_WRITE()] = Access.COND_READ_WRITE;
        ACCESSES[Zydis.ZYDIS_OPERAND_ACTION_CONDREAD_CONDWRITE()] = Access.COND_READ_COND_WRITE;
    }

    private final NativeNames names;
    private final MemorySegment instruction;
    private final MemorySegment operands;
    private final MemorySegment[] operand = new MemorySegment[Zydis.ZYDIS_MAX_OPERAND_COUNT()];
    private final MemorySegment avx;
    private final MemorySegment mask;
    private final MemorySegment broadcast;
    private final MemorySegment meta;
    private final MemorySegment raw;
    private final MemorySegment rawModrm;
    private final MemorySegment rawDisp;

    InstructionReader(Arena arena, NativeNames names) {
        this.names = names;
        instruction = ZydisDecodedInstruction.allocate(arena);
        operands = ZydisDecodedOperand.allocateArray(operand.length, arena);
        for (int i = 0; i < operand.length; i++) {
            operand[i] = ZydisDecodedOperand.asSlice(operands, i);
        }
        avx = ZydisDecodedInstruction.avx(instruction);
        mask = ZydisDecodedInstructionAvx.mask(avx);
        broadcast = ZydisDecodedInstructionAvx.broadcast(avx);
        meta = ZydisDecodedInstruction.meta(instruction);
        raw = ZydisDecodedInstruction.raw(instruction);
        rawModrm = ZydisDecodedInstructionRaw.modrm(raw);
        rawDisp = ZydisDecodedInstructionRaw.disp(raw);
    }

    /// {@return the ZydisDecodedInstruction to decode into}
    MemorySegment instruction() {
        return instruction;
    }

    /// {@return the array of ZydisDecodedOperand to decode into, of the size that Zydis demands}
    MemorySegment operands() {
        return operands;
    }

    /// {@return the number of operands that the text shows}
    byte visibleOperands() {
        return ZydisDecodedInstruction.operand_count_visible(instruction);
    }

    /// {@return the number of bytes consumed, of a failed decoding too}
    int length() {
        return unsigned(ZydisDecodedInstruction.length(instruction));
    }

    /// Mends what was decoded: where a SIB byte names no base register and addresses are 32 bits wide, Zydis 4.0 and
    /// 4.1 take the extended base field for R13D and drop the displacement (zyantific/zydis issue 592). REX.B does not
    /// count there (Intel SDM Vol. 2A, table 2-5).
    void mend() {
        if (ZydisDecodedInstructionRaw.ZydisDecodedInstructionModRm_.mod(rawModrm) != 0) {
            return;
        }
        for (int i = 0; i < visibleOperands(); i++) {
            if (ZydisDecodedOperand.type(operand[i]) == Zydis.ZYDIS_OPERAND_TYPE_MEMORY()) {
                MemorySegment mem = ZydisDecodedOperand.mem(operand[i]);
                if (R13D.equals(names.register(ZydisDecodedOperandMem.base(mem)))) {
                    MemorySegment disp = ZydisDecodedOperandMem.disp(mem);
                    ZydisDecodedOperandMem.base(mem, NO_REGISTER);
                    ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.has_displacement(disp, (byte) 1);
                    ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.value(disp,
                            ZydisDecodedInstructionRaw.ZydisDecodedInstructionRawDisp_.value(rawDisp));
                }
            }
        }
    }

    /// {@return the instruction that was decoded from the bytes at `offset`}
    Instruction read(CodeMode mode, byte[] code, int offset) {
        byte[] bytes = Arrays.copyOfRange(code, offset, offset + length());
        long attributes = ZydisDecodedInstruction.attributes(instruction);
        Names named = new Names(names.mnemonic(ZydisDecodedInstruction.mnemonic(instruction)),
                names.category(ZydisDecodedInstructionMeta.category(meta)),
                names.isaSet(ZydisDecodedInstructionMeta.isa_set(meta)));
        Widths widths = new Widths(unsigned(ZydisDecodedInstruction.operand_width(instruction)),
                unsigned(ZydisDecodedInstruction.address_width(instruction)),
                unsigned(ZydisDecodedInstruction.stack_width(instruction)),
                unsigned(ZydisDecodedInstructionAvx.vector_length(avx)));
        return new Instruction(mode, bytes, named, opcode(bytes, attributes), prefixes(bytes, attributes), widths,
                masking(), has(attributes, Zydis.ZYDIS_ATTRIB_ACCEPTS_LOCK()),
                has(attributes, Zydis.ZYDIS_ATTRIB_IS_RELATIVE()), flags(), operands(named));
    }

    private Opcode opcode(byte[] bytes, long attributes) {
        boolean hasModrm = has(attributes, Zydis.ZYDIS_ATTRIB_HAS_MODRM());
        int modrm = hasModrm
                ? unsigned(bytes[ZydisDecodedInstructionRaw.ZydisDecodedInstructionModRm_.offset(rawModrm)])
                : 0;
        return new Opcode(ENCODINGS[ZydisDecodedInstruction.encoding(instruction)],
                MAPS[ZydisDecodedInstruction.opcode_map(instruction)],
                unsigned(ZydisDecodedInstruction.opcode(instruction)), hasModrm, modrm);
    }

    private Prefixes prefixes(byte[] bytes, long attributes) {
        boolean operandSize = false;
        boolean addressSize = false;
        for (int i = 0; i < ZydisDecodedInstructionRaw.prefix_count(raw); i++) {
            operandSize |= bytes[i] == 0x66;
            addressSize |= bytes[i] == 0x67;
        }
        return new Prefixes(has(attributes, Zydis.ZYDIS_ATTRIB_HAS_LOCK()),
                has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REP() | Zydis.ZYDIS_ATTRIB_HAS_REPE()),
                has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REPNE()), operandSize, addressSize,
                segmentOverride(attributes), has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REX()), rexW(attributes));
    }

    private static @Nullable Register segmentOverride(long attributes) {
        if (!has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT())) {
            return null;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_ES())) {
            return Register.of(RegisterFile.SEGMENT, 0);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_CS())) {
            return Register.of(RegisterFile.SEGMENT, 1);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_SS())) {
            return Register.of(RegisterFile.SEGMENT, 2);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_DS())) {
            return Register.of(RegisterFile.SEGMENT, 3);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_FS())) {
            return Register.of(RegisterFile.SEGMENT, 4);
        } else {
            return Register.of(RegisterFile.SEGMENT, 5);
        }
    }

    private boolean rexW(long attributes) {
        if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REX())) {
            return ZydisDecodedInstructionRawRex.W(ZydisDecodedInstructionRaw.rex(raw)) != 0;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_VEX())) {
            return ZydisDecodedInstructionRawVex.W(ZydisDecodedInstructionRaw.vex(raw)) != 0;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_EVEX())) {
            return ZydisDecodedInstructionRawEvex.W(ZydisDecodedInstructionRaw.evex(raw)) != 0;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_XOP())) {
            return ZydisDecodedInstructionRawXop.W(ZydisDecodedInstructionRaw.xop(raw)) != 0;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_MVEX())) {
            return ZydisDecodedInstructionRawMvex.W(ZydisDecodedInstructionRaw.mvex(raw)) != 0;
        } else {
            return false;
        }
    }

    private Masking masking() {
        int mode = ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxMask_.mode(mask);
        if (mode == Zydis.ZYDIS_MASK_MODE_INVALID()) {
            return Masking.NONE;
        }
        Register register = names.register(ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxMask_.reg(mask));
        boolean zeroing = mode == Zydis.ZYDIS_MASK_MODE_ZEROING() || mode == Zydis.ZYDIS_MASK_MODE_CONTROL_ZEROING();
        boolean broadcasts = ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxBroadcast_.mode(broadcast)
                        != Zydis.ZYDIS_BROADCAST_MODE_INVALID()
                && ZydisDecodedInstructionAvx.ZydisDecodedInstructionAvxBroadcast_.is_static(broadcast) == 0;
        return new Masking(register == null ? 0 : register.number(), zeroing, broadcasts);
    }

    private FlagUse flags() {
        MemorySegment flags = ZydisDecodedInstruction.cpu_flags(instruction);
        if (flags.equals(MemorySegment.NULL)) {
            return FlagUse.NONE;
        }
        return new FlagUse(ZydisAccessedFlags.tested(flags), ZydisAccessedFlags.modified(flags),
                ZydisAccessedFlags.set_0(flags), ZydisAccessedFlags.set_1(flags),
                ZydisAccessedFlags.undefined(flags));
    }

    private List<Operand> operands(Names named) {
        Operand[] all = new Operand[ZydisDecodedInstruction.operand_count(instruction)];
        for (int i = 0; i < all.length; i++) {
            all[i] = operand(operand[i]);
        }
        return ZydisGaps.filled(named.mnemonic(), named.category(), List.of(all));
    }

    private Operand operand(MemorySegment from) {
        Access access = Objects.requireNonNull(ACCESSES[ZydisDecodedOperand.actions(from)]);
        Visibility visibility = visibility(ZydisDecodedOperand.visibility(from));
        int width = unsigned(ZydisDecodedOperand.size(from));
        int elementWidth = unsigned(ZydisDecodedOperand.element_size(from));
        int elementCount = unsigned(ZydisDecodedOperand.element_count(from));
        int type = ZydisDecodedOperand.type(from);
        if (type == Zydis.ZYDIS_OPERAND_TYPE_REGISTER()) {
            Register register = names.register(ZydisDecodedOperandReg.value(ZydisDecodedOperand.reg(from)));
            return new RegisterOperand(Objects.requireNonNull(register), access, visibility, width, elementWidth,
                    elementCount);
        } else if (type == Zydis.ZYDIS_OPERAND_TYPE_MEMORY()) {
            return memory(from, access, visibility);
        } else if (type == Zydis.ZYDIS_OPERAND_TYPE_IMMEDIATE()) {
            MemorySegment imm = ZydisDecodedOperand.imm(from);
            long value = ZydisDecodedOperandImm.ZydisDecodedOperandImmValue_.u(ZydisDecodedOperandImm.value(imm));
            return new ImmediateOperand(value, ZydisDecodedOperandImm.is_signed(imm) != 0,
                    ZydisDecodedOperandImm.is_relative(imm) != 0, visibility, width, elementWidth, elementCount);
        } else {
            MemorySegment ptr = ZydisDecodedOperand.ptr(from);
            return new PointerOperand(unsigned(ZydisDecodedOperandPtr.segment(ptr)),
                    Integer.toUnsignedLong(ZydisDecodedOperandPtr.offset(ptr)), visibility, width, elementWidth,
                    elementCount);
        }
    }

    private MemoryOperand memory(MemorySegment from, Access access, Visibility visibility) {
        MemorySegment mem = ZydisDecodedOperand.mem(from);
        MemorySegment disp = ZydisDecodedOperandMem.disp(mem);
        return new MemoryOperand(memoryKind(ZydisDecodedOperandMem.type(mem)),
                Objects.requireNonNull(names.register(ZydisDecodedOperandMem.segment(mem))),
                names.register(ZydisDecodedOperandMem.base(mem)), names.register(ZydisDecodedOperandMem.index(mem)),
                ZydisDecodedOperandMem.scale(mem), ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.value(disp),
                ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.has_displacement(disp) != 0, access, visibility,
                unsigned(ZydisDecodedOperand.size(from)), unsigned(ZydisDecodedOperand.element_size(from)),
                unsigned(ZydisDecodedOperand.element_count(from)));
    }

    private static MemoryKind memoryKind(int type) {
        if (type == Zydis.ZYDIS_MEMOP_TYPE_MEM()) {
            return MemoryKind.MEMORY;
        } else if (type == Zydis.ZYDIS_MEMOP_TYPE_AGEN()) {
            return MemoryKind.AGEN;
        } else if (type == Zydis.ZYDIS_MEMOP_TYPE_MIB()) {
            return MemoryKind.MIB;
        } else {
            return MemoryKind.VSIB;
        }
    }

    private static Visibility visibility(int visibility) {
        if (visibility == Zydis.ZYDIS_OPERAND_VISIBILITY_EXPLICIT()) {
            return Visibility.EXPLICIT;
        } else if (visibility == Zydis.ZYDIS_OPERAND_VISIBILITY_IMPLICIT()) {
            return Visibility.IMPLICIT;
        } else {
            return Visibility.HIDDEN;
        }
    }

    private static boolean has(long attributes, long any) {
        return (attributes & any) != 0;
    }

    private static int unsigned(byte value) {
        return Byte.toUnsignedInt(value);
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }
}
