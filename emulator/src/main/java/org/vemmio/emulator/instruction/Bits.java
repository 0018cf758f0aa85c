package org.vemmio.emulator.instruction;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.ImmediateOperand;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.Flags;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.TranslatedOperand;

/// Instructions on single bits and bit fields, BMI1, BMI2 and CRC32 among them (Intel SDM vol. 2, BT, BTC, BTR, BTS,
/// BSF, BSR, TZCNT, LZCNT, POPCNT, ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI, PDEP, PEXT, CRC32).
///
/// Flags that the manuals leave undefined are those of AMD's Zen 3: bit tests and bit scans leave them; TZCNT and LZCNT
/// clear SF, AF and PF and leave OF; the others set PF and SF by the result and clear AF, which BEXTR sets.
final class Bits {
    static final Family FAMILY = new Family("bits", Map.ofEntries(
            entry("bt", instruction -> test(instruction, false, (old, bit) -> old)),
            entry("bts", instruction -> test(instruction, true, (old, bit) -> old | bit)),
            entry("btr", instruction -> test(instruction, true, (old, bit) -> old & ~bit)),
            entry("btc", instruction -> test(instruction, true, (old, bit) -> old ^ bit)),
            entry("bsf", instruction -> scan(instruction, Long::numberOfTrailingZeros)),
            entry("bsr", instruction -> scan(instruction, value -> 63 - Long.numberOfLeadingZeros(value))),
            entry("tzcnt", instruction -> load(instruction, 1, 0, Bits::trailingZeros)),
            entry("lzcnt", instruction -> load(instruction, 1, 0, Bits::leadingZeros)),
            entry("popcnt", instruction -> load(instruction, 1, 0, Bits::population)),
            entry("andn", instruction -> load(instruction, 2, 1, Bits::andNot)),
            entry("bextr", instruction -> load(instruction, 1, 2, Bits::extract)),
            entry("blsi", instruction -> load(instruction, 1, 0, Bits::isolateLowest)),
            entry("blsmsk", instruction -> load(instruction, 1, 0, Bits::maskToLowest)),
            entry("blsr", instruction -> load(instruction, 1, 0, Bits::resetLowest)),
            entry("bzhi", instruction -> load(instruction, 1, 2, Bits::zeroHigh)),
            entry("pdep", instruction -> load(instruction, 2, 1,
                    (flags, mask, from, size) -> Long.expand(from, mask))),
            entry("pext", instruction -> load(instruction, 2, 1,
                    (flags, mask, from, size) -> Long.compress(from, mask))),
            entry("crc32", instruction -> load(instruction, 1, 0,
                    (flags, data, crc, size) -> crc32(data, crc, size)))));

    /// The polynomial 11EDC6F41H of CRC32, lowest power in the highest bit.
    private static final long CRC_POLYNOMIAL = 0x82f6_3b78L;

    /// What becomes of the operand of a bit test.
    @FunctionalInterface
    private interface Change {
        /// Returns the operand's new value; `bit` has one bit set, the one tested.
        long apply(long old, long bit);
    }

    /// What an instruction that loads makes of memory.
    @FunctionalInterface
    private interface Function {
        /// Returns the result, and stages flags.
        ///
        /// @param memory what was read, zero-extended from `size` bytes
        /// @param other the other source operand, zero-extended; where there is none, the destination
        long apply(Flags flags, long memory, long other, int size);
    }

    private Bits() {
    }

    private static @Nullable MmioOperation test(Instruction instruction, boolean writes, Change change) {
        Operand operand = instruction.operands().get(0);
        Operand number = instruction.operands().get(1);
        int size = operand.width() / 8;
        if (GprRef.of(number) instanceof GprRef register) {
            return operand instanceof MemoryOperand memory
                    ? new StringTest(instruction, memory, register, writes, change) : null;
        }
        if (!(number instanceof ImmediateOperand immediate)) {
            return null;
        }
        long bit = bit(immediate.value(), size);
        return writes ? ReadModifyWrite.of(instruction, (execution, old) -> test(execution, old, bit, change))
                : Load.of(instruction, 0, (execution, value) -> test(execution, value, bit, change));
    }

    /// Returns a number in which just bit `number`, modulo the width of `size` bytes, is set.
    private static long bit(long number, int size) {
        return 1L << (number & 8 * size - 1);
    }

    private static long test(Execution execution, long old, long bit, Change change) {
        execution.flags().set(Rflags.CF, (old & bit) != 0);
        return change.apply(old, bit);
    }

    /// A bit test in a bit string that starts at the operand's address: the bit's number is signed, and selects the
    /// operand that is accessed as well as the bit in it (Intel SDM vol. 1, 4.5 "Bit Field Data Type", and vol. 2, BT).
    private static final class StringTest extends ArchitecturalOperation implements Execution.Modification {
        private final GprRef number;
        private final int size;
        private final AccessPlan operand;
        private final boolean locked;
        private final Change change;

