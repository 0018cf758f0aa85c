package org.vemmio.emulator.cpu;

import java.util.Arrays;
import java.util.Objects;
import org.vemmio.decoder.CodeMode;

/// The registers of one virtual processor in plain fields: mutable, for one thread.
///
/// A new one is a 64-bit processor at CPL 0 with every register 0, RFLAGS 2, no segment limits, and every feature
/// switched on: CR0.PE, MP, NE, WP, AM, PG; CR4.PAE, OSFXSR, OSXMMEXCPT, LA57, OSXSAVE; XCR0 with x87, SSE, AVX and
/// AVX-512; IA32_PASID with a valid identifier, which is 0. Its x87 control, status and tag words are those of FNINIT,
/// and bits 79:64 of the x87 registers are ones, as an MMX instruction leaves them.
public final class CpuState implements Cpu {
    private static final long CR0_ALL_ON = 0x8005_0033L;
    private static final long CR4_ALL_ON = 0x0004_1620L;
    private static final long XCR0_ALL_ON = 0xe7;
    private static final int X87_CONTROL_INITIAL = 0x37f;
    private static final int X87_TAG_INITIAL = 0xffff;
    private static final int X87_TOP = 7 << 11;
    private static final int X87_EXPONENT_OF_MMX = 0xffff;
    private static final int VECTORS = 32;
    private static final int LANES = 8;

    private CodeMode mode = CodeMode.CODE64;
    private int cpl;
    private long rip;
    private long rflags = 2;
    private long cr0 = CR0_ALL_ON;
    private long cr4 = CR4_ALL_ON;
    private long xcr0 = XCR0_ALL_ON;
    private long pasid = PASID_VALID;
    private final long[] gprs = new long[Gpr.COUNT];
    private final long[] segmentBases = new long[Segment.COUNT];
    private final long[] segmentLimits = new long[Segment.COUNT];
    private final int[] segmentSelectors = new int[Segment.COUNT];
    private final long[] vectors = new long[VECTORS * LANES];
    private final long[] masks = new long[8];
    private final long[] mmx = new long[8];
    private int x87Control = X87_CONTROL_INITIAL;
    private int x87Status;
    private int x87Tag = X87_TAG_INITIAL;
    private final int[] x87Exponents = new int[mmx.length];

    /// Creates a processor in the state that the class comment describes.
    public CpuState() {
        Arrays.fill(segmentLimits, -1);
        Arrays.fill(x87Exponents, X87_EXPONENT_OF_MMX);
    }

    /// {@return a copy of `other`, independent of it}
    public static CpuState copyOf(CpuState other) {
        CpuState copy = new CpuState();
        copy.set(other);
        return copy;
    }

    /// {@return the registers of `cpu` as they are now, independent of it; the x87 state, which [Cpu] does not tell, is
    /// that of a new one where `cpu` is no CpuState}
    public static CpuState copyOf(Cpu cpu) {
        if (cpu instanceof CpuState state) {
            return copyOf(state);
        }
        CpuState copy = new CpuState();
        copy.mode = cpu.mode();
        copy.cpl = cpu.cpl();
        copy.rip = cpu.rip();
        copy.rflags = cpu.rflags();
        copy.cr0 = cpu.cr0();
        copy.cr4 = cpu.cr4();
        copy.xcr0 = cpu.xcr0();
        copy.pasid = cpu.pasid();
        Arrays.setAll(copy.gprs, cpu::gpr);
        Arrays.setAll(copy.segmentBases, cpu::segmentBase);
        Arrays.setAll(copy.segmentLimits, cpu::segmentLimit);
        Arrays.setAll(copy.segmentSelectors, cpu::segmentSelector);
        Arrays.setAll(copy.vectors, i -> cpu.vector(i / LANES, i % LANES));
        Arrays.setAll(copy.masks, cpu::mask);
        Arrays.setAll(copy.mmx, cpu::mmx);
        return copy;
    }

    /// Takes over every register of `other`.
    public void set(CpuState other) {
        mode = other.mode;
        cpl = other.cpl;
        rip = other.rip;
        rflags = other.rflags;
        cr0 = other.cr0;
        cr4 = other.cr4;
        xcr0 = other.xcr0;
        pasid = other.pasid;
        System.arraycopy(other.gprs, 0, gprs, 0, gprs.length);
        System.arraycopy(other.segmentBases, 0, segmentBases, 0, segmentBases.length);
        System.arraycopy(other.segmentLimits, 0, segmentLimits, 0, segmentLimits.length);
        System.arraycopy(other.segmentSelectors, 0, segmentSelectors, 0, segmentSelectors.length);
        System.arraycopy(other.vectors, 0, vectors, 0, vectors.length);
        System.arraycopy(other.masks, 0, masks, 0, masks.length);
        System.arraycopy(other.mmx, 0, mmx, 0, mmx.length);
        x87Control = other.x87Control;
        x87Status = other.x87Status;
        x87Tag = other.x87Tag;
        System.arraycopy(other.x87Exponents, 0, x87Exponents, 0, x87Exponents.length);
    }

    @Override
    public CodeMode mode() {
        return mode;
    }

    /// Sets the size of the code segment.
    public void setMode(CodeMode mode) {
        this.mode = Objects.requireNonNull(mode);
    }

    @Override
    public int cpl() {
        return cpl;
    }

    /// Sets the current privilege level.
    ///
    /// @throws IllegalArgumentException if `cpl` is not within 0 to 3
    public void setCpl(int cpl) {
        if (cpl < 0 || cpl > 3) {
            throw new IllegalArgumentException("the privilege level is 0 to 3, not " + cpl);
        }
        this.cpl = cpl;
    }

    @Override
    public long rip() {
        return rip;
    }

