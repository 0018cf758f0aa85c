package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Access;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.instruction.InstructionTable;
import org.vemmio.emulator.memory.LinearMemory;

/// Which of the accesses behind an instruction are its own: those whose direction, width and number fit what it does.
/// For one instruction.
final class AccessFit {
    /// The most bytes of an operand, for each of which there is a bit in a number.
    private static final int WIDEST = Long.SIZE;

    private final List<TracedAccess> accesses;
    private int next;
    private ImportReason problem = ImportReason.SURPLUS;

    private AccessFit(List<TracedAccess> accesses) {
        this.accesses = accesses;
    }

    /// What was found.
    ///
    /// @param steps what the instruction does, in order; empty where the accesses are not its own
    /// @param used how many of the accesses that is
    /// @param problem why the next access is not among them
    record Result(List<Touch> steps, int used, ImportReason problem) {
    }

    /// An access to an operand; of a string instruction, that of one element.
    record Touch(MemoryOperand operand, OperandAccess access) {
    }

    /// Returns what fits.
    static Result of(Instruction instruction, List<TracedAccess> accesses) {
        AccessFit fit = new AccessFit(accesses);
        List<MemoryOperand> operands = InstructionTable.isWithoutAccess(instruction.mnemonic()) ? List.of()
                : operands(instruction);
        if (operands.isEmpty()) {
            return new Result(List.of(), 0, ImportReason.NO_MEMORY_OPERAND);
        }
        if (operands.stream().anyMatch(operand -> operand.kind() == MemoryKind.VSIB)) {
            return new Result(List.of(), 0, ImportReason.SCATTERED);
        }
        List<Touch> steps = isString(instruction) ? fit.elements(instruction, operands) : fit.single(operands);
        return new Result(steps, steps.isEmpty() ? 0 : fit.next, fit.problem);
    }

    static boolean isString(Instruction instruction) {
        return instruction.category().equals("stringop") || instruction.category().equals("iostringop");
    }

