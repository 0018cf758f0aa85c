package org.vemmio.decoder.linux;

import java.util.Objects;
import java.util.function.Supplier;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.DecodeFailure.Reason;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.linux.PrefixBytes.PrefixKind;

/// The Linux kernel's view of an instruction in 64-bit code: what `insn_decode()` of `arch/x86/lib/insn.c` and
/// `insn_decode_mmio()` of `arch/x86/lib/insn-eval.c` make of its bytes, quirks included. The package description tells
/// where that is not what the processor does.
///
/// [#mmioType()] is the kernel's for every string of bytes, and where it is not [MmioType#DECODE_FAILED], so is
/// everything else. With `DECODE_FAILED` only what stands in front of the opcode is known: what would follow it counts
/// as absent, and [#length()] is the processor's.
///
/// Immutable, and so safe for use by several threads.
public final class KernelInsn {
    /// The most bytes of an instruction that the kernel looks at: `MAX_INSN_SIZE` of `asm/insn.h`.
    public static final int MAX_LENGTH = 15;

    /// In place of the number of a register that takes no part in the address: `-EDOM` in `insn-eval.c`.
    public static final int NO_REGISTER = -1;

    private final PrefixBytes prefixes;
    private final int opcode;
    private final boolean decoded;
    private final MmioType mmioType;
    private final int mmioSize;
    private final int length;
    private final int operandBytes;
    private final AddressBytes address;
    private final int immediateBytes;
    private final int immediate;

    private KernelInsn(CodeReader code, boolean rex2, Supplier<Decoding> processor) {
        prefixes = PrefixBytes.read(code, rex2);
        opcode = code.next();
        int second = 0;
        if (opcode == 0x0f && prefixes.encoding() == PrefixKind.LEGACY) {
            second = code.next();
            if (second == 0x38 || second == 0x3a) {
                code.next();
            }
        }
        var type = MmioType.of(opcode, second);
        boolean valid;
        if (type == MmioType.DECODE_FAILED) {
            valid = prefixes.hasTable(rex2) && !code.exhausted();
            operandBytes = prefixes.operandBytes();
            address = AddressBytes.NONE;
            immediateBytes = 0;
            immediate = 0;
        } else {
            var form = OpcodeForm.of(prefixes, opcode, code.peek(), rex2);
            address = form.hasModrm() ? AddressBytes.read(code) : AddressBytes.NONE;
            operandBytes = form.operandBytes(prefixes);
            immediateBytes = form.immediateBytes(operandBytes);
            immediate = code.nextSigned(immediateBytes);
            valid = form != OpcodeForm.INVALID && !code.exhausted();
        }
        mmioType = valid ? type : MmioType.DECODE_FAILED;
        mmioSize = mmioType.size(opcode, second, operandBytes);
        if (mmioType == MmioType.DECODE_FAILED) {
            Decoding processorView = processor.get();
            decoded = valid && !(endsEarly(processorView) && readsAlike());
            length = processorLength(processorView);
        } else {
            decoded = true;
            length = code.position();
        }
    }

    private static boolean endsEarly(Decoding processorView) {
        return processorView instanceof DecodeFailure failure
                && (failure.reason() == Reason.TRUNCATED || failure.reason() == Reason.TOO_LONG);
    }

    /// {@return whether an opcode that is not classified is followed by as much for the kernel as for the processor}
    ///
    /// In the maps that begin with 0F the kernel's tables have gaps, 8F is POP to it where it may be XOP, and a prefix
    /// that it takes for the opcode is followed by nothing.
    private boolean readsAlike() {
        return switch (prefixes.encoding()) {
            case LEGACY -> opcode != 0x0f && opcode != 0x8f && !LegacyPrefixes.isPrefix(opcode)
                    && !PrefixBytes.isRex(opcode);
            case REX2 -> false;
            case VEX, EVEX -> true;
        };
    }

    private static int processorLength(Decoding processorView) {
        return processorView instanceof Instruction instruction ? instruction.length() : 0;
    }

