package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;

/// Replaces the first operand, 1 to 8 bytes in memory, by what is made of it.
final class ReadModifyWrite extends ArchitecturalOperation {
    private static final Load.Use NOTHING = (execution, old) -> { };

    private final AccessPlan operand;
    private final boolean locked;
    private final Execution.Modification modification;
    private final Load.Use afterwards;

    private ReadModifyWrite(Instruction instruction, MemoryOperand operand, boolean locked,
            Execution.Modification modification, Load.Use afterwards) {
        super(instruction, Feature.GENERAL);
        this.operand = access(instruction, operand, true);
        this.locked = locked;
        this.modification = modification;
        this.afterwards = afterwards;
    }

    /// Returns an operation that modifies the first operand, locked if there is a LOCK prefix, or null if that operand
    /// is not in memory.
    static @Nullable ReadModifyWrite of(Instruction instruction, Execution.Modification modification) {
        return of(instruction, instruction.prefixes().lock(), modification, NOTHING);
    }

    /// Returns an operation that modifies the first operand, or null if that is not in memory.
    ///
    /// @param locked whether no other access may come between
    /// @param afterwards what is done with the value read, once the other is written
    static @Nullable ReadModifyWrite of(Instruction instruction, boolean locked, Execution.Modification modification,
            Load.Use afterwards) {
        return instruction.operands().get(0) instanceof MemoryOperand memory
                ? new ReadModifyWrite(instruction, memory, locked, modification, afterwards) : null;
    }

    @Override
    protected void execute(Execution execution) {
        afterwards.accept(execution, execution.modify(execution.open(0, operand), locked, modification));
    }
}
