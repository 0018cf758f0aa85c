package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.ImmediateOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.cpu.Cpu;

/// A value of up to 8 bytes that comes from a register or from the instruction itself.
@FunctionalInterface
interface Source {
    /// Returns the value; what lies above the operand's size does not count.
    long get(Cpu cpu);

    /// Returns the source that `operand` is, or null if it is neither a general-purpose register nor an immediate.
    static @Nullable Source of(Operand operand) {
        if (operand instanceof ImmediateOperand immediate) {
            long value = immediate.value();
            return cpu -> value;
        }
        GprRef register = GprRef.of(operand);
        return register == null ? null : register::get;
    }
}
