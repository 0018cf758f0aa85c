package org.vemmio.emulator.importing;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;

/// Works out segment base, base and index register of an operand from its address. For one draft.
final class AddressSolver {
    /// Where a kernel of Linux maps all memory, without randomization (Documentation/arch/x86/x86_64/mm.rst).
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;
    private static final long DIRECT_MAP_SIZE = 1L << 46;
    private static final long LOWER_HALF = 1L << 47;
    /// As far as segments of real mode reach without tricks.
    private static final long REAL_REACH = 0x10_ffefL;
    /// Half of a segment of 64 KiB, so that there is room in it for what lies behind.
    private static final long HALF_SEGMENT = 0x8000;
    private static final long PARAGRAPH = 16;
    private static final long IN_PAGE = LinearMemory.PAGE_SIZE - 1;

    private final TrapDraft draft;
    private final TracedInstruction traced;
    private final MemoryOperand operand;
    private final OperandAccess access;
    private final int width;
    private final long mask;
    private final int segment;

    private AddressSolver(TrapDraft draft, MemoryOperand operand, OperandAccess access) {
        this.draft = draft;
        this.traced = draft.traced();
        this.operand = operand;
        this.access = access;
        this.width = traced.instruction().addressWidth();
        this.mask = mask(width);
        this.segment = operand.segment().number();
    }

    static long mask(int bits) {
        return bits == Long.SIZE ? -1 : (1L << bits) - 1;
    }

    /// Makes an operand be where it was accessed, and adds the access.
    ///
    /// @return whether it can be there
    static boolean solve(TrapDraft draft, MemoryOperand operand, OperandAccess access) {
        return new AddressSolver(draft, operand, access).solve();
    }

    /// Returns a linear address for a guest-physical one of which the trace tells none.
    static long linear(TracedInstruction traced, long gpa) {
        return !traced.is64() ? gpa & 0xffff_ffffL
                : traced.isInUpperHalf() ? DIRECT_MAP + (gpa & DIRECT_MAP_SIZE - 1) : gpa & LOWER_HALF - 1;
    }

    /// Returns the linear address of an access, and notes it as assumed unless the trace tells it.
    static long linear(TrapDraft draft, OperandAccess access) {
        if (access.gla().isPresent()) {
            return access.gla().getAsLong();
        }
        if (draft.traced().place().protection() != TracedInstruction.Protection.REAL) {
            draft.assume("gla");
        }
        return linear(draft.traced(), access.gpa());
    }

    /// Returns whether the base of a segment is 0 whatever is loaded.
    static boolean isFlat(TracedInstruction traced, int segment) {
        return traced.is64() && segment < Segment.FS;
    }

    private boolean solve() {
        Integer base = general(operand.base());
        Integer index = general(operand.index());
        long constant = operand.displacement() + (isInstructionPointer() ? draft.cpu().rip()
                + traced.instruction().length() : 0);
        return base == null && index == null ? absolute(constant & mask) : relative(base, index, constant);
    }

    private boolean isInstructionPointer() {
        return operand.base() != null && operand.base().file() == RegisterFile.IP;
    }

    private static @Nullable Integer general(@Nullable Register register) {
        return register != null && register.file().isGeneralPurpose() ? (Integer) register.number() : null;
    }

    private boolean samePlaceInPage(long linear) {
        return ((linear ^ access.gpa()) & IN_PAGE) == 0;
    }

    /// The instruction tells the offset.
    private boolean absolute(long offset) {
        boolean told = access.gla().isPresent()
                || traced.place().protection() == TracedInstruction.Protection.REAL;
        if (hasKnownBase()) {
            return certain(knownBase() + offset);
        }
        if (!told && traced.mode() == CodeMode.CODE32 && segment < Segment.FS) {
            assumeSegment(0);
            draft.assume("gla");
            return certain(offset);
        }
        long linear = linear(draft, access);
        long base = linear - offset;
        if (told) {
            draft.cpu().setSegmentBase(segment, wrapped(base));
        } else {
            assumeSegment(wrapped(base));
        }
        draft.access(access, linear);
        return !traced.hasRealSegments() || base >= 0 && base % PARAGRAPH == 0;
    }

    private boolean certain(long linear) {
        draft.access(access, linear);
        return samePlaceInPage(linear) && (access.gla().isEmpty() || access.gla().getAsLong() == linear);
    }

    /// The base of CS is told.
    private boolean hasKnownBase() {
        return isFlat(traced, segment) || segment == Segment.CS;
    }

