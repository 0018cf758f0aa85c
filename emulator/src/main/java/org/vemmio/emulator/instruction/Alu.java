package org.vemmio.emulator.instruction;

import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.Flags;

/// Sums, differences and logic on 1, 2, 4 or 8 bytes, with the flags they set (Intel SDM vol. 1, 3.4.3.1 and
/// appendix A). Operands may have anything above their size; results too.
final class Alu {
    private static final long AF_BIT = 1L << 4;

    private Alu() {
    }

    /// Returns `a + b + carry` and stages CF, PF, AF, ZF, SF and OF.
    static long add(Flags flags, long a, long b, int carry, int size) {
        long result = a + b + carry;
        long carries = carries(a, b, result);
        stage(flags, result, size, carryFlags(carries, (a ^ result) & (b ^ result), a ^ b ^ result, size));
        return result;
    }

    /// Returns `a - b - borrow` and stages CF, PF, AF, ZF, SF and OF.
    static long subtract(Flags flags, long a, long b, int borrow, int size) {
        long result = a - b - borrow;
        long borrows = ~a & b | (~a | b) & result;
        stage(flags, result, size, carryFlags(borrows, (a ^ b) & (a ^ result), a ^ b ^ result, size));
        return result;
    }

    /// Returns `result` and stages the flags of a logical operation: CF and OF clear, PF, ZF and SF as of the result.
    /// AF, which is undefined, is cleared, as current processors do.
    static long logic(Flags flags, long result, int size) {
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size));
        return result;
    }

    /// Returns whether the sum `result`, of `a`, `b` and a carry in, has a carry out of `size` bytes.
    static boolean carriesOut(long a, long b, long result, int size) {
        return isSet(carries(a, b, result), 8 * size - 1);
    }

    /// Returns in each bit whether that place of a sum carries.
    private static long carries(long a, long b, long result) {
        return a & b | (a | b) & ~result;
    }

    private static boolean isSet(long bits, int number) {
        return (bits >>> number & 1) != 0;
    }

    /// Returns CF, OF and AF.
    ///
    /// @param carries has the carry or borrow out of each place
    /// @param overflow has the overflow in the top place
    /// @param nibble has the carry or borrow into each place
    private static long carryFlags(long carries, long overflow, long nibble, int size) {
        int top = 8 * size - 1;
        return (isSet(carries, top) ? Rflags.CF : 0) | (isSet(overflow, top) ? Rflags.OF : 0)
                | ((nibble & AF_BIT) != 0 ? Rflags.AF : 0);
    }

    private static void stage(Flags flags, long result, int size, long carryFlags) {
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size) | carryFlags);
    }
}
