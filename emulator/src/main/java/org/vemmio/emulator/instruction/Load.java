package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;

/// Reads an operand of 1 to 8 bytes in memory, and stages what comes of it.
final class Load extends ArchitecturalOperation {
    private final AccessPlan from;
    private final Use use;

    /// What is done with a value that has been read.
    @FunctionalInterface
    interface Use {
        /// Stages registers and flags.
        ///
        /// @param value zero-extended
        void accept(Execution execution, long value);
    }

    private Load(Instruction instruction, MemoryOperand from, Use use) {
        super(instruction, instruction.encoding() == Encoding.VEX ? Feature.VEX_GENERAL : Feature.GENERAL);
        this.from = access(instruction, from, false);
        this.use = use;
    }

    /// Returns an operation that reads operand `index`, or null if that is not in memory.
    static @Nullable Load of(Instruction instruction, int index, Use use) {
        return instruction.operands().get(index) instanceof MemoryOperand memory
                ? new Load(instruction, memory, use) : null;
    }

    @Override
    protected void execute(Execution execution) {
        use.accept(execution, execution.open(0, from).load());
    }
}