    @Override
    public void setRip(long rip) {
        this.rip = rip;
    }

    @Override
    public long rflags() {
        return rflags;
    }

    @Override
    public void setRflags(long rflags) {
        this.rflags = rflags;
    }

    @Override
    public long gpr(int number) {
        return gprs[number];
    }

    @Override
    public void setGpr(int number, long value) {
        gprs[number] = value;
    }

    @Override
    public long segmentBase(int segment) {
        return segmentBases[segment];
    }

    /// Sets the base of segment register `segment`, 0 to 5.
    public void setSegmentBase(int segment, long base) {
        segmentBases[segment] = base;
    }

    @Override
    public int segmentSelector(int segment) {
        return segmentSelectors[segment];
    }

    /// Sets the selector of segment register `segment`, 0 to 5; its low 16 bits count. The base stays as it is.
    public void setSegmentSelector(int segment, int selector) {
        segmentSelectors[segment] = selector & 0xffff;
    }

    @Override
    public long segmentLimit(int segment) {
        return segmentLimits[segment];
    }

    /// Sets the limit of segment register `segment`, 0 to 5: the last valid offset, or -1 for none.
    public void setSegmentLimit(int segment, long limit) {
        segmentLimits[segment] = limit;
    }

    @Override
    public long vector(int register, int lane) {
        return vectors[register * LANES + lane];
    }

    @Override
    public void setVector(int register, int lane, long value) {
        vectors[register * LANES + lane] = value;
    }

    @Override
    public long mask(int register) {
        return masks[register];
    }

    @Override
    public void setMask(int register, long value) {
        masks[register] = value;
    }

    @Override
    public long mmx(int register) {
        return mmx[register];
    }

    @Override
    public void setMmx(int register, long value) {
        mmx[register] = value;
        x87Exponents[register] = X87_EXPONENT_OF_MMX;
    }

    @Override
    public void enterMmx() {
        x87Status &= ~X87_TOP;
        x87Tag = 0;
    }

    /// {@return the x87 control word, 16 bits}
    public int x87Control() {
        return x87Control;
    }

    /// Sets the x87 control word; the low 16 bits count.
    public void setX87Control(int control) {
        x87Control = control & 0xffff;
    }

    /// {@return the x87 status word, 16 bits: the top of stack is in bits 13:11}
    public int x87Status() {
        return x87Status;
    }

    /// Sets the x87 status word; the low 16 bits count. No exception comes of its bits.
    public void setX87Status(int status) {
        x87Status = status & 0xffff;
    }

    /// {@return the x87 tag word in full, 16 bits: two for each register, 3 where it is empty (Intel SDM vol. 1,
    /// 8.1.7)}
    public int x87Tag() {
        return x87Tag;
    }

    /// Sets the x87 tag word; the low 16 bits count.
    public void setX87Tag(int tag) {
        x87Tag = tag & 0xffff;
    }

    /// {@return sign and exponent, which are bits 79:64, of x87 register `register`, 0 to 7, counted as MMX registers
    /// are, not from the top of stack; its bits 63:0 are [#mmx]}
    public int x87Exponent(int register) {
        return x87Exponents[register];
    }

    /// Sets sign and exponent of x87 register `register`, counted as for [#x87Exponent]; the low 16 bits count.
    public void setX87Exponent(int register, int signAndExponent) {
        x87Exponents[register] = signAndExponent & 0xffff;
    }

    /// {@return which x87 register ST(`position`) is, 0 to 7, by the top of stack}
    public int x87Register(int position) {
        return (x87Status >> 11) + position & 7;
    }

    @Override
    public long cr0() {
        return cr0;
    }

    /// Sets CR0.
    public void setCr0(long cr0) {
        this.cr0 = cr0;
    }

    @Override
    public long cr4() {
        return cr4;
    }

    /// Sets CR4.
    public void setCr4(long cr4) {
        this.cr4 = cr4;
    }

    @Override
    public long xcr0() {
        return xcr0;
    }

    /// Sets XCR0.
    public void setXcr0(long xcr0) {
        this.xcr0 = xcr0;
    }

    @Override
    public long pasid() {
        return pasid;
    }

    /// Sets IA32_PASID.
    public void setPasid(long pasid) {
        this.pasid = pasid;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof CpuState other
                && mode == other.mode && cpl == other.cpl && rip == other.rip && rflags == other.rflags
                && cr0 == other.cr0 && cr4 == other.cr4 && xcr0 == other.xcr0 && pasid == other.pasid
                && Arrays.equals(gprs, other.gprs)
                && Arrays.equals(segmentBases, other.segmentBases)
                && Arrays.equals(segmentLimits, other.segmentLimits)
                && Arrays.equals(segmentSelectors, other.segmentSelectors)
                && Arrays.equals(vectors, other.vectors)
                && Arrays.equals(masks, other.masks)
                && Arrays.equals(mmx, other.mmx)
                && x87Control == other.x87Control && x87Status == other.x87Status && x87Tag == other.x87Tag
                && Arrays.equals(x87Exponents, other.x87Exponents);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rip, rflags, Arrays.hashCode(gprs), Arrays.hashCode(vectors));
    }

    /// {@return mode, CPL, RIP, RFLAGS and the general-purpose registers that are not 0, in hexadecimal}
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("CpuState[" + mode.bits() + "-bit cpl=" + cpl
                + " rip=0x" + Long.toHexString(rip) + " rflags=0x" + Long.toHexString(rflags));
        for (int i = 0; i < gprs.length; i++) {
            if (gprs[i] != 0) {
                text.append(' ').append(Gpr.name(i)).append("=0x").append(Long.toHexString(gprs[i]));
            }
        }
        return text.append(']').toString();
    }
}
