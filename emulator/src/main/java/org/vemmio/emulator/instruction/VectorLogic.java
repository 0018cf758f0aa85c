package org.vemmio.emulator.instruction;

import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MmioOperation;

/// Bitwise logic of a register and memory: PAND, PANDN, POR, PXOR and PTEST.
final class VectorLogic {
    private static final LongBinaryOperator AND = (register, memory) -> register & memory;
    private static final LongBinaryOperator AND_NOT = (register, memory) -> ~register & memory;
    private static final LongBinaryOperator OR = (register, memory) -> register | memory;
    private static final LongBinaryOperator XOR = (register, memory) -> register ^ memory;

    static final Family FAMILY = Family.of("vector logic", Map.of(
            "pand", VectorLogic.combining(AND), "vpand", VectorLogic.combining(AND),
            "pandn", VectorLogic.combining(AND_NOT), "vpandn", VectorLogic.combining(AND_NOT),
            "por", VectorLogic.combining(OR), "vpor", VectorLogic.combining(OR),
            "pxor", VectorLogic.combining(XOR), "vpxor", VectorLogic.combining(XOR),
            "ptest", Test::new, "vptest", Test::new), VectorLogic::preparation);

    private VectorLogic() {
    }

    /// Makes an operation of an instruction whose operands have been found.
    @FunctionalInterface
    private interface Making {
        MmioOperation make(Instruction instruction, VectorRef first, Elements memory);
    }

    private static Making combining(LongBinaryOperator operator) {
        return (instruction, first, memory) -> new Combination(instruction, first, memory, operator);
    }

    private static Family.Preparation preparation(Making making) {
        return instruction -> prepare(instruction, making);
    }

    private static @Nullable MmioOperation prepare(Instruction instruction, Making making) {
        VectorRef first = VectorRef.of(instruction, 0);
        return first == null ? null : instruction.memoryOperand().map(memory -> making.make(instruction, first,
                Elements.of(instruction, memory, Elements.Alignment.LEGACY, false))).orElse(null);
    }

    private static final class Combination extends ArchitecturalOperation {
        private final VectorRef to;
        private final VectorRef register;
        private final Elements memory;
        private final LongBinaryOperator operator;

        Combination(Instruction instruction, VectorRef to, Elements memory, LongBinaryOperator operator) {
            super(instruction, VectorRef.feature(instruction));
            VectorRef second = VectorRef.of(instruction, 1);
            this.to = to;
            this.register = second == null ? to : second;
            this.memory = memory;
            this.operator = operator;
        }

        @Override
        protected void execute(Execution execution) {
            byte[] right = execution.scratch(0);
            byte[] left = execution.scratch(1);
            memory.open(execution).load(right);
            register.get(execution, left);
            for (int at = 0; at < to.size(); at += 8) {
                Bytes.put(left, at, 8, operator.applyAsLong(Bytes.get(left, at, 8), Bytes.get(right, at, 8)));
            }
            to.set(execution, left);
        }
    }

    private static final class Test extends ArchitecturalOperation {
        private final VectorRef register;
        private final Elements memory;

        Test(Instruction instruction, VectorRef register, Elements memory) {
            super(instruction, VectorRef.feature(instruction));
            this.register = register;
            this.memory = memory;
        }

        @Override
        protected void execute(Execution execution) {
            byte[] right = execution.scratch(0);
            byte[] left = execution.scratch(1);
            memory.open(execution).load(right);
            register.get(execution, left);
            long common = 0;
            long outside = 0;
            for (int at = 0; at < register.size(); at += 8) {
                common |= Bytes.get(left, at, 8) & Bytes.get(right, at, 8);
                outside |= ~Bytes.get(left, at, 8) & Bytes.get(right, at, 8);
            }
            execution.flags().set(Rflags.ARITHMETIC, (common == 0 ? Rflags.ZF : 0) | (outside == 0 ? Rflags.CF : 0));
        }
    }
}
