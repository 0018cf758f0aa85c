package org.vemmio.emulator.importing;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;

/// Where the memory is that an instruction in a dump accesses.
///
/// Registers that the dump lacks get values with which the operand is at `place`.
final class DumpOperand {
    private final DumpRegisters registers;
    private final TracedInstruction traced;
    private final MemoryOperand operand;
    private final int segment;

    private DumpOperand(DumpRegisters registers, TracedInstruction traced, MemoryOperand operand) {
        this.registers = registers;
        this.traced = traced;
        this.operand = operand;
        this.segment = operand.segment().number();
    }

    /// The operand that is the device's.
    ///
    /// @param operand the operand
    /// @param gla its linear address
    record Place(MemoryOperand operand, long gla) {
    }

    /// Returns the operands whose memory is accessed.
    static List<MemoryOperand> all(Instruction instruction) {
        return instruction.operands().stream().<MemoryOperand>mapMulti((operand, sink) -> {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN) {
                sink.accept(memory);
            }
        }).toList();
    }

    /// Finds the operand that is the device's: the one that CR2 points to, else the first that is no stack.
    ///
    /// @param place where it is if the dump does not tell
    static Optional<Place> find(DumpRegisters registers, TracedInstruction traced, long place) {
        List<MemoryOperand> operands = all(traced.instruction());
        OptionalLong cr2 = registers.dump().register("cr2");
        for (MemoryOperand operand : operands) {
            DumpOperand each = new DumpOperand(registers, traced, operand);
            long offset = cr2.orElse(0) - each.linear();
            if (cr2.isPresent() && each.isTold() && offset >= 0 && offset < Math.max(1, operand.width() / Byte.SIZE)) {
                return Optional.of(new Place(operand, each.linear()));
            }
        }
        List<MemoryOperand> likely = operands.stream().filter(operand -> !isStack(operand)).toList();
        MemoryOperand first = !likely.isEmpty() ? likely.getFirst() : operands.isEmpty() ? null : operands.getFirst();
        if (first == null) {
            return Optional.empty();
        }
        if (likely.size() > 1) {
            registers.assumed().add("gla");
        }
        return Optional.of(new Place(first, new DumpOperand(registers, traced, first).solve(place)));
    }

    private static boolean isStack(MemoryOperand operand) {
        Register base = operand.base();
        return operand.visibility() == Visibility.HIDDEN && base != null && base.file().isGeneralPurpose()
                && base.number() == Gpr.RSP;
    }

    private static boolean isGeneral(@Nullable Register register) {
        return register != null && register.file().isGeneralPurpose();
    }

    private boolean isMissing(@Nullable Register register) {
        return register != null && (register.file().isGeneralPurpose() ? !registers.isTold(register.number())
                : registers.assumed().contains("rip"));
    }

    private boolean isTold() {
        return !isMissing(operand.base()) && !isMissing(operand.index())
                && (AddressSolver.isFlat(traced, segment) || registers.isBaseTold(segment));
    }

    private long solve(long place) {
        if (!AddressSolver.isFlat(traced, segment) && !registers.isBaseTold(segment)) {
            registers.assumed().add("segs." + operand.segment().name());
        }
        Register base = operand.base();
        Register index = operand.index();
        if (isMissing(base) || isMissing(index)) {
            registers.assumed().add("gla");
            if (base != null && isGeneral(base) && isMissing(base) && !base.equals(index)) {
                CpuState cpu = registers.cpu();
                cpu.setGpr(base.number(), place - linear() & AddressSolver.mask(traced.instruction().addressWidth()));
            }
            for (Register register : new @Nullable Register[] {base, index}) {
                if (register != null && isGeneral(register)) {
                    registers.assume(register.number());
                }
            }
        }
        return linear();
    }

    /// Returns the linear address, by the registers as they are.
    private long linear() {
        Instruction instruction = traced.instruction();
        CpuState cpu = registers.cpu();
        int size = operand.width() / Byte.SIZE;
        boolean push = isStack(operand) && operand.access().writes();
        long offset = operand.displacement() - (push ? size : 0) + value(operand.base());
        if (operand.kind() == MemoryKind.MEMORY) {
            offset += value(operand.index()) * operand.scale();
        }
        offset &= AddressSolver.mask(isStack(operand) ? instruction.stackWidth() : instruction.addressWidth());
        if (AddressSolver.isFlat(traced, segment)) {
            return offset;
        }
        long linear = offset + cpu.segmentBase(segment);
        return instruction.mode() == CodeMode.CODE64 ? linear : linear & 0xffff_ffffL;
    }

    private long value(@Nullable Register register) {
        if (register == null) {
            return 0;
        }
        if (register.file() == RegisterFile.IP) {
            return registers.cpu().rip() + traced.instruction().length();
        }
        return isGeneral(register)
                ? registers.cpu().gpr(register.number()) & AddressSolver.mask(register.width()) : 0;
    }
}
