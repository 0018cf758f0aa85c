package org.vemmio.emulator.instruction;

import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;

/// An operation that does what the processor does.
abstract class ArchitecturalOperation extends MmioOperation {
    ArchitecturalOperation(Instruction instruction, Feature feature) {
        super(instruction, feature);
    }

    /// Returns an access to `operand`, all of it, as the architecture checks most: of no required alignment.
    static AccessPlan access(Instruction instruction, MemoryOperand operand, boolean write) {
        return AccessPlan.of(MemoryRef.of(instruction, operand), operand.width() / 8, write);
    }
}
