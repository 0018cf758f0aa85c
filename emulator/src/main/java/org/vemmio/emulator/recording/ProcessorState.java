package org.vemmio.emulator.recording;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;

/// The registers of a processor at one moment, as a value. Immutable; two are equal if every register is.
///
/// It is made from a [CpuState], which is where registers are set, and gives one that a trap can change. It holds no
/// more than what differs from a new [CpuState], so that many fit into memory.
public final class ProcessorState {
    // Cells are 64 bits of a processor that are no vector register. Where those of each kind begin:
    private static final int GPRS = X87Registers.COUNT;
    private static final int BASES = GPRS + Gpr.COUNT;
    private static final int LIMITS = BASES + Segment.COUNT;
    private static final int SELECTORS = LIMITS + Segment.COUNT;
    private static final int SINGLE = SELECTORS + Segment.COUNT;
    private static final int CELLS = SINGLE + 7;
    /// What is in the cells of a new [CpuState].
    private static final long[] FRESH = fresh();

    private final CodeMode mode;
    private final int cpl;
    private final long rip;
    private final long rflags;
    private final long linearRip;
    private final VectorRegisters vectors;
    /// The cells that differ from a new [CpuState], ascending, and what is in them.
    private final short[] cells;
    private final long[] values;

    private ProcessorState(CpuState cpu) {
        mode = cpu.mode();
        cpl = cpu.cpl();
        rip = cpu.rip();
        rflags = cpu.rflags();
        linearRip = cpu.linearRip();
        vectors = VectorRegisters.of(cpu);
        short[] differing = new short[CELLS];
        long[] contents = new long[CELLS];
        int count = 0;
        for (int i = 0; i < CELLS; i++) {
            long value = get(cpu, i);
            if (value != FRESH[i]) {
                differing[count] = (short) i;
                contents[count++] = value;
            }
        }
        cells = Arrays.copyOf(differing, count);
        values = Arrays.copyOf(contents, count);
    }

    private static long[] fresh() {
        CpuState cpu = new CpuState();
        long[] fresh = new long[CELLS];
        Arrays.setAll(fresh, cell -> get(cpu, cell));
        return fresh;
    }

    private static long get(CpuState cpu, int cell) {
        if (cell < GPRS) {
            return cpu.x87Exponent(cell);
        }
        if (cell < BASES) {
            return cpu.gpr(cell - GPRS);
        }
        if (cell < LIMITS) {
            return cpu.segmentBase(cell - BASES);
        }
        if (cell < SELECTORS) {
            return cpu.segmentLimit(cell - LIMITS);
        }
        if (cell < SINGLE) {
            return cpu.segmentSelector(cell - SELECTORS);
        }
        return switch (cell - SINGLE) {
            case 0 -> cpu.cr0();
            case 1 -> cpu.cr4();
            case 2 -> cpu.xcr0();
            case 3 -> cpu.pasid();
            case 4 -> cpu.x87Control();
            case 5 -> cpu.x87Status();
            default -> cpu.x87Tag();
        };
    }

    private static void set(CpuState cpu, int cell, long value) {
        if (cell < GPRS) {
            cpu.setX87Exponent(cell, (int) value);
        } else if (cell < BASES) {
            cpu.setGpr(cell - GPRS, value);
        } else if (cell < LIMITS) {
            cpu.setSegmentBase(cell - BASES, value);
        } else if (cell < SELECTORS) {
            cpu.setSegmentLimit(cell - LIMITS, value);
        } else if (cell < SINGLE) {
            cpu.setSegmentSelector(cell - SELECTORS, (int) value);
        } else {
            switch (cell - SINGLE) {
                case 0 -> cpu.setCr0(value);
                case 1 -> cpu.setCr4(value);
                case 2 -> cpu.setXcr0(value);
                case 3 -> cpu.setPasid(value);
                case 4 -> cpu.setX87Control((int) value);
                case 5 -> cpu.setX87Status((int) value);
                default -> cpu.setX87Tag((int) value);
            }
        }
    }

    /// {@return the registers as they are in `cpu` now}
    public static ProcessorState of(CpuState cpu) {
        return new ProcessorState(cpu);
    }

    /// {@return the registers that `fill` sets in a processor that has 0 in RFLAGS, and else is a new [CpuState]}
    public static ProcessorState of(Consumer<CpuState> fill) {
        CpuState cpu = new CpuState();
        cpu.setRflags(0);
        fill.accept(cpu);
        return new ProcessorState(cpu);
    }

    /// {@return a processor with these registers, independent of this}
    public CpuState toCpu() {
        CpuState cpu = new CpuState();
        cpu.setMode(mode);
        cpu.setCpl(cpl);
        cpu.setRip(rip);
        cpu.setRflags(rflags);
        vectors.applyTo(cpu);
        // Behind the MMX registers, since setting one sets the exponent of its x87 register.
        for (int i = 0; i < cells.length; i++) {
            set(cpu, cells[i], values[i]);
        }
        return cpu;
    }

    /// {@return the size of the code segment: CS.L and CS.D}
    public CodeMode mode() {
        return mode;
    }

    /// {@return the privilege level, 0 to 3}
    public int cpl() {
        return cpl;
    }

    /// {@return the instruction pointer, an offset into CS}
    public long rip() {
        return rip;
    }

    /// {@return the linear address of the instruction, as [CpuState#linearRip]}
    public long linearRip() {
        return linearRip;
    }

    /// {@return RFLAGS}
    public long rflags() {
        return rflags;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof ProcessorState other && mode == other.mode && cpl == other.cpl && rip == other.rip
                && rflags == other.rflags && Arrays.equals(cells, other.cells) && Arrays.equals(values, other.values)
                && vectors.equals(other.vectors);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, cpl, rip, rflags, Arrays.hashCode(values));
    }

    /// {@return as [CpuState] tells it}
    @Override
    public String toString() {
        return toCpu().toString();
    }
}
