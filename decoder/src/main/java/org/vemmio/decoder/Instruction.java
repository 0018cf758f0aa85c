package org.vemmio.decoder;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A decoded instruction: everything that its bytes tell, none of the state it would meet. Immutable. Two instructions
/// are equal if their bytes and the mode they were decoded in are.
public final class Instruction implements Decoding {
    /// The most bytes that a processor accepts as one instruction (Intel SDM Vol. 2A, 2.3.11).
    public static final int MAX_LENGTH = 15;

    private final CodeMode mode;
    private final byte[] bytes;
    private final Names names;
    private final Opcode opcode;
    private final Prefixes prefixes;
    private final Widths widths;
    private final Masking masking;
    private final boolean acceptsLock;
    private final boolean relative;
    private final FlagUse flags;
    private final List<Operand> operands;

    Instruction(CodeMode mode, byte[] bytes, Names names, Opcode opcode, Prefixes prefixes, Widths widths,
            Masking masking, boolean acceptsLock, boolean relative, FlagUse flags, List<Operand> operands) {
        this.mode = mode;
        this.bytes = bytes;
        this.names = names;
        this.opcode = opcode;
        this.prefixes = prefixes;
        this.widths = widths;
        this.masking = masking;
        this.acceptsLock = acceptsLock;
        this.relative = relative;
        this.flags = flags;
        this.operands = List.copyOf(operands);
    }

    record Names(String mnemonic, String category, String isaSet) {
    }

    /// The opcode byte and what stands around it; `modrm` is 0 where there is none.
    record Opcode(Encoding encoding, OpcodeMap map, int value, boolean hasModrm, int modrm) {
    }

    /// All in bits; `vector` is 0 where it means nothing.
    record Widths(int operand, int address, int stack, int vector) {
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
        return names.mnemonic();
    }

    /// {@return the category in lower case, as `dataxfer`, `stringop` or `avx2`}
    public String category() {
        return names.category();
    }

    /// {@return the part of the instruction set in lower case, as `i86`, `sse2` or `avx512f_512`}
    public String isaSet() {
        return names.isaSet();
    }

    /// {@return how the opcode is encoded}
    public Encoding encoding() {
        return opcode.encoding();
    }

    /// {@return the table in which the opcode byte is looked up}
    public OpcodeMap opcodeMap() {
        return opcode.map();
    }

    /// {@return the opcode byte, 0 to 255; the last one, after the escape bytes that select the map}
    public int opcode() {
        return opcode.value();
    }

    /// {@return the prefixes}
    public Prefixes prefixes() {
        return prefixes;
    }

    /// {@return whether there is a ModRM byte}
    public boolean hasModrm() {
        return opcode.hasModrm();
    }

    /// {@return the ModRM byte, 0 to 255; 0 where there is none}
    public int modrm() {
        return opcode.modrm();
    }

    /// {@return the effective operand size in bits: 8, 16, 32 or 64}
    public int operandWidth() {
        return widths.operand();
    }

    /// {@return the effective address size in bits: 16, 32 or 64}
    public int addressWidth() {
        return widths.address();
    }

    /// {@return the width in bits of the stack pointer, taken to be that of the mode: 16, 32 or 64}
    public int stackWidth() {
        return widths.stack();
    }

    /// {@return the vector length of an XOP, VEX, EVEX or MVEX instruction in bits: 128, 256 or 512; 0 for any other}
    public int vectorLength() {
        return widths.vector();
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
        return acceptsLock;
    }

    /// {@return whether an operand is relative to the address of the next instruction}
    public boolean isRelative() {
        return relative;
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
        return operands;
    }

    /// {@return the operand that the text shows as memory and whose memory is accessed}
    ///
    /// Hidden ones, as those of string instructions and the stack, are only among the [#operands()].
    public Optional<MemoryOperand> memoryOperand() {
        for (Operand operand : operands) {
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
        return names.mnemonic() + " [" + HexFormat.ofDelimiter(" ").formatHex(bytes) + "]";
    }
}
