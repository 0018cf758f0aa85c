package org.vemmio.emulator.instruction;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Outcome;

/// Multiplication and division (Intel SDM vol. 2, DIV, IDIV, IMUL, MUL, MULX). The flags that they leave undefined keep
/// their values: PF, AF, ZF and SF after a multiplication, all six after a division.
final class Multiplication {
    static final Family FAMILY = new Family("multiplication", Map.of(
            "mul", instruction -> multiply(instruction, false),
            "imul", instruction -> explicitOperands(instruction) == 1
                    ? multiply(instruction, true) : multiplyTruncating(instruction),
            "mulx", Multiplication::multiplyWithoutFlags,
            "div", instruction -> divide(instruction, false),
            "idiv", instruction -> divide(instruction, true)));

    private Multiplication() {
    }

    /// The accumulator and its extension, which hold a value of twice the size: AH:AL, DX:AX, EDX:EAX or RDX:RAX.
    private record Accumulator(GprRef high, GprRef low) {
        private static final GprRef AX = new GprRef(Gpr.RAX, 2, false);

        static Accumulator of(int size) {
            return new Accumulator(size == 1 ? new GprRef(Gpr.RAX, 1, true) : new GprRef(Gpr.RDX, size, false),
                    new GprRef(Gpr.RAX, size, false));
        }

        void set(Execution execution, long highValue, long lowValue) {
            if (high.number() == low.number()) {
                AX.set(execution, highValue << 8 | lowValue & 0xff);
            } else {
                low.set(execution, lowValue);
                high.set(execution, highValue);
            }
        }
    }

    private static long explicitOperands(Instruction instruction) {
        return instruction.operands().stream().filter(o -> o.visibility() == Visibility.EXPLICIT).count();
    }

    private static @Nullable MmioOperation multiply(Instruction instruction, boolean signed) {
        int size = instruction.operands().get(0).width() / 8;
        Accumulator accumulator = Accumulator.of(size);
        return Load.of(instruction, 0, (execution, value) -> {
            long a = extend(accumulator.low.get(execution.cpu()), size, signed);
            long b = extend(value, size, signed);
            accumulator.set(execution, high(a, b, size, signed), a * b);
            setOverflow(execution, a, b, size, signed);
        });
    }

    private static @Nullable MmioOperation multiplyTruncating(Instruction instruction) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        Operand other = instruction.operands().get(explicitOperands(instruction) == 3 ? 2 : 0);
        Source factor = Source.of(other);
        if (to == null || factor == null) {
            return null;
        }
        int size = to.size();
        return Load.of(instruction, 1, (execution, value) -> {
            long a = extend(factor.get(execution.cpu()), size, true);
            long b = extend(value, size, true);
            to.set(execution, a * b);
            setOverflow(execution, a, b, size, true);
        });
    }

    private static @Nullable MmioOperation multiplyWithoutFlags(Instruction instruction) {
        GprRef high = GprRef.of(instruction.operands().get(0));
        GprRef low = GprRef.of(instruction.operands().get(1));
        if (high == null || low == null) {
            return null;
        }
        int size = low.size();
        GprRef factor = new GprRef(Gpr.RDX, size, false);
        return Load.of(instruction, 2, (execution, value) -> {
            long other = factor.get(execution.cpu());
            // Where both are the same register, it takes the high half.
            low.set(execution, other * value);
            high.set(execution, high(other, value, size, false));
        });
    }

    private static long extend(long value, int size, boolean signed) {
        return signed ? Bytes.signExtend(value, size) : value & MemoryRef.mask(8 * size);
    }

    /// Returns the high half of a product of twice `size` bytes.
    private static long high(long a, long b, int size, boolean signed) {
        if (size < 8) {
            return a * b >> 8 * size;
        }
        return signed ? Math.multiplyHigh(a, b) : Math.unsignedMultiplyHigh(a, b);
    }

    /// Stages CF and OF: whether the high half holds more than the extension of the low one.
    private static void setOverflow(Execution execution, long a, long b, int size, boolean signed) {
        long extension = signed ? Bytes.signExtend(a * b, size) >> 63 : 0;
        execution.flags().set(Rflags.CF | Rflags.OF, high(a, b, size, signed) != extension);
    }

    private static @Nullable MmioOperation divide(Instruction instruction, boolean signed) {
        int size = instruction.operands().get(0).width() / 8;
        Accumulator accumulator = Accumulator.of(size);
        return Load.of(instruction, 0, (execution, value) -> {
            Cpu cpu = execution.cpu();
            long high = accumulator.high.get(cpu);
            long low = accumulator.low.get(cpu);
            if (size < 8) {
                low = extend(high << 8 * size | low, 2 * size, signed);
                high = signed ? low >> 63 : 0;
            }
            long divisor = extend(value, size, signed);
            long quotient = signed ? quotient(execution, high, low, divisor)
                    : unsignedQuotient(execution, high, low, divisor);
            if (extend(quotient, size, signed) != quotient) {
                throw execution.fault(Outcome.Exception.DE, 0);
            }
            accumulator.set(execution, low - quotient * divisor, quotient);
        });
    }

    private static long quotient(Execution execution, long high, long low, long divisor) {
        boolean minus = high < 0;
        long absoluteLow = minus ? -low : low;
        long absoluteHigh = minus ? ~high + (low == 0 ? 1 : 0) : high;
        long absolute = unsignedQuotient(execution, absoluteHigh, absoluteLow, Math.abs(divisor));
        boolean negative = minus != divisor < 0;
        long quotient = negative ? -absolute : absolute;
        if (quotient != 0 && quotient < 0 != negative) {
            throw execution.fault(Outcome.Exception.DE, 0);
        }
        return quotient;
    }

    /// Returns the quotient of 128 bits by 64, by long division.
    private static long unsignedQuotient(Execution execution, long high, long low, long divisor) {
        if (Long.compareUnsigned(high, divisor) >= 0) {
            throw execution.fault(Outcome.Exception.DE, 0);
        }
        if (high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        long remainder = high;
        long quotient = low;
        for (int bit = 0; bit < 64; bit++) {
            boolean carry = remainder < 0;
            remainder = remainder << 1 | quotient >>> 63;
            quotient <<= 1;
            if (carry || Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient |= 1;
            }
        }
        return quotient;
    }
}
