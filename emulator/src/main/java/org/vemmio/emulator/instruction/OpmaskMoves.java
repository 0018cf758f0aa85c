package org.vemmio.emulator.instruction;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.TranslatedOperand;

/// KMOV between memory and an opmask register. A load makes the rest of the register 0.
final class OpmaskMoves {
    static final Family FAMILY =
            Family.of("opmask moves", List.of("kmovb", "kmovw", "kmovd", "kmovq"), OpmaskMoves::prepare);

    private OpmaskMoves() {
    }

    private static @Nullable MmioOperation prepare(Instruction instruction) {
        Operand to = instruction.operands().get(0);
        Operand from = instruction.operands().get(1);
        if (to instanceof MemoryOperand memory && from instanceof RegisterOperand mask) {
            return new OpmaskMove(instruction, memory, mask, true);
        }
        return to instanceof RegisterOperand mask && from instanceof MemoryOperand memory
                ? new OpmaskMove(instruction, memory, mask, false) : null;
    }

    private static final class OpmaskMove extends ArchitecturalOperation {
        private final AccessPlan memory;
        private final int mask;
        private final boolean storing;

        OpmaskMove(Instruction instruction, MemoryOperand memory, RegisterOperand mask, boolean storing) {
            super(instruction, Feature.AVX512);
            this.memory = access(instruction, memory, storing);
            this.mask = mask.register().number();
            this.storing = storing;
        }

        @Override
        protected void execute(Execution execution) {
            TranslatedOperand operand = execution.open(0, memory);
            if (storing) {
                operand.store(execution.cpu().mask(mask));
            } else {
                execution.setMask(mask, operand.load());
            }
        }
    }
}
