package org.vemmio.emulator.cpu;

import org.vemmio.decoder.CodeMode;

/// One virtual processor's registers.
///
/// A simulator implements this over its own state, or fills a [CpuState]. An engine reads it while it deals with a
/// trap and writes it last, when nothing can fail any more. Implementations need not be safe for several threads: an
/// engine and its Cpu belong to the thread of the virtual processor.
///
/// Register numbers are those of [Gpr] and [Segment]; an implementation may throw `IndexOutOfBoundsException` for
/// others, which an engine never passes.
public interface Cpu {
    /// The bit of IA32_PASID that says that there is an identifier.
    long PASID_VALID = 1L << 31;

    /// {@return the size of the code segment: CS.L and CS.D}
    CodeMode mode();

    /// {@return the current privilege level, 0 to 3}
    int cpl();

    /// {@return the instruction pointer, an offset into CS}
    long rip();

    /// Sets the instruction pointer, an offset into CS.
    void setRip(long rip);

    /// {@return the linear address of the instruction, CS:RIP: in 64-bit mode RIP alone, else the sum with the base of
    /// CS, which wraps at 2^32 (Intel SDM vol. 3, 3.2.4 and 3.4)}
    default long linearRip() {
        return mode() == CodeMode.CODE64 ? rip() : segmentBase(Segment.CS) + rip() & 0xffff_ffffL;
    }

    /// {@return the instruction pointer behind an instruction of `length` bytes; in 16- and 32-bit code it has as many
    /// bits}
    default long ripAfter(int length) {
        long next = rip() + length;
        return switch (mode()) {
            case CODE16 -> next & 0xffff;
            case CODE32 -> next & 0xffff_ffffL;
            case CODE64 -> next;
        };
    }

    /// {@return RFLAGS}
    long rflags();

    /// Sets RFLAGS, all 64 bits.
    void setRflags(long rflags);

    /// {@return the 64 bits of general-purpose register `number`, 0 to 15}
    long gpr(int number);

    /// Sets the 64 bits of general-purpose register `number`, 0 to 15.
    void setGpr(int number, long value);

    /// {@return the base of segment register `segment`, 0 to 5}
    long segmentBase(int segment);

    /// {@return the selector in segment register `segment`, 16 bits}
    int segmentSelector(int segment);

    /// {@return the limit of segment register `segment`: the last valid offset of an expand-up segment, unsigned; or -1
    /// where none is to be checked, as always in 64-bit mode}
    long segmentLimit(int segment);

    /// {@return 64 bits of vector register `register`, 0 to 31; `lane` 0 is bits 63:0, lane 7 is bits 511:448}
    long vector(int register, int lane);

    /// Sets 64 bits of vector register `register`, 0 to 31; `lane` as in [#vector].
    void setVector(int register, int lane, long value);

    /// {@return opmask register `register`, 0 to 7}
    long mask(int register);

    /// Sets opmask register `register`, 0 to 7.
    void setMask(int register, long value);

    /// {@return MMX register `register`, 0 to 7}
    long mmx(int register);

    /// Sets MMX register `register`, 0 to 7: bits 63:0 of the x87 register, whose bits 79:64 become ones
    /// (Intel SDM vol. 1, 9.5.1).
    void setMmx(int register, long value);

    /// What every MMX instruction does beside its own work: the x87 top of stack becomes 0 and every tag valid
    /// (Intel SDM vol. 1, 9.5.1). Does nothing where a simulator has no x87 state.
    default void enterMmx() {
    }

    /// {@return CR0; see [Cr] for the bits an engine looks at}
    long cr0();

    /// {@return CR4; see [Cr] for the bits an engine looks at}
    long cr4();

    /// {@return XCR0; see [Cr] for the bits an engine looks at}
    long xcr0();

    /// {@return IA32_PASID: the process address space identifier in bits 19:0, and [#PASID_VALID]}; no identifier where
    /// a simulator has none, so that ENQCMD faults (Intel SDM vol. 2, ENQCMD)
    default long pasid() {
        return 0;
    }
}