        StringTest(Instruction instruction, MemoryOperand start, GprRef number, boolean writes, Change change) {
            super(instruction, Feature.GENERAL);
            this.number = number;
            this.size = number.size();
            this.operand = AccessPlan.of(MemoryRef.of(instruction, start), size, writes);
            this.locked = instruction.prefixes().lock();
            this.change = change;
        }

        @Override
        protected void execute(Execution execution) {
            long operands = Math.floorDiv(Bytes.signExtend(number.get(execution.cpu()), size), 8 * size);
            MemoryRef start = operand.ref();
            long offset = start.offset(execution.cpu(), execution.nextRip()) + operands * size & start.addressMask();
            TranslatedOperand translated = execution.open(0, operand, offset);
            if (operand.write()) {
                execution.modify(translated, locked, this);
            } else {
                apply(execution, translated.load());
            }
        }

        @Override
        public long apply(Execution execution, long old) {
            return test(execution, old, bit(number.get(execution.cpu()), size), change);
        }
    }

    /// A source of 0 leaves the whole destination, as AMD documents and Intel's processors do.
    private static @Nullable MmioOperation scan(Instruction instruction, LongToIntFunction search) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        return to == null ? null : Load.of(instruction, 1, (execution, value) -> {
            execution.flags().set(Rflags.ZF, value == 0);
            if (value != 0) {
                to.set(execution, search.applyAsInt(value));
            }
        });
    }

    private static @Nullable MmioOperation load(Instruction instruction, int memoryAt, int otherAt, Function function) {
        GprRef to = GprRef.of(instruction.operands().get(0));
        GprRef other = GprRef.of(instruction.operands().get(otherAt));
        int size = instruction.operands().get(memoryAt).width() / 8;
        return to == null || other == null ? null : Load.of(instruction, memoryAt, (execution, value) ->
                to.set(execution, function.apply(execution.flags(), value, other.get(execution.cpu()), size)));
    }

    private static long trailingZeros(Flags flags, long memory, long to, int size) {
        return counted(flags, memory, Math.min(Long.numberOfTrailingZeros(memory), 8 * size));
    }

    private static long leadingZeros(Flags flags, long memory, long to, int size) {
        return counted(flags, memory, Long.numberOfLeadingZeros(memory) - (64 - 8 * size));
    }

    private static long counted(Flags flags, long memory, long result) {
        flags.set(Rflags.ARITHMETIC & ~Rflags.OF, (memory == 0 ? Rflags.CF : 0) | (result == 0 ? Rflags.ZF : 0));
        return result;
    }

    private static long population(Flags flags, long memory, long to, int size) {
        flags.set(Rflags.ARITHMETIC, memory == 0 ? Rflags.ZF : 0);
        return Long.bitCount(memory);
    }

    private static long andNot(Flags flags, long memory, long inverted, int size) {
        return field(flags, memory & ~inverted, size, false);
    }

    private static long extract(Flags flags, long memory, long control, int size) {
        int start = (int) control & 0xff;
        int length = (int) (control >>> 8) & 0xff;
        long result = (start < 64 ? memory >>> start : 0) & lowBits(length);
        flags.set(Rflags.ARITHMETIC, Flags.signBits(result, size) | Rflags.AF);
        return result;
    }

    private static long isolateLowest(Flags flags, long memory, long to, int size) {
        return field(flags, memory & -memory, size, memory != 0);
    }

    private static long maskToLowest(Flags flags, long memory, long to, int size) {
        return field(flags, memory ^ memory - 1, size, memory == 0);
    }

    private static long resetLowest(Flags flags, long memory, long to, int size) {
        return field(flags, memory & memory - 1, size, memory == 0);
    }

    private static long zeroHigh(Flags flags, long memory, long control, int size) {
        int index = (int) control & 0xff;
        return field(flags, memory & lowBits(index), size, index >= 8 * size);
    }

    private static long lowBits(int count) {
        return count < 64 ? (1L << count) - 1 : -1;
    }

    private static long field(Flags flags, long result, int size, boolean carry) {
        flags.signs(result, size);
        flags.set(Rflags.CF | Rflags.AF | Rflags.OF, carry ? Rflags.CF : 0);
        return result;
    }

    private static long crc32(long data, long crc, int size) {
        long remainder = (crc ^ data) & 0xffff_ffffL;
        long rest = data >>> 32;
        for (int i = 0; i < 8 * size; i++) {
            long next = remainder >>> 1 ^ ((remainder & 1) != 0 ? CRC_POLYNOMIAL : 0);
            remainder = i == 31 ? next ^ rest : next;
        }
        return remainder;
    }
}
