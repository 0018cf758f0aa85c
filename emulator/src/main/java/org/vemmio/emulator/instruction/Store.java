package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;

/// Writes the first operand, 1 to 8 bytes in memory, without reading it.
final class Store extends ArchitecturalOperation {
    private final AccessPlan to;
    private final Source source;

    private Store(Instruction instruction, MemoryOperand to, Source source) {
        super(instruction, Feature.GENERAL);
        this.to = access(instruction, to, true);
        this.source = source;
    }

    /// Returns an operation that writes the first operand, or null if that is not in memory.
    static @Nullable Store of(Instruction instruction, Source source) {
        return instruction.operands().get(0) instanceof MemoryOperand memory
                ? new Store(instruction, memory, source) : null;
    }

    @Override
    protected void execute(Execution execution) {
        execution.open(0, to).store(source.get(execution.cpu()));
    }
}
