package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;

/// The registers of a processor at one moment, as a value. Immutable; two are equal if every register is.
///
/// It is made from a [CpuState], which is where registers are set, and gives one that a trap can change. It holds no
/// more than what differs from a new [CpuState], so that many fit into memory.
public final class ProcessorState {
    private static final CpuState FRESH = new CpuState();
    private static final Cell[] CELLS = cells();

    /// 64 bits of a processor that are no vector register.
    private record Cell(ToLongFunction<CpuState> get, ObjLongConsumer<CpuState> set, long fresh) {
    }

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
        short[] differing = new short[CELLS.length];
        long[] contents = new long[CELLS.length];
        int count = 0;
        for (int i = 0; i < CELLS.length; i++) {
            long value = CELLS[i].get.applyAsLong(cpu);
            if (value != CELLS[i].fresh) {
                differing[count] = (short) i;
                contents[count++] = value;
            }
        }
        cells = Arrays.copyOf(differing, count);
        values = Arrays.copyOf(contents, count);
    }

    private static Cell[] cells() {
        List<Cell> cells = new ArrayList<>();
        add(cells, CpuState::cr0, CpuState::setCr0);
        add(cells, CpuState::cr4, CpuState::setCr4);
        add(cells, CpuState::xcr0, CpuState::setXcr0);
        add(cells, CpuState::pasid, CpuState::setPasid);
        each(Gpr.COUNT, i -> add(cells, cpu -> cpu.gpr(i), (cpu, value) -> cpu.setGpr(i, value)));
        each(Segment.COUNT, i -> {
            add(cells, cpu -> cpu.segmentBase(i), (cpu, value) -> cpu.setSegmentBase(i, value));
            add(cells, cpu -> cpu.segmentLimit(i), (cpu, value) -> cpu.setSegmentLimit(i, value));
            add(cells, cpu -> cpu.segmentSelector(i), (cpu, value) -> cpu.setSegmentSelector(i, (int) value));
        });
        add(cells, CpuState::x87Control, (cpu, value) -> cpu.setX87Control((int) value));
        add(cells, CpuState::x87Status, (cpu, value) -> cpu.setX87Status((int) value));
        add(cells, CpuState::x87Tag, (cpu, value) -> cpu.setX87Tag((int) value));
        each(X87Registers.COUNT, i ->
                add(cells, cpu -> cpu.x87Exponent(i), (cpu, value) -> cpu.setX87Exponent(i, (int) value)));
        return cells.toArray(Cell[]::new);
    }

    private static void each(int count, IntConsumer action) {
        for (int i = 0; i < count; i++) {
            action.accept(i);
        }
    }

    private static void add(List<Cell> cells, ToLongFunction<CpuState> get, ObjLongConsumer<CpuState> set) {
        cells.add(new Cell(get, set, get.applyAsLong(FRESH)));
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
            CELLS[cells[i]].set.accept(cpu, values[i]);
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
