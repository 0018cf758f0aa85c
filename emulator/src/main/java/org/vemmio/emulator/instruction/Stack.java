package org.vemmio.emulator.instruction;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.TranslatedOperand;

/// PUSH and POP with an operand in memory (Intel SDM vol. 2; vol. 1, 6.2). That operand and the stack may each be RAM
/// or a device. The stack is taken to be as wide as the code.
final class Stack {
    static final Family FAMILY = new Family("stack", Map.of(
            "push", instruction -> prepare(instruction, true),
            "pop", instruction -> prepare(instruction, false)));

    private Stack() {
    }

    private static @Nullable MmioOperation prepare(Instruction instruction, boolean push) {
        return instruction.operands().get(0) instanceof MemoryOperand operand
                ? new StackOperation(instruction, operand, push) : null;
    }

    private static final class StackOperation extends ArchitecturalOperation {
        private final boolean push;
        private final int size;
        private final AccessPlan operand;
        private final AccessPlan stack;
        private final int stackSize;

        StackOperation(Instruction instruction, MemoryOperand operand, boolean push) {
            super(instruction, Feature.GENERAL);
            this.push = push;
            this.size = operand.width() / 8;
            this.operand = access(instruction, operand, !push);
            MemoryRef top = MemoryRef.ofBase(Segment.SS, Gpr.RSP, instruction.stackWidth(), instruction.mode());
            this.stack = AccessPlan.of(top, size, push);
            this.stackSize = instruction.stackWidth() / 8;
        }

        @Override
        protected void execute(Execution execution) {
            long before = execution.cpu().gpr(Gpr.RSP);
            long after = Gpr.merge(before, stackSize, push ? before - size : before + size);
            if (push) {
                TranslatedOperand from = execution.open(0, operand);
                TranslatedOperand to = execution.open(1, stack, after & stack.ref().addressMask());
                to.store(from.load());
            } else {
                TranslatedOperand from = execution.open(0, stack);
                TranslatedOperand to = execution.open(1, operand, popOffset(execution, after - before));
                to.store(from.load());
            }
            execution.setGpr(Gpr.RSP, after);
        }

        /// An address based on the stack pointer is computed after the increment.
        private long popOffset(Execution execution, long increment) {
            MemoryRef ref = operand.ref();
            long offset = ref.offset(execution.cpu(), execution.nextRip());
            return ref.base() == Gpr.RSP ? offset + increment & ref.addressMask() : offset;
        }
    }
}
