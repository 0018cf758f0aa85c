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
        long carries = a & b | (a | b) & ~result;
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size)
                | carryBits(carries, (a ^ result) & (b ^ result), a ^ b ^ result, size));
        return result;
    }

    /// Returns `a - b - borrow` and stages CF, PF, AF, ZF, SF and OF.
    static long subtract(Flags flags, long a, long b, int borrow, int size) {
        long result = a - b - borrow;
        long borrows = ~a & b | (~a | b) & result;
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size)
                | carryBits(borrows, (a ^ b) & (a ^ result), a ^ b ^ result, size));
        return result;
    }

    /// Returns `result` and stages the flags of a logical operation: CF and OF clear, PF, ZF and SF as of the result.
    /// AF, which is undefined, is cleared, as current processors do.
    static long logic(Flags flags, long result, int size) {
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size));
        return result;
    }

    /// Returns whether `a + b + carry` carries out of the highest bit.
    static boolean carriesOut(long a, long b, int carry, int size) {
        long carries = a & b | (a | b) & ~(a + b + carry);
        return (carries >>> 8 * size - 1 & 1) != 0;
    }

    /// Returns CF, OF and AF.
    ///
    /// @param carries the carry or borrow out of each bit
    /// @param overflow in its highest bit, whether the signed result is out of range
    /// @param nibble in bit 4, the carry or borrow out of bit 3
    private static long carryBits(long carries, long overflow, long nibble, int size) {
        int top = 8 * size - 1;
        return ((carries >>> top & 1) != 0 ? Rflags.CF : 0)
                | ((overflow >>> top & 1) != 0 ? Rflags.OF : 0)
                | ((nibble & AF_BIT) != 0 ? Rflags.AF : 0);
    }
}
