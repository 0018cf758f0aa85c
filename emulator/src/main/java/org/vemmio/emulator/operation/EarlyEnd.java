package org.vemmio.emulator.operation;

import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Outcome;

/// How an operation ended before its work was done: kept here while an [Interruption] unwinds it. One per [Execution].
final class EarlyEnd {
    private boolean faulted;
    private int vector;
    private int errorCode;
    private long faultAddress;
    private Check check = CommonChecks.DEVICE_REFUSED;
    private boolean keepsRegisters;
    private String detail = "";

    /// Ends the operation with a fault; returns never.
    RuntimeException fault(int vector, int errorCode) {
        this.vector = vector;
        this.errorCode = errorCode;
        faulted = true;
        throw Interruption.INSTANCE;
    }

    /// Ends the operation with a page fault at `address`; returns never.
    RuntimeException pageFault(long address, int errorCode) {
        faultAddress = address;
        return fault(Outcome.Exception.PF, errorCode);
    }

    /// Ends the operation with a Failure; returns never.
    RuntimeException refuse(Check check, String detail) {
        refused(check, detail);
        throw Interruption.INSTANCE;
    }

    /// Ends the operation with a Failure that leaves what is staged; returns never.
    RuntimeException refuseKeeping(Check check, String detail) {
        if (!check.exit().late()) {
            throw new IllegalArgumentException("the check '%s' is not late, and keeps no registers".formatted(check.label()));
        }
        refused(check, detail);
        keepsRegisters = true;
        throw Interruption.INSTANCE;
    }

    /// Notes that the operation has ended with a Failure.
    void refused(Check check, String detail) {
        this.check = check;
        this.detail = detail;
        faulted = false;
        keepsRegisters = false;
    }

    /// Notes that the operation was completed, and that a single step follows.
    void singleStep() {
        vector = Outcome.Exception.DB;
        errorCode = 0;
    }

    boolean faulted() {
        return faulted;
    }

    int vector() {
        return vector;
    }

    int errorCode() {
        return errorCode;
    }

    /// Returns the address of a page fault; of any other exception 0.
    long faultAddress() {
        return vector == Outcome.Exception.PF ? faultAddress : 0;
    }

    Check check() {
        return check;
    }

    /// Returns whether what is staged is to be committed although the operation has ended with a Failure.
    boolean keepsRegisters() {
        return keepsRegisters;
    }

    String detail() {
        return detail;
    }
}
