package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.List;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.recording.ByteRange;

/// Works out pointers, count and memory of a string instruction. For one draft.
///
/// The count is that of the elements accessed. An operand that is no device is memory at an address of our own; where
/// it is the source, it holds what was written to the device.
final class StringDraft {
    private static final long[] PLACES_16 = {0x1_0000, 0x3_0000, 0x5_0000};
    private static final long[] PLACES = {0x1000_0000, 0x2000_0000, 0x3000_0000};
    private static final long MOST_IN_SEGMENT = 0x1_0000;

    private final TrapDraft draft;
    private final Instruction instruction;
    private final List<AccessFit.Touch> steps;
    private final int size;
    private final int devices;

    private StringDraft(TrapDraft draft, List<AccessFit.Touch> steps) {
        this.draft = draft;
        this.instruction = draft.traced().instruction();
        this.steps = steps;
        this.size = steps.getFirst().access().size();
        this.devices = steps.size() > 1 && steps.get(1).operand() != steps.getFirst().operand() ? 2 : 1;
    }

    /// How a comparison came out.
    enum Comparison {
        /// All elements are equal, or the accumulator is the last of them.
        EQUAL,
        /// None is, or the accumulator is the first of them.
        DIFFERENT
    }

    /// Fills a draft, and returns whether the accesses can be explained.
    ///
    /// @param steps the accesses, element by element
    static boolean fill(TrapDraft draft, List<AccessFit.Touch> steps, Comparison comparison) {
        return new StringDraft(draft, steps).fill(comparison);
    }

    private boolean fill(Comparison comparison) {
        int count = steps.size() / devices;
        CpuState cpu = draft.cpu();
        boolean down = count > 1
                && AccessFit.step(steps.getFirst().access(), steps.get(devices).access()) < 0;
        cpu.setRflags(down ? Rflags.DF : 0);
        if (count == 1) {
            draft.assume("regs.rflags");
        }
        if (instruction.prefixes().repeats()) {
            if (Long.compareUnsigned(count, AddressSolver.mask(instruction.addressWidth())) > 0) {
                return false;
            }
            cpu.setGpr(Gpr.RCX, count);
            draft.assume("regs.rcx");
        }
        accumulator(comparison);
        for (int device = 0; device < devices; device++) {
            if (!pointer(device, down)) {
                return false;
            }
        }
        for (MemoryOperand operand : operands()) {
            if (steps.stream().limit(devices).noneMatch(step -> step.operand() == operand)
                    && !memory(operand, count, down, comparison)) {
                return false;
            }
        }
        place();
        return draft.isConsistent();
    }

    private List<MemoryOperand> operands() {
        List<MemoryOperand> operands = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN) {
                operands.add(memory);
            }
        }
        return operands;
    }

    private void accumulator(Comparison comparison) {
        boolean stores = instruction.mnemonic().startsWith("stos");
        if (stores || instruction.mnemonic().startsWith("scas")) {
            OperandAccess access = (comparison == Comparison.EQUAL ? steps.getLast() : steps.getFirst()).access();
            draft.cpu().setGpr(Gpr.RAX, access.value());
            if (!stores) {
                draft.assume("regs.rax");
            }
        }
    }

    /// Sets the pointer to a device, and the base of its segment.
    private boolean pointer(int device, boolean down) {
        MemoryOperand operand = steps.get(device).operand();
        OperandAccess first = steps.get(device).access();
        long linear = address(device, 0, down);
        boolean assumed = first.gla().isEmpty();
        if (assumed) {
            AddressSolver.linear(draft, first);
        }
        long last = address(device, steps.size() / devices - 1, down);
        return point(operand, linear, Math.min(linear, last), Math.max(linear, last) + size - 1, assumed);
    }

    /// Returns the linear address of an element of a device, from the first on.
    private long address(int device, int element, boolean down) {
        OperandAccess first = steps.get(device).access();
        long linear = first.gla().orElseGet(() -> AddressSolver.linear(draft.traced(), first.gpa()));
        return linear + (long) (down ? -size : size) * element;
    }

    /// Sets the pointer of an operand, and the base of its segment, so that it reaches from `low` to `high`.
    private boolean point(MemoryOperand operand, long linear, long low, long high, boolean assumed) {
        TracedInstruction traced = draft.traced();
        int segment = operand.segment().number();
        long base = segment == Segment.CS && !traced.is64() ? traced.place().csBase() : 0;
        if (!AddressSolver.isFlat(traced, segment) && segment != Segment.CS) {
            base = AddressSolver.segmentBase(traced, low, high);
            draft.cpu().setSegmentBase(segment, base);
            draft.assume("segs." + Segment.names().get(segment));
        }
        long offset = linear - base;
        long mask = AddressSolver.mask(instruction.addressWidth());
        Register pointer = operand.base();
        if (pointer == null || (offset & ~mask) != 0 || (high - base & ~mask) != 0) {
            return false;
        }
        draft.fix(pointer.number(), mask, offset);
        if (assumed || !AddressSolver.isFlat(traced, segment)) {
            draft.assume("regs." + Gpr.name(pointer.number()));
        }
        return true;
    }

    /// Puts memory where the operand that is no device points.
    private boolean memory(MemoryOperand operand, int count, boolean down, Comparison comparison) {
        TracedInstruction traced = draft.traced();
        boolean narrow = !traced.is64() && traced.mode() == CodeMode.CODE16;
        long length = (long) count * size;
        if (narrow && length > MOST_IN_SEGMENT || sharesSegment(operand) && !isWide(operand)) {
            return false;
        }
        long low = free(narrow ? PLACES_16 : PLACES, length);
        byte[] bytes = new byte[(int) length];
        boolean source = operand.access().reads();
        if (source) {
            for (int element = 0; element < count; element++) {
                OperandAccess access = steps.get(element).access();
                int at = (down ? count - 1 - element : element) * size;
                long value = comparison == Comparison.EQUAL ? access.value() : ~access.value();
                Bytes.put(bytes, at, size, value);
            }
        }
        boolean told = source && steps.getFirst().access().write();
        draft.memory(new ByteRange(low, bytes), told);
        return point(operand, down ? low + length - size : low, low, low + length - 1, true);
    }

    private boolean isWide(MemoryOperand operand) {
        return AddressSolver.isFlat(draft.traced(), operand.segment().number())
                || instruction.addressWidth() != Short.SIZE && draft.traced().mode().bits() != Short.SIZE;
    }

    private boolean sharesSegment(MemoryOperand operand) {
        return operands().stream().anyMatch(other -> other != operand && other.segment().equals(operand.segment()));
    }

    /// Returns a place for memory that no device is near.
    private long free(long[] places, long length) {
        long half = draft.traced().isInUpperHalf() ? AddressSolver.linear(draft.traced(), 0) : 0;
        for (long place : places) {
            long start = half + place;
            boolean taken = false;
            for (int device = 0; device < devices; device++) {
                for (int element : new int[] {0, steps.size() / devices - 1}) {
                    long at = steps.get(element * devices + device).access().gla()
                            .orElse(address(device, element, false));
                    taken |= at - start + MOST_IN_SEGMENT >= 0 && at - start < length + MOST_IN_SEGMENT;
                }
            }
            if (!taken) {
                return start;
            }
        }
        return half + places[0];
    }

    /// Adds the accesses, each where its pointer is by then.
    private void place() {
        boolean down = (draft.cpu().rflags() & Rflags.DF) != 0;
        for (int i = 0; i < steps.size(); i++) {
            draft.access(steps.get(i).access(), address(i % devices, i / devices, down));
        }
    }
}
