package org.vemmio.emulator.operation;

import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Failure;

/// How an operation was refused. Immutable.
///
/// @param check which check refused
/// @param detail what the check leaves open; may be empty
/// @param kept what stays of the operation
public record OperationRefusal(Check check, String detail, Failure.Kept kept)
        implements ExecutionResult {
    /// {@return a refusal before anything was done}
    public static OperationRefusal early(Check check, String detail) {
        return new OperationRefusal(check, detail, Failure.Kept.NOTHING);
    }
}
