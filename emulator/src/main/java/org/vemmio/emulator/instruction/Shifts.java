package org.vemmio.emulator.instruction;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.Flags;
import org.vemmio.emulator.operation.MmioOperation;

/// Shifts and rotates in memory, and from memory into a register (Intel SDM vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR,
/// SHLD, SHRD, SARX/SHLX/SHRX, RORX).
///
/// Counts are taken modulo 32, for 8-byte operands modulo 64. A count of 0 changes no flag; the operand is written all
/// the same, with the value it had, which the manuals leave open and processors do.
///
/// Flags that the manuals leave undefined are those of AMD's Zen 3: AF is set by shifts and left by rotates; OF is what
/// the last of as many single shifts would give; CF of SHL and SHR is clear where the count exceeds the operand.
final class Shifts {
    static final Family FAMILY = new Family("shifts and rotates", Map.ofEntries(
            entry("shl", instruction -> inPlace(instruction, Shifts::left)),
            entry("shr", instruction -> inPlace(instruction, Shifts::right)),
            entry("sar", instruction -> inPlace(instruction, Shifts::arithmeticRight)),
            entry("rol", instruction -> inPlace(instruction, Shifts::rotateLeft)),
            entry("ror", instruction -> inPlace(instruction, Shifts::rotateRight)),
            entry("rcl", instruction -> inPlace(instruction, Shifts::rotateCarryLeft)),
            entry("rcr", instruction -> inPlace(instruction, Shifts::rotateCarryRight)),
            entry("shld", instruction -> doubleWidth(instruction, Shifts::doubleLeft)),
            entry("shrd", instruction -> doubleWidth(instruction, Shifts::doubleRight)),
            entry("shlx", instruction -> intoRegister(instruction, (value, count, size) -> value << count)),
            entry("shrx", instruction -> intoRegister(instruction, (value, count, size) -> value >>> count)),
            entry("sarx", instruction -> intoRegister(instruction,
                    (value, count, size) -> Bytes.signExtend(value, size) >> count)),
            entry("rorx", instruction -> intoRegister(instruction,
                    (value, count, size) -> value >>> count | value << 8 * size - count))));

    private static final Source CARRY = cpu -> cpu.rflags() & Rflags.CF;

    /// A shift that sets flags.
    @FunctionalInterface
    private interface Shift {
        /// Returns the shifted value, with anything above `size` bytes, and stages flags.
        ///
        /// @param value zero-extended from `size` bytes
        /// @param count not 0, and within the mask
        /// @param fill what a rotate through carry or a double shift moves in
        long apply(Flags flags, long value, int count, int size, long fill);
    }

    /// A shift that leaves the flags alone.
    @FunctionalInterface
    private interface FlaglessShift {
        /// Returns the shifted value, with anything above `size` bytes; `value` is zero-extended from there.
        long apply(long value, int count, int size);
    }

    private Shifts() {
    }

    private static @Nullable MmioOperation inPlace(Instruction instruction, Shift shift) {
        return inPlace(instruction, shift, CARRY, Source.of(instruction.operands().get(1)));
    }

    private static @Nullable MmioOperation doubleWidth(Instruction instruction, Shift shift) {
        List<Operand> operands = instruction.operands();
        return inPlace(instruction, shift, Source.of(operands.get(1)), Source.of(operands.get(2)));
    }

    private static @Nullable MmioOperation inPlace(Instruction instruction, Shift shift, @Nullable Source fill,
            @Nullable Source count) {
        int size = instruction.operands().get(0).width() / 8;
        return fill == null || count == null ? null : ReadModifyWrite.of(instruction, (execution, old) -> {
            int masked = (int) count.get(execution.cpu()) & countMask(size);
            return masked == 0 ? old : shift.apply(execution.flags(), old, masked, size, fill.get(execution.cpu()));
        });
    }

