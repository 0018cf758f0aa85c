package org.vemmio.emulator.operation;

import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Outcome;

/// How an operation ended before its work was done: kept here while an [Interruption] unwinds it. One per [Execution].
final class EarlyEnd {
    private ExecutionResult result = OperationRefusal.early(CommonChecks.DEVICE_REFUSED, "");
    private boolean keepsRegisters;

    /// Ends the operation with a fault; returns never.
    RuntimeException fault(int vector, int errorCode) {
        return raise(new ExecutionResult.RaisedException(vector, errorCode, 0, false));
    }

    /// Ends the operation with a page fault at `address`; returns never.
    RuntimeException pageFault(long address, int errorCode) {
        return raise(new ExecutionResult.RaisedException(Outcome.Exception.PF, errorCode, address, false));
    }

    private RuntimeException raise(ExecutionResult.RaisedException exception) {
        result = exception;
        throw Interruption.INSTANCE;
    }

    /// Ends the operation with a Failure; returns never.
    RuntimeException refuse(Check check, String detail) {
        result = OperationRefusal.early(check, detail);
        keepsRegisters = false;
        throw Interruption.INSTANCE;
    }

    /// Ends the operation with a Failure that leaves what is staged; returns never.
    RuntimeException refuseKeeping(Check check, String detail) {
        if (!check.exit().late()) {
            throw new IllegalArgumentException("the check '%s' is not late, and keeps no registers".formatted(check.label()));
        }
        result = OperationRefusal.early(check, detail);
        keepsRegisters = true;
        throw Interruption.INSTANCE;
    }

    /// Returns how the operation ended; a refusal does not yet tell what is kept.
    ExecutionResult result() {
        return result;
    }

    /// Returns whether what is staged is to be committed although the operation was refused.
    boolean keepsRegisters() {
        return keepsRegisters;
    }
}