    private static List<MemoryOperand> operands(Instruction instruction) {
        List<MemoryOperand> operands = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN
                    && (memory.access().reads() || memory.access().writes())) {
                operands.add(memory);
            }
        }
        return operands;
    }

    /// Fits an instruction whose operand is the device. Its stack, if it uses that too, is memory.
    private List<Touch> single(List<MemoryOperand> operands) {
        MemoryOperand operand = operands.stream().filter(each -> each.visibility() != Visibility.HIDDEN).findFirst()
                .orElse(operands.getFirst());
        int size = operand.width() / Byte.SIZE;
        Access access = operand.access();
        List<Touch> steps = new ArrayList<>();
        if (access.reads()) {
            OperandAccess read = gather(false, size, OptionalLong.empty());
            if (read == null) {
                return List.of();
            }
            steps.add(new Touch(operand, read));
        }
        if (access.writes()) {
            int before = next;
            OptionalLong at = steps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(steps.getFirst().access.gpa());
            OperandAccess write = gather(true, size, at);
            if (write != null) {
                steps.add(new Touch(operand, write));
            } else if (steps.isEmpty() || !access.conditional()) {
                return List.of();
            } else {
                next = before;
                problem = ImportReason.SURPLUS;
            }
        }
        return steps;
    }

    /// Fits a string instruction, element by element. Of two operands either may be memory, the same in all elements.
    private List<Touch> elements(Instruction instruction, List<MemoryOperand> operands) {
        List<Touch> steps = new ArrayList<>();
        List<MemoryOperand> devices = devices(operands, instruction.prefixes().repeats());
        if (devices.isEmpty()) {
            problem = ImportReason.DIRECTION;
            return steps;
        }
        int size = operands.getFirst().width() / Byte.SIZE;
        do {
            int before = next;
            List<Touch> element = element(devices, steps, size);
            if (element.size() < devices.size()) {
                next = before;
                break;
            }
            steps.addAll(element);
        } while (instruction.prefixes().repeats() && next < accesses.size());
        return steps;
    }

    private List<Touch> element(List<MemoryOperand> devices, List<Touch> before, int size) {
        List<Touch> element = new ArrayList<>();
        for (MemoryOperand device : devices) {
            OperandAccess access = gather(device.access().writes(), size, OptionalLong.empty());
            if (access == null) {
                break;
            }
            if (!follows(before, devices.size(), element.size(), access)) {
                problem = ImportReason.GAP;
                break;
            }
            element.add(new Touch(device, access));
        }
        return element;
    }

    /// Returns whether an element lies beside the one before, and on the same side as all others.
    private static boolean follows(List<Touch> before, int devices, int device, OperandAccess access) {
        int last = before.size() - devices + device;
        if (last < 0) {
            return true;
        }
        long step = step(before.get(last).access, access);
        int previous = last - devices;
        return Math.abs(step) == access.size()
                && (previous < 0 || step == step(before.get(previous).access, before.get(last).access));
    }

    /// Returns how far an element lies from the one before, as far as linear addresses tell, or else physical ones.
    static long step(OperandAccess from, OperandAccess to) {
        return from.gla().isPresent() && to.gla().isPresent() ? to.gla().getAsLong() - from.gla().getAsLong()
                : to.gpa() - from.gpa();
    }

    /// Returns the operands that the first accesses show to be devices, in the order of their accesses.
    private List<MemoryOperand> devices(List<MemoryOperand> operands, boolean repeats) {
        if (accesses.isEmpty()) {
            return List.of();
        }
        List<MemoryOperand> ordered = operands.stream()
                .sorted((a, b) -> Boolean.compare(a.access().writes(), b.access().writes())).toList();
        MemoryOperand source = ordered.getFirst();
        MemoryOperand destination = ordered.getLast();
        boolean writes = accesses.getFirst().write();
        if (ordered.size() == 1) {
            return source.access().writes() == writes ? ordered : List.of();
        }
        if (!destination.access().writes()) {
            return writes ? List.of() : compared(ordered, repeats);
        }
        if (writes) {
            return List.of(destination);
        }
        int behind = behindFirst(source.width() / Byte.SIZE);
        return behind < accesses.size() && accesses.get(behind).write() ? ordered : List.of(source);
    }

    /// Of a comparison, the second access tells whether both operands are devices: it is then not beside the first.
    private List<MemoryOperand> compared(List<MemoryOperand> operands, boolean repeats) {
        int size = operands.getFirst().width() / Byte.SIZE;
        int behind = behindFirst(size);
        boolean both = behind < accesses.size()
                && (!repeats || Math.abs(accesses.get(behind).gpa() - accesses.getFirst().gpa()) != size);
        return both ? operands : List.of(operands.stream()
                .filter(operand -> operand.base() != null && operand.base().number() == Gpr.RSI).findFirst()
                .orElse(operands.getFirst()));
    }

    private int behindFirst(int size) {
        int seen = 0;
        int index = 0;
        while (index < accesses.size() && seen < size) {
            seen += accesses.get(index++).size();
        }
        return index;
    }

    /// Puts together the accesses that an operand is made of, or returns null and says why it cannot.
    ///
    /// @param at where the first must be, if that is known
    private @Nullable OperandAccess gather(boolean write, int size, OptionalLong at) {
        if (size < 1 || size > WIDEST) {
            return refuse(ImportReason.WIDTH);
        }
        byte[] bytes = new byte[size];
        long known = 0;
        int done = 0;
        TracedAccess first = null;
        TracedAccess last = null;
        long secondGpa = 0;
        boolean secondTold = false;
        while (done < size) {
            if (next == accesses.size()) {
                return refuse(ImportReason.INCOMPLETE);
            }
            TracedAccess access = accesses.get(next);
            ImportReason wrong = mismatch(access, write, size - done, last);
            if (wrong == null && first == null && at.isPresent() && access.gpa() != at.getAsLong()) {
                wrong = ImportReason.ADDRESS;
            }
            if (wrong != null) {
                return refuse(wrong);
            }
            for (int i = 0; i < Math.min(Long.BYTES, access.size()); i++) {
                bytes[done + i] = (byte) (access.value() >>> Byte.SIZE * i);
                known |= 1L << done + i;
            }
            if (last != null && pageOf(access.gpa()) != pageOf(last.gpa())) {
                secondGpa = access.gpa();
                secondTold = true;
            } else if (pageOf(access.end() - 1) != pageOf(access.gpa())) {
                secondGpa = pageOf(access.end() - 1);
            }
            first = first == null ? access : first;
            last = access;
            done += access.size();
            next++;
        }
        problem = ImportReason.SURPLUS;
        return first == null ? null
                : new OperandAccess(write, first.gla(), first.gpa(), secondGpa, secondTold, bytes, known);
    }

    private static @Nullable ImportReason mismatch(TracedAccess access, boolean write, int left,
            @Nullable TracedAccess last) {
        if (access.write() != write) {
            return last == null ? ImportReason.DIRECTION : ImportReason.INCOMPLETE;
        }
        if (!access.answered()) {
            return ImportReason.UNANSWERED;
        }
        if (access.size() > left) {
            return last == null ? ImportReason.WIDTH : ImportReason.INCOMPLETE;
        }
        boolean beside = last == null || access.gpa() == last.end()
                || pageOf(last.end()) == last.end() && pageOf(access.gpa()) == access.gpa();
        return beside ? null : ImportReason.INCOMPLETE;
    }

    private @Nullable OperandAccess refuse(ImportReason reason) {
        problem = reason;
        return null;
    }

    private static long pageOf(long address) {
        return address & -LinearMemory.PAGE_SIZE;
    }
}