    private static @Nullable MmioOperation intoRegister(Instruction instruction, FlaglessShift shift) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        Source count = Source.of(instruction.operands().get(2));
        return to == null || count == null ? null : Load.of(instruction, 1, (execution, value) ->
                to.set(execution, shift.apply(value,
                        (int) count.get(execution.cpu()) & countMask(to.size()), to.size())));
    }

    private static int countMask(int size) {
        return size == 8 ? 63 : 31;
    }

    private static long left(Flags flags, long value, int count, int size, long fill) {
        long result = value << count;
        boolean carry = count <= 8 * size && bit(value, 8 * size - count);
        return shifted(flags, result, size, carry, carry ^ sign(result, size));
    }

    private static long right(Flags flags, long value, int count, int size, long fill) {
        long result = value >>> count;
        return shifted(flags, result, size, bit(value, count - 1), topBitsDiffer(result, size));
    }

    private static long arithmeticRight(Flags flags, long value, int count, int size, long fill) {
        long extended = Bytes.signExtend(value, size);
        return shifted(flags, extended >> count, size, bit(extended, count - 1), false);
    }

    private static long rotateLeft(Flags flags, long value, int count, int size, long fill) {
        int places = count & 8 * size - 1;
        long result = value << places | value >>> 8 * size - places;
        boolean carry = bit(result, 0);
        return rotated(flags, result, carry, carry ^ sign(result, size));
    }

    private static long rotateRight(Flags flags, long value, int count, int size, long fill) {
        int places = count & 8 * size - 1;
        long result = value >>> places | value << 8 * size - places;
        return rotated(flags, result, sign(result, size), topBitsDiffer(result, size));
    }

    private static long rotateCarryLeft(Flags flags, long value, int count, int size, long carry) {
        int bits = 8 * size;
        int places = count % (bits + 1);
        if (places == 0) {
            return rotated(flags, value, carry != 0, carry != 0 ^ sign(value, size));
        }
        // Two shifts, since one by 64 places would be one by none.
        long result = value << places | carry << places - 1 | value >>> bits - places >>> 1;
        boolean out = bit(value, bits - places);
        return rotated(flags, result, out, out ^ sign(result, size));
    }

    private static long rotateCarryRight(Flags flags, long value, int count, int size, long carry) {
        int bits = 8 * size;
        int places = count % (bits + 1);
        if (places == 0) {
            return rotated(flags, value, carry != 0, topBitsDiffer(value, size));
        }
        long result = value >>> places | carry << bits - places | value << bits - places << 1;
        return rotated(flags, result, bit(value, places - 1), topBitsDiffer(result, size));
    }

    /// Counts of 17 to 31 with a 2-byte operand, for which the result is undefined, go on with the register once more,
    /// and carry nothing, as on AMD's processors.
    private static long doubleLeft(Flags flags, long value, int count, int size, long fill) {
        int bits = 8 * size;
        boolean carry;
        long result;
        if (count <= bits) {
            result = value << count | fill >>> bits - count;
            carry = bit(value, bits - count);
        } else {
            result = fill << count - bits | fill >>> 2 * bits - count;
            carry = false;
        }
        return shifted(flags, result, size, carry, carry ^ (count < bits && sign(result, size)));
    }

    private static long doubleRight(Flags flags, long value, int count, int size, long fill) {
        int bits = 8 * size;
        boolean carry;
        long result;
        if (count <= bits) {
            result = value >>> count | fill << bits - count;
            carry = bit(value, count - 1);
        } else {
            result = fill >>> count - bits | fill << 2 * bits - count;
            carry = false;
        }
        return shifted(flags, result, size, carry, topBitsDiffer(result, size));
    }

    private static long shifted(Flags flags, long result, int size, boolean carry, boolean overflow) {
        flags.signs(result, size);
        flags.set(Rflags.AF, true);
        return rotated(flags, result, carry, overflow);
    }

    private static long rotated(Flags flags, long result, boolean carry, boolean overflow) {
        flags.set(Rflags.CF, carry);
        flags.set(Rflags.OF, overflow);
        return result;
    }

    private static boolean bit(long value, int number) {
        return (value >>> number & 1) != 0;
    }

    private static boolean sign(long value, int size) {
        return bit(value, 8 * size - 1);
    }

    private static boolean topBitsDiffer(long value, int size) {
        return sign(value, size) ^ bit(value, 8 * size - 2);
    }
}