    /// Decodes the instruction at the beginning of `code`, as the kernel does with `INSN_MODE_64`.
    ///
    /// @param code the bytes at the instruction pointer
    /// @param count how many of them there are, from the first; no more than {@value #MAX_LENGTH} are used
    /// @param rex2 whether the kernel knows APX, that is REX2 and EVEX map 4: Linux 6.10 and later
    /// @param processorView what the processor's decoder made of the same bytes: it gives the length of what the kernel
    ///     does not classify, and tells of some of it that it ends too early
    /// @return the kernel's view
    /// @throws IndexOutOfBoundsException if `count` is negative or more than `code` holds
    public static KernelInsn decode(byte[] code, int count, boolean rex2, Decoding processorView) {
        Objects.requireNonNull(processorView, "processorView");
        return decode(code, count, rex2, () -> processorView);
    }

    /// Decodes the instruction at the beginning of `code`, as [#decode(byte\[\], int, boolean, Decoding)] does, but
    /// asks for the processor's view only where the kernel classifies nothing.
    ///
    /// @param code the bytes at the instruction pointer
    /// @param count how many of them there are, from the first; no more than {@value #MAX_LENGTH} are used
    /// @param rex2 whether the kernel knows APX, that is REX2 and EVEX map 4: Linux 6.10 and later
    /// @param processor gives what the processor's decoder makes of the same bytes; asked at most once, and only for
    ///     [MmioType#DECODE_FAILED]
    /// @return the kernel's view
    /// @throws IndexOutOfBoundsException if `count` is negative or more than `code` holds
    public static KernelInsn decode(byte[] code, int count, boolean rex2, Supplier<Decoding> processor) {
        Objects.checkFromIndexSize(0, count, code.length);
        return new KernelInsn(new CodeReader(code, Math.min(count, MAX_LENGTH)), rex2, processor);
    }

    /// {@return whether `insn_decode()` succeeds}
    ///
    /// Where it does not, the handlers refuse without a warning. False is always right: the bytes end too early, or the
    /// kernel has no such VEX or EVEX instruction. With `DECODE_FAILED` true may be wrong, for it is also the answer
    /// where neither the bytes nor `processorView` tell, as with VEX opcodes that the processor lacks too.
    public boolean decoded() {
        return decoded;
    }

    /// {@return what `insn_decode_mmio()` answers; `DECODE_FAILED` too where [#decoded()] is false}
    public MmioType mmioType() {
        return mmioType;
    }

    /// {@return the size of the memory operand in bytes, as `insn_decode_mmio()` gives it: 1, 2, 4 or 8; 0 with
    /// `DECODE_FAILED`}
    public int mmioSize() {
        return mmioSize;
    }

    /// {@return `insn.length` in bytes, 1 to 15, every prefix included; with `DECODE_FAILED` the length of the
    /// instruction that the processor sees, or 0 if it sees none}
    public int length() {
        return length;
    }

    /// {@return `insn.opnd_bytes`: 2, 4 or 8}
    ///
    /// REX.W, REX2.W, VEX.W, and the bit of EVEX that is z and not W, make it 8 and beat prefix 66.
    public int operandBytes() {
        return operandBytes;
    }

    /// {@return `insn.addr_bytes`: 8, or 4 with prefix 67}
    public int addressBytes() {
        return prefixes.addressBytes();
    }

    /// {@return `insn.opcode.bytes[0]`, 0 to 255: the first byte of the opcode, which behind REX2, VEX and EVEX is its
    /// only one, whatever its map}
    public int opcode() {
        return opcode;
    }

    /// {@return whether there is a ModRM byte (`insn.modrm.nbytes`)}
    ///
    /// `insn-eval.c` does not ask: without one it computes registers and address as if it were 0, as the other
    /// accessors here do. A `MOVS` is so taken to be at `[RAX]`, or at `[R8]` with REX.B.
    public boolean hasModrm() {
        return address.hasModrm();
    }

    /// {@return the ModRM byte, 0 to 255; 0 if there is none}
    public int modrm() {
        return address.modrm();
    }

    /// {@return whether there is a SIB byte (`insn.sib.nbytes`)}
    public boolean hasSib() {
        return address.hasSib();
    }

    /// {@return the SIB byte, 0 to 255; 0 if there is none}
    public int sib() {
        return address.sib();
    }

    /// {@return the size of the displacement in bytes (`insn.displacement.nbytes`): 0, 1 or 4}
    public int displacementBytes() {
        return address.displacementBytes();
    }

