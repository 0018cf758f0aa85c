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
            entry("adc", result((x, a, b, size) -> Alu.add(x.flags(), a, b, flag(x, Rflags.CF), size))),
            entry("sub", result(Arithmetic::subtract)),
            entry("sbb", result((x, a, b, size) -> Alu.subtract(x.flags(), a, b, flag(x, Rflags.CF), size))),
            entry("cmp", comparison(Arithmetic::subtract)),
            entry("and", result(Arithmetic::and)),
            entry("or", result((x, a, b, size) -> Alu.logic(x.flags(), a | b, size))),
            entry("xor", result((x, a, b, size) -> Alu.logic(x.flags(), a ^ b, size))),
            entry("test", comparison(Arithmetic::and)),
            entry("inc", unary((x, a, size) -> keepCarry(x, Alu.add(x.flags(), a, 1, 0, size)))),
            entry("dec", unary((x, a, size) -> keepCarry(x, Alu.subtract(x.flags(), a, 1, 0, size)))),
            entry("neg", unary((x, a, size) -> Alu.subtract(x.flags(), 0, a, 0, size))),
            entry("not", unary((x, a, size) -> ~a)),
            entry("adcx", result((x, a, b, size) -> addInto(x, Rflags.CF, a, b, size))),
            entry("adox", result((x, a, b, size) -> addInto(x, Rflags.OF, a, b, size)))));

    private Arithmetic() {
    }

    /// An operation on two values of `size` bytes, which stages the flags. What lies above does not count.
    @FunctionalInterface
    private interface Binary {
        long apply(Execution x, long a, long b, int size);
    }

    /// An operation on one value of `size` bytes, which stages the flags. What lies above does not count.
    @FunctionalInterface
    private interface Unary {
        long apply(Execution x, long a, int size);
    }

    private static long add(Execution x, long a, long b, int size) {
        return Alu.add(x.flags(), a, b, 0, size);
    }

    private static long subtract(Execution x, long a, long b, int size) {
        return Alu.subtract(x.flags(), a, b, 0, size);
    }

    private static long and(Execution x, long a, long b, int size) {
        return Alu.logic(x.flags(), a & b, size);
    }

    private static long addInto(Execution x, long flag, long a, long b, int size) {
        return Alu.addInto(x.flags(), flag, a, b, flag(x, flag), size);
    }

    private static int flag(Execution x, long mask) {
        return (x.cpu().rflags() & mask) != 0 ? 1 : 0;
    }

    private static long keepCarry(Execution x, long result) {
        x.flags().set(Rflags.CF, x.cpu().rflags());
        return result;
    }

    private static Family.Preparation unary(Unary operation) {
        return instruction -> {
            int size = instruction.operands().get(0).width() / 8;
            return ReadModifyWrite.of(instruction, (x, old) -> operation.apply(x, old, size));
        };
    }

    private static Family.Preparation result(Binary operation) {
        return instruction -> instruction.operands().get(0) instanceof MemoryOperand
                ? toMemory(instruction, operation) : toRegister(instruction, operation);
    }

    private static @Nullable MmioOperation toMemory(Instruction instruction, Binary operation) {
        Source source = Source.of(instruction.operands().get(1));
        int size = instruction.operands().get(0).width() / 8;
        return source == null ? null : ReadModifyWrite.of(instruction, (x, old) ->
                operation.apply(x, old, source.get(x.cpu()), size));
    }

    private static @Nullable MmioOperation toRegister(Instruction instruction, Binary operation) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        return to == null ? null : Load.of(instruction, 1, (x, value) ->
                to.set(x, operation.apply(x, to.get(x.cpu()), value, to.size())));
    }

    private static Family.Preparation comparison(Binary operation) {
        return instruction -> compare(instruction, operation);
    }

    private static @Nullable MmioOperation compare(Instruction instruction, Binary operation) {
        Operand first = instruction.operands().get(0);
        int size = first.width() / 8;
        if (first instanceof MemoryOperand) {
            Source second = Source.of(instruction.operands().get(1));
            return second == null ? null : Load.of(instruction, 0, (x, value) ->
                    operation.apply(x, value, second.get(x.cpu()), size));
        }
        Source source = Source.of(first);
        return source == null ? null : Load.of(instruction, 1, (x, value) ->
                operation.apply(x, source.get(x.cpu()), value, size));
    }
}
