package org.vemmio.emulator.kernel;

/// An entry of a kernel's exception table: an instruction that may fault, and how the kernel goes on then
/// (Linux arch/x86/include/asm/extable.h).
///
/// @param insn the linear address of the instruction
/// @param fixup the linear address at which the kernel goes on
/// @param type in which way
/// @param data the whole data field: the type's number in bits 7:0, a register's number in bits 11:8, flags in bits
///     15:12, a signed constant in bits 31:16
public record ExceptionEntry(long insn, long fixup, FixupType type, int data) {
    private static final int CLEAR_RAX = 1 << 12;
    private static final int CLEAR_RDX = 1 << 13;

    /// Creates an entry.
    ///
    /// @throws IllegalArgumentException if bits 7:0 of `data` are not the number of `type`
    public ExceptionEntry {
        if ((data & 0xff) != type.number()) {
            throw new IllegalArgumentException("the data field 0x%08x has type %d, not %d (%s)"
                    .formatted(data, data & 0xff, type.number(), type.label()));
        }
    }

    /// {@return an entry without register, flags and constant}
    public static ExceptionEntry of(long insn, long fixup, FixupType type) {
        return new ExceptionEntry(insn, fixup, type, type.number());
    }

    /// {@return an entry with a register and a constant, as IMM_REG and UCOPY_LEN have}
    ///
    /// @param register its number as [org.vemmio.emulator.cpu.Gpr] has them, 0 to 15
    /// @param constant 16 bits, signed
    /// @throws IllegalArgumentException if a number is out of its range
    public static ExceptionEntry of(long insn, long fixup, FixupType type, int register, int constant) {
        if (register < 0 || register > 15 || constant != (short) constant) {
            throw new IllegalArgumentException("register %d and constant %d: 0 to 15 and 16 bits signed are possible"
                    .formatted(register, constant));
        }
        return new ExceptionEntry(insn, fixup, type, constant << 16 | register << 8 | type.number());
    }

    /// {@return the register's number, 0 to 15, as [org.vemmio.emulator.cpu.Gpr] has them}
    public int register() {
        return data >>> 8 & 0xf;
    }

    /// {@return the constant, 16 bits, signed}
    public int constant() {
        return data >> 16;
    }

    /// {@return whether RAX becomes 0}
    public boolean clearsRax() {
        return (data & CLEAR_RAX) != 0;
    }

    /// {@return whether RDX becomes 0}
    public boolean clearsRdx() {
        return (data & CLEAR_RDX) != 0;
    }

    /// {@return for instance `0xffffffff8135765c to 0xffffffff8135765f, zeropad, data 0x00000014`}
    @Override
    public String toString() {
        return "0x%x to 0x%x, %s, data 0x%08x".formatted(insn, fixup, type.label(), data);
    }
}