    /// {@return `insn.displacement.value`: the displacement, sign-extended; 0 if there is none}
    public int displacement() {
        return address.displacement();
    }

    /// {@return the size of the immediate in bytes (`insn.immediate.nbytes`): 0, 1, 2 or 4}
    public int immediateBytes() {
        return immediateBytes;
    }

    /// {@return `insn.immediate.value`: the immediate, sign-extended; 0 if there is none}
    public int immediate() {
        return immediate;
    }

    /// {@return the number of the register that ModRM.reg names, 0 to 15 in the order RAX, RCX, RDX, RBX, RSP, RBP,
    /// RSI, RDI, R8 to R15: `get_regno(REG_TYPE_REG)`, on which `insn_get_modrm_reg_ptr()` stands}
    ///
    /// Always the 64-bit register, also where a byte operand without REX is AH, CH, DH or BH. Only the REX prefix
    /// extends it, VEX.R and EVEX.R do not. Of REX2 the kernel looks at the first byte, D5, as if it were a REX prefix
    /// with R and B set and X clear, so that the register is one of R8 to R15 whatever the second byte says.
    public int registerNumber() {
        return address.reg() + extension(2);
    }

    /// {@return the number of the register that ModRM.rm names, 0 to 15 as for [#registerNumber()], or [#NO_REGISTER]
    /// with ModRM.mod 0 and ModRM.rm 5: `get_regno(REG_TYPE_RM)`}
    ///
    /// For ModRM.mod 3 too the kernel takes it for the address: the register's value.
    public int rmNumber() {
        return isRipRelative() ? NO_REGISTER : address.rm() + extension(0);
    }

    /// {@return the number of the base register that the SIB byte names, 0 to 15 as for [#registerNumber()], or
    /// [#NO_REGISTER] with ModRM.mod 0 and SIB.base 5: `get_regno(REG_TYPE_BASE)`}
    public int baseNumber() {
        return address.mod() == 0 && address.base() == 5 ? NO_REGISTER : address.base() + extension(0);
    }

    /// {@return the number of the index register that the SIB byte names, 0 to 15 as for [#registerNumber()], or
    /// [#NO_REGISTER] where it would be RSP: `get_regno(REG_TYPE_INDEX)`}
    public int indexNumber() {
        int number = address.index() + extension(1);
        return number == 4 ? NO_REGISTER : number;
    }

    /// {@return what the index register is multiplied by: 1, 2, 4 or 8}
    public int scale() {
        return address.scale();
    }

    /// {@return whether the address is relative to the next instruction: `insn_rip_relative()`}
    public boolean isRipRelative() {
        return address.hasModrm() && address.mod() == 0 && address.rm() == 5;
    }

    /// {@return how many segment overrides `get_seg_reg_override_idx()` counts, 0 to 4}
    ///
    /// It counts distinct prefixes; but where there are exactly three distinct legacy prefixes, the last prefix is
    /// looked at twice, so that 66 F0 65 counts as two overrides and 65 66 F0 as one.
    public int segmentOverrides() {
        return prefixes.legacy().segmentOverrides();
    }

    /// {@return the segment override that the kernel applies to the address}
    public SegmentOverride segmentOverride() {
        return prefixes.legacy().segmentOverride();
    }

    /// {@return whether F2 or F3 is among the legacy prefixes: `insn_has_rep_prefix()`}
    public boolean hasRepPrefix() {
        return prefixes.legacy().contains(0xf2) || prefixes.legacy().contains(0xf3);
    }

    /// {@return whether a VEX prefix was taken: `insn.vex_prefix.nbytes` is 2 or 3}
    public boolean isVex() {
        return prefixes.encoding() == PrefixKind.VEX;
    }

    /// {@return whether an EVEX prefix was taken: `insn_is_evex()`}
    public boolean isEvex() {
        return prefixes.encoding() == PrefixKind.EVEX;
    }

    /// {@return whether a REX2 prefix was taken: `insn_is_rex2()`}
    public boolean isRex2() {
        return prefixes.encoding() == PrefixKind.REX2;
    }

    private int extension(int rexBit) {
        return (prefixes.rex() >> rexBit & 1) << 3;
    }
}
