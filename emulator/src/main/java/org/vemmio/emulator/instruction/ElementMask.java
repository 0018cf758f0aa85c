package org.vemmio.emulator.instruction;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Execution;

/// Which elements of its operands a masked instruction works on.
///
/// @param bits tells the active elements: bit `i` stands for element `i`; bits beyond the last element do not count
/// @param zeroing whether an element of the destination register that is not active becomes 0, or keeps its value
record ElementMask(MaskBits bits, boolean zeroing) {
    /// Where the mask is found.
    @FunctionalInterface
    interface MaskBits {
        long get(Execution execution);
    }

    /// Returns the write mask of an EVEX instruction (Intel SDM vol. 2, 2.7.4 and 2.7.5), or null if it has none.
    static @Nullable ElementMask of(Instruction instruction) {
        int register = instruction.maskRegister();
        return register == 0 ? null
                : new ElementMask(execution -> execution.cpu().mask(register), instruction.isZeroing());
    }

    /// Returns the mask that the top bits of a register's elements are.
    static ElementMask ofSigns(VectorRef register, int elementSize) {
        return new ElementMask(execution -> register.signs(execution, elementSize), true);
    }

    long active(Execution execution) {
        return bits.get(execution);
    }

    /// The elements of a register that an instruction writes.
    ///
    /// @param elementSize bytes of one element
    /// @param count how many elements there are, from the lowest
    record Destination(VectorRef register, int elementSize, int count) {
    }

    /// Gives the elements of `result` that are not active the value they have after the instruction.
    ///
    /// @param active as [#active] told
    /// @param result the destination's new value, with all elements as if they were active
    void apply(Execution execution, long active, Destination to, byte[] result) {
        int elementSize = to.elementSize();
        byte[] before = execution.scratch(0);
        if (zeroing) {
            Arrays.fill(before, (byte) 0);
        } else {
            to.register().get(execution, before);
        }
        for (int i = 0; i < to.count(); i++) {
            if ((active >>> i & 1) == 0) {
                System.arraycopy(before, i * elementSize, result, i * elementSize, elementSize);
            }
        }
    }
}
