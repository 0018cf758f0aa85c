package org.vemmio.emulator.operation;

import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.outcome.Hazard;

/// An instruction that its handler passes over and reports as done: RIP moves on, and nothing else happens.
public final class SkippedOperation extends MmioOperation {
    /// Creates an operation with the hazard [Hazard.Kind#SKIPPED].
    ///
    /// @param decoding what the processor makes of the bytes
    /// @param length bytes by which RIP advances, 1 to 15
    /// @throws IllegalArgumentException if the length is out of its range
    public SkippedOperation(Decoding decoding, int length) {
        super(decoding, checked(length), List.of(new Hazard(Hazard.Kind.SKIPPED, text(decoding))));
    }

    private static int checked(int length) {
        if (length < 1 || length > Instruction.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an instruction has 1 to %d bytes, not %d".formatted(Instruction.MAX_LENGTH, length));
        }
        return length;
    }

    private static String text(Decoding decoding) {
        return decoding instanceof Instruction instruction ? instruction.mnemonic() : "no such instruction";
    }

    @Override
    protected void execute(Execution execution) {
        // Only RIP moves, as after every operation.
    }
}
