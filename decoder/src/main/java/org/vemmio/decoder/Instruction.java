package org.vemmio.decoder;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;

/// A decoded instruction: everything that its bytes tell, none of the state it would meet. Immutable. Two instructions
/// are equal if their bytes and the mode they were decoded in are.
public final class Instruction implements Decoding {
    /// The most bytes that a processor accepts as one instruction (Intel SDM Vol. 2A, 2.3.11).
    public static final int MAX_LENGTH = 15;

    private final CodeMode mode;
    private final byte[] bytes;
    private final NativeNames names;
    private final String mnemonic;
    private final short category;
    private final short isaSet;
    private final Encoding encoding;
    private final OpcodeMap opcodeMap;
    private final byte opcode;
    private final byte modrmOffset;
    private final long attributes;
    private final byte prefixCount;
    private final boolean w;
    private final byte operandWidth;
    private final byte addressWidth;
    private final byte stackWidth;
    private final short vectorLength;
    private final Masking masking;
    private final FlagUse flags;
    private final long[] packedOperands;

    // Made when asked for; a thread that does not see what another has made makes an equal one.
    private @Nullable Prefixes prefixes;
    private @Nullable List<Operand> operands;

    /// Creates the instruction that `reader` has decoded.
    ///
    /// @param bytes its bytes, not copied
    Instruction(CodeMode mode, byte[] bytes, InstructionReader reader) {
        this.mode = mode;
        this.bytes = bytes;
        names = reader.names();
        mnemonic = names.mnemonic(reader.mnemonic());
        category = (short) reader.category();
        isaSet = (short) reader.isaSet();
        encoding = reader.encoding();
        opcodeMap = reader.opcodeMap();
        opcode = (byte) reader.opcode();
        modrmOffset = (byte) reader.modrmOffset();
        attributes = reader.attributes();
        prefixCount = (byte) reader.prefixCount();
        w = reader.w();
        operandWidth = (byte) reader.operandWidth();
        addressWidth = (byte) reader.addressWidth();
        stackWidth = (byte) reader.stackWidth();
        vectorLength = (short) reader.vectorLength();
        masking = reader.masking();
        flags = reader.flags();
        packedOperands = reader.packedOperands();
    }

    record Masking(int register, boolean zeroing, boolean broadcast) {
        static final Masking NONE = new Masking(0, false, false);
    }

    /// {@return the mode in which the bytes were decoded}
    public CodeMode mode() {
        return mode;
    }

    /// {@return a copy of the bytes, of which there are [#length()]}
    public byte[] bytes() {
        return bytes.clone();
    }

    /// {@return one byte, 0 to 255}
    ///
    /// @param index 0 to `length() - 1`
    /// @throws IndexOutOfBoundsException for any other index
    public int byteAt(int index) {
        return Byte.toUnsignedInt(bytes[Objects.checkIndex(index, bytes.length)]);
    }

    /// {@return the length in bytes, 1 to 15}
    @Override
    public int length() {
        return bytes.length;
    }

    /// {@return the mnemonic in lower case, as Zydis names it}
    ///
    /// It is Intel's, with the element size in the name of a string instruction, as `movsq`.
    public String mnemonic() {
        return mnemonic;
    }

    /// {@return the category in lower case, as `dataxfer`, `stringop` or `avx2`}
    public String category() {
        return names.category(category);
    }

    /// {@return the part of the instruction set in lower case, as `i86`, `sse2` or `avx512f_512`}
    public String isaSet() {
        return names.isaSet(isaSet);
    }

    /// {@return how the opcode is encoded}
    public Encoding encoding() {
        return encoding;
    }

    /// {@return the table in which the opcode byte is looked up}
    public OpcodeMap opcodeMap() {
        return opcodeMap;
    }

    /// {@return the opcode byte, 0 to 255; the last one, after the escape bytes that select the map}
    public int opcode() {
        return Byte.toUnsignedInt(opcode);
    }

    /// {@return the prefixes}
    public Prefixes prefixes() {
        Prefixes made = prefixes;
        if (made == null) {
            made = NativePrefixes.read(attributes, bytes, prefixCount, w);
            prefixes = made;
        }
        return made;
    }

    /// {@return whether there is a ModRM byte}
    public boolean hasModrm() {
        return modrmOffset != 0;
    }

    /// {@return the ModRM byte, 0 to 255; 0 where there is none}
    public int modrm() {
        return modrmOffset == 0 ? 0 : byteAt(modrmOffset);
    }

    /// {@return the effective operand size in bits: 8, 16, 32 or 64}
    public int operandWidth() {
        return operandWidth;
    }

    /// {@return the effective address size in bits: 16, 32 or 64}
    public int addressWidth() {
        return addressWidth;
    }

    /// {@return the width in bits of the stack pointer, taken to be that of the mode: 16, 32 or 64}
    public int stackWidth() {
        return stackWidth;
    }

    /// {@return the vector length of an XOP, VEX, EVEX or MVEX instruction in bits: 128, 256 or 512; 0 for any other}
    public int vectorLength() {
        return vectorLength;
    }

    /// {@return the number of the write mask register, 1 to 7; 0 where all elements are written}
    public int maskRegister() {
        return masking.register();
    }

    /// {@return whether masked-off elements become zero instead of keeping their value: EVEX.z, or a mask destination}
    public boolean isZeroing() {
        return masking.zeroing();
    }

    /// {@return whether EVEX.b makes one element in memory stand for all of them}
    public boolean isBroadcast() {
        return masking.broadcast();
    }

    /// {@return whether LOCK before this instruction, with these operands, is legal}
    public boolean acceptsLock() {
        return (attributes & Zydis.ZYDIS_ATTRIB_ACCEPTS_LOCK()) != 0;
    }

    /// {@return whether an operand is relative to the address of the next instruction}
    public boolean isRelative() {
        return (attributes & Zydis.ZYDIS_ATTRIB_IS_RELATIVE()) != 0;
    }

    /// {@return what happens to the flags}
    public FlagUse flags() {
        return flags;
    }

    /// {@return all operands, unmodifiable}
    ///
    /// Explicit and implicit ones come first, in the order of Intel's syntax; hidden ones follow in no particular
    /// order.
    public List<Operand> operands() {
        List<Operand> made = operands;
        if (made == null) {
            made = ZydisGaps.filled(mnemonic, category(), PackedOperands.unpack(names, packedOperands));
            operands = made;
        }
        return made;
    }

    /// {@return the operand that the text shows as memory and whose memory is accessed}
    ///
    /// Hidden ones, as those of string instructions and the stack, are only among the [#operands()].
    public Optional<MemoryOperand> memoryOperand() {
        for (Operand operand : operands()) {
            if (operand instanceof MemoryOperand memory && memory.visibility() != Visibility.HIDDEN
                    && (memory.kind() == MemoryKind.MEMORY || memory.kind() == MemoryKind.VSIB)) {
                return Optional.of(memory);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Instruction that && mode == that.mode && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bytes) + mode.bits();
    }

    /// {@return the mnemonic and the bytes, for messages; [Decoder#format] gives assembler text}
    @Override
    public String toString() {
        return mnemonic + " [" + HexFormat.ofDelimiter(" ").formatHex(bytes) + "]";
    }
}
