package org.vemmio.decoder;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecodedOperandImm;
import org.vemmio.zydis.jextract.ZydisDecodedOperandMem;
import org.vemmio.zydis.jextract.ZydisDecodedOperandPtr;
import org.vemmio.zydis.jextract.ZydisDecodedOperandReg;

/// The operands of an instruction in three words each, from which [Operand]s can be made once Zydis has decoded
/// something else.
///
/// The first word has, from bit 0, the access (4 bits), visibility (4), type (8), width, element width and element
/// count (16 each). The other two depend on the type. A register: it, and nothing. Memory: kind (4), scale (4), whether
/// there is a displacement (8), segment, base and index (16 each); the displacement. An immediate: whether it is signed
/// (1) and relative (1); the value. A pointer: the segment; the offset.
final class PackedOperands {
    private static final int WORDS = 3;
    private static final int STRIDE = (int) ZydisDecodedOperand.layout().byteSize();

    private static final int VISIBILITY = (int) ZydisDecodedOperand.visibility$offset();
    private static final int ACTIONS = (int) ZydisDecodedOperand.actions$offset();
    private static final int SIZE = (int) ZydisDecodedOperand.size$offset();
    private static final int ELEMENT_SIZE = (int) ZydisDecodedOperand.element_size$offset();
    private static final int ELEMENT_COUNT = (int) ZydisDecodedOperand.element_count$offset();
    private static final int TYPE = (int) ZydisDecodedOperand.type$offset();
    private static final int REGISTER =
            (int) (ZydisDecodedOperand.reg$offset() + ZydisDecodedOperandReg.value$offset());
    private static final int MEM = (int) ZydisDecodedOperand.mem$offset();
    private static final int MEM_TYPE = MEM + (int) ZydisDecodedOperandMem.type$offset();
    private static final int SEGMENT = MEM + (int) ZydisDecodedOperandMem.segment$offset();
    private static final int BASE = MEM + (int) ZydisDecodedOperandMem.base$offset();
    private static final int INDEX = MEM + (int) ZydisDecodedOperandMem.index$offset();
    private static final int SCALE = MEM + (int) ZydisDecodedOperandMem.scale$offset();
    private static final int DISP = MEM + (int) ZydisDecodedOperandMem.disp$offset();
    private static final int HAS_DISPLACEMENT =
            DISP + (int) ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.has_displacement$offset();
    private static final int MEM_DISPLACEMENT =
            DISP + (int) ZydisDecodedOperandMem.ZydisDecodedOperandMemDisp_.value$offset();
    private static final int IMM = (int) ZydisDecodedOperand.imm$offset();
    private static final int IMM_SIGNED = IMM + (int) ZydisDecodedOperandImm.is_signed$offset();
    private static final int IMM_RELATIVE = IMM + (int) ZydisDecodedOperandImm.is_relative$offset();
    private static final int IMM_VALUE = IMM + (int) ZydisDecodedOperandImm.value$offset();
    private static final int PTR = (int) ZydisDecodedOperand.ptr$offset();
    private static final int PTR_SEGMENT = PTR + (int) ZydisDecodedOperandPtr.segment$offset();
    private static final int PTR_OFFSET = PTR + (int) ZydisDecodedOperandPtr.offset$offset();

    private static final @Nullable Access[] ACCESSES = new Access[16];

    static {
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

    private PackedOperands() {
    }

    /// {@return the first `count` of an array of ZydisDecodedOperand, packed}
    ///
    /// @param from the array, as of [StructWords]
    static long[] pack(long[] from, int count) {
        long[] packed = new long[count * WORDS];
        for (int i = 0; i < count; i++) {
            int at = i * STRIDE;
            int type = StructWords.int8(from, at + TYPE);
            packed[i * WORDS] = StructWords.int8(from, at + ACTIONS) | StructWords.int8(from, at + VISIBILITY) << 4
                    | type << 8 | (long) StructWords.int16(from, at + SIZE) << 16
                    | (long) StructWords.int16(from, at + ELEMENT_SIZE) << 32
                    | (long) StructWords.int16(from, at + ELEMENT_COUNT) << 48;
            if (type == Zydis.ZYDIS_OPERAND_TYPE_REGISTER()) {
                packed[i * WORDS + 1] = StructWords.int32(from, at + REGISTER);
            } else if (type == Zydis.ZYDIS_OPERAND_TYPE_MEMORY()) {
                packed[i * WORDS + 1] = StructWords.int8(from, at + MEM_TYPE)
                        | StructWords.int8(from, at + SCALE) << 4
                        | StructWords.int8(from, at + HAS_DISPLACEMENT) << 8
                        | (long) StructWords.int16(from, at + SEGMENT) << 16
                        | (long) StructWords.int16(from, at + BASE) << 32
                        | (long) StructWords.int16(from, at + INDEX) << 48;
                packed[i * WORDS + 2] = StructWords.int64(from, at + MEM_DISPLACEMENT);
            } else if (type == Zydis.ZYDIS_OPERAND_TYPE_IMMEDIATE()) {
                packed[i * WORDS + 1] = StructWords.int8(from, at + IMM_SIGNED)
                        | StructWords.int8(from, at + IMM_RELATIVE) << 1;
                packed[i * WORDS + 2] = StructWords.int64(from, at + IMM_VALUE);
            } else {
                packed[i * WORDS + 1] = StructWords.int16(from, at + PTR_SEGMENT);
                packed[i * WORDS + 2] = Integer.toUnsignedLong(StructWords.int32(from, at + PTR_OFFSET));
            }
        }
        return packed;
    }

    /// {@return what was packed}
    static List<Operand> unpack(NativeNames names, long[] packed) {
        if (packed.length == 2 * WORDS) {
            return List.of(operand(names, packed, 0), operand(names, packed, WORDS));
        }
        Operand[] all = new Operand[packed.length / WORDS];
        for (int i = 0; i < all.length; i++) {
            all[i] = operand(names, packed, i * WORDS);
        }
        return List.of(all);
    }

    private static Operand operand(NativeNames names, long[] packed, int from) {
        long head = packed[from];
        long what = packed[from + 1];
        long value = packed[from + 2];
        Access access = Objects.requireNonNull(ACCESSES[(int) head & 0xf]);
        Visibility visibility = visibility((int) head >>> 4 & 0xf);
        int type = (int) head >>> 8 & 0xff;
        int width = (int) head >>> 16;
        int elementWidth = (int) (head >>> 32) & 0xffff;
        int elementCount = (int) (head >>> 48);
        if (type == Zydis.ZYDIS_OPERAND_TYPE_REGISTER()) {
            return new RegisterOperand(Objects.requireNonNull(names.register((int) what)), access, visibility, width,
                    elementWidth, elementCount);
        } else if (type == Zydis.ZYDIS_OPERAND_TYPE_MEMORY()) {
            return new MemoryOperand(memoryKind((int) what & 0xf),
                    Objects.requireNonNull(names.register((int) what >>> 16)),
                    names.register((int) (what >>> 32) & 0xffff), names.register((int) (what >>> 48)),
                    (int) what >>> 4 & 0xf, value, (what & 0x100) != 0, access, visibility, width, elementWidth,
                    elementCount);
        } else if (type == Zydis.ZYDIS_OPERAND_TYPE_IMMEDIATE()) {
            return new ImmediateOperand(value, (what & 1) != 0, (what & 2) != 0, visibility, width, elementWidth,
                    elementCount);
        } else {
            return new PointerOperand((int) what, value, visibility, width, elementWidth, elementCount);
        }
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
}
