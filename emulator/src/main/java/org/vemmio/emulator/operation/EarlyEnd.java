package org.vemmio.emulator.operation;

import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// How an operation ended before its work was done: kept here while an [Interruption] unwinds it. One per [Execution].
final class EarlyEnd {
    private boolean faulted;
    private int vector;
    private int errorCode;
    private long faultAddress;
    private FailureReason reason = FailureReason.DEVICE_REFUSED;
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
    RuntimeException refuse(FailureReason reason, String detail) {
        refused(reason, detail);
        throw Interruption.INSTANCE;
    }

    /// Notes that the operation has ended with a Failure.
    void refused(FailureReason reason, String detail) {
        this.reason = reason;
        this.detail = detail;
        faulted = false;
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

    FailureReason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
