package org.vemmio.emulator.instruction;

import java.util.List;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MmioOperation;

/// An operation that does what the processor does.
abstract class ArchitecturalOperation extends MmioOperation {
    /// The name of the handler that executes such operations.
    static final String HANDLER = "architectural";

    ArchitecturalOperation(Instruction instruction, Feature feature) {
        super(HANDLER, instruction, instruction.length(), feature, true, List.of());
    }
}