    private long knownBase() {
        return segment == Segment.CS && !traced.is64() ? traced.place().csBase() : 0;
    }

    private long wrapped(long base) {
        return traced.is64() ? base : base & 0xffff_ffffL;
    }

    private void assumeSegment(long base) {
        draft.cpu().setSegmentBase(segment, base);
        draft.assume("segs." + Segment.names().get(segment));
    }

    private boolean relative(@Nullable Integer base, @Nullable Integer index, long constant) {
        long linear = linear(draft, access);
        long segmentBase = knownBase();
        if (!hasKnownBase()) {
            segmentBase = segmentBase(traced, linear, linear);
            assumeSegment(segmentBase);
        }
        long offset = linear - segmentBase;
        if ((offset & ~mask) != 0) {
            return false;
        }
        int before = base == null ? 0 : stackShift();
        if (!registers(base, index, offset - constant - before)) {
            if (access.gla().isPresent() || base == null || !fromFixed(base, index, constant + before)) {
                return false;
            }
            offset = effective(base, index) + constant + before & mask;
            linear = segmentBase + offset;
            if (!samePlaceInPage(linear)) {
                return false;
            }
        }
        boolean certain = access.gla().isPresent() && hasKnownBase() && (base == null || index == null);
        if (!certain) {
            assume(base);
            assume(index);
        }
        draft.access(access, linear);
        return true;
    }

    /// A push goes below where the stack pointer was.
    private int stackShift() {
        boolean push = operand.visibility() == Visibility.HIDDEN && operand.access().writes()
                && operand.base() != null && operand.base().number() == Gpr.RSP;
        return push ? -access.size() : 0;
    }

    private void assume(@Nullable Integer register) {
        if (register != null) {
            draft.assume("regs." + Gpr.name(register));
        }
    }

    /// Returns a base for a segment that is to reach from one linear address to another, both included.
    static long segmentBase(TracedInstruction traced, long low, long high) {
        boolean narrow = traced.instruction().addressWidth() == Short.SIZE;
        boolean near = traced.mode() == CodeMode.CODE16
                && Long.compareUnsigned(low, REAL_REACH) <= 0;
        if (!narrow && !near) {
            return 0;
        }
        long base = low & -HALF_SEGMENT;
        return high - base <= 0xffff ? base : low & -PARAGRAPH;
    }

    /// Gives base and index values that come to `sum` in the address width.
    private boolean registers(@Nullable Integer base, @Nullable Integer index, long sum) {
        int scale = operand.scale();
        if (base == null || base.equals(index)) {
            int register = base == null ? index == null ? 0 : index : base;
            return multiple(register, base == null ? scale : scale + 1, sum & mask);
        }
        long shift = index == null ? 0 : (draft.cpu().gpr(index) & mask) * scale;
        if (put(base, sum - shift)) {
            if (index != null) {
                draft.fix(index, mask, draft.cpu().gpr(index));
            }
            return true;
        }
        if (index == null) {
            return false;
        }
        long left = sum - draft.cpu().gpr(base) & mask;
        return (left & scale - 1) == 0 && put(index, left / scale);
    }

    private boolean multiple(int register, int factor, long sum) {
        int zeros = Integer.numberOfTrailingZeros(factor);
        long odd = factor >>> zeros;
        if ((sum & (1L << zeros) - 1) != 0) {
            return false;
        }
        // Newton's iteration for the inverse modulo 2^64, which doubles the bits that are right.
        long inverse = odd;
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - odd * inverse;
        }
        return put(register, (sum >>> zeros) * inverse);
    }

    private boolean put(int register, long value) {
        if (((draft.cpu().gpr(register) ^ value) & draft.fixed(register) & mask) != 0) {
            return false;
        }
        draft.fix(register, mask, value);
        return true;
    }

    /// Where the address is free and a register is not, the address goes by the register.
    private boolean fromFixed(int base, @Nullable Integer index, long constant) {
        if (index != null && draft.fixed(base) == 0) {
            return false;
        }
        long wanted = linear(traced, access.gpa()) - constant;
        long fixed = draft.fixed(base);
        long low = (access.gpa() - constant) & IN_PAGE & ~fixed;
        draft.fix(base, mask & ~fixed, wanted & ~IN_PAGE | low);
        if (index != null) {
            draft.fix(index, mask, draft.cpu().gpr(index));
        }
        return true;
    }

    private long effective(int base, @Nullable Integer index) {
        return draft.cpu().gpr(base) + (index == null ? 0 : draft.cpu().gpr(index) * operand.scale());
    }
}
