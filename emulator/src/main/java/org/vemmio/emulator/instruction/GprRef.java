package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MemoryRef;

/// A general-purpose register at one of its widths.
///
/// @param number 0 to 15
/// @param size 1, 2, 4 or 8 bytes
/// @param high whether it is AH, CH, DH or BH, bits 15:8 of register 0 to 3
record GprRef(int number, int size, boolean high) {
    /// Returns the register that `register` names, or null if it is not a general-purpose one.
    static @Nullable GprRef of(Register register) {
        return register.file().isGeneralPurpose()
                ? new GprRef(register.number(), register.width() / 8, register.file() == RegisterFile.GPR8_HIGH) : null;
    }

    /// Returns the register that `operand` is, or null if it is none or not a general-purpose one.
    static @Nullable GprRef of(Operand operand) {
        return operand instanceof RegisterOperand register ? of(register.register()) : null;
    }

    /// Returns the value, zero-extended.
    long get(Cpu cpu) {
        long slot = cpu.gpr(number);
        return high ? slot >>> 8 & 0xff : slot & MemoryRef.mask(8 * size);
    }

    /// Stages a new value, of which the low `size` bytes count; the rest of the register as the processor does it.
    void set(Execution execution, long value) {
        long slot = execution.cpu().gpr(number);
        execution.setGpr(number, high ? slot & ~0xff00L | (value & 0xff) << 8 : Gpr.merge(slot, size, value));
    }
}
