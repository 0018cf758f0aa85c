package org.vemmio.emulator.instruction;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MmioOperation;

/// Sums, differences, comparisons and logic (Intel SDM vol. 2, ADC to XOR). Of their flags only AF is ever undefined,
/// after AND, OR, XOR and TEST: it becomes 0.
final class Arithmetic {
    static final Family FAMILY = new Family("arithmetic", Map.ofEntries(
            entry("add", result(Arithmetic::add)),
            entry("adc", result(Arithmetic::addWithCarry)),
            entry("sub", result(Arithmetic::subtract)),
            entry("sbb", result(Arithmetic::subtractWithBorrow)),
            entry("cmp", comparison(Arithmetic::subtract)),
            entry("and", result(Arithmetic::and)),
            entry("or", result((execution, a, b, size) -> Alu.logic(execution.flags(), a | b, size))),
            entry("xor", result((execution, a, b, size) -> Alu.logic(execution.flags(), a ^ b, size))),
            entry("test", comparison(Arithmetic::and)),
            entry("inc", unary((execution, a, size) ->
                    keepCarry(execution, Alu.add(execution.flags(), a, 1, 0, size)))),
            entry("dec", unary((execution, a, size) ->
                    keepCarry(execution, Alu.subtract(execution.flags(), a, 1, 0, size)))),
            entry("neg", unary((execution, a, size) -> Alu.subtract(execution.flags(), 0, a, 0, size))),
            entry("not", unary((execution, a, size) -> ~a)),
            entry("adcx", result((execution, a, b, size) -> addInto(execution, Rflags.CF, a, b, size))),
            entry("adox", result((execution, a, b, size) -> addInto(execution, Rflags.OF, a, b, size)))));

    private Arithmetic() {
    }

    /// An operation on two values of `size` bytes, which stages the flags. What lies above does not count.
    @FunctionalInterface
    private interface Binary {
        long apply(Execution execution, long a, long b, int size);
    }

    /// An operation on one value of `size` bytes, which stages the flags. What lies above does not count.
    @FunctionalInterface
    private interface Unary {
        long apply(Execution execution, long a, int size);
    }

    private static long add(Execution execution, long a, long b, int size) {
        return Alu.add(execution.flags(), a, b, 0, size);
    }

    private static long addWithCarry(Execution execution, long a, long b, int size) {
        return Alu.add(execution.flags(), a, b, flag(execution, Rflags.CF), size);
    }

    private static long subtract(Execution execution, long a, long b, int size) {
        return Alu.subtract(execution.flags(), a, b, 0, size);
    }

    private static long subtractWithBorrow(Execution execution, long a, long b, int size) {
        return Alu.subtract(execution.flags(), a, b, flag(execution, Rflags.CF), size);
    }

    private static long and(Execution execution, long a, long b, int size) {
        return Alu.logic(execution.flags(), a & b, size);
    }

    /// Returns the sum with a flag as the carry, and stages the carry out as that flag, and no other.
    private static long addInto(Execution execution, long flag, long a, long b, int size) {
        long result = a + b + flag(execution, flag);
        execution.flags().set(flag, Alu.carriesOut(a, b, result, size));
        return result;
    }

    private static int flag(Execution execution, long mask) {
        return (execution.cpu().rflags() & mask) != 0 ? 1 : 0;
    }

    private static long keepCarry(Execution execution, long result) {
        execution.flags().set(Rflags.CF, execution.cpu().rflags());
        return result;
    }

    private static Family.Preparation unary(Unary operation) {
        return instruction -> {
            int size = instruction.operands().get(0).width() / 8;
            return ReadModifyWrite.of(instruction, (execution, old) -> operation.apply(execution, old, size));
        };
    }

    private static Family.Preparation result(Binary operation) {
        return instruction -> instruction.operands().get(0) instanceof MemoryOperand
                ? toMemory(instruction, operation) : toRegister(instruction, operation);
    }

    private static @Nullable MmioOperation toMemory(Instruction instruction, Binary operation) {
        Source source = Source.of(instruction.operands().get(1));
        int size = instruction.operands().get(0).width() / 8;
        return source == null ? null : ReadModifyWrite.of(instruction, (execution, old) ->
                operation.apply(execution, old, source.get(execution.cpu()), size));
    }

    private static @Nullable MmioOperation toRegister(Instruction instruction, Binary operation) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        return to == null ? null : Load.of(instruction, 1, (execution, value) ->
                to.set(execution, operation.apply(execution, to.get(execution.cpu()), value, to.size())));
    }

    private static Family.Preparation comparison(Binary operation) {
        return instruction -> compare(instruction, operation);
    }

    private static @Nullable MmioOperation compare(Instruction instruction, Binary operation) {
        Operand first = instruction.operands().get(0);
        int size = first.width() / 8;
        if (first instanceof MemoryOperand) {
            Source second = Source.of(instruction.operands().get(1));
            return second == null ? null : Load.of(instruction, 0, (execution, value) ->
                    operation.apply(execution, value, second.get(execution.cpu()), size));
        }
        Source source = Source.of(first);
        return source == null ? null : Load.of(instruction, 1, (execution, value) ->
                operation.apply(execution, source.get(execution.cpu()), value, size));
    }
}
