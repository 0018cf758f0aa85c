package org.vemmio.emulator.testing;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;

/// Assertions about what came of a trap written by hand.
public final class TrapRunAssert extends AbstractRunAssert<TrapRunAssert, TrapRun> {
    private @Nullable RegisterChanges registers;

    TrapRunAssert(TrapRun actual) {
        super(actual, TrapRunAssert.class);
    }

    @Override
    Outcome outcome() {
        return actual.outcome();
    }

    @Override
    RecordedTrap trap() {
        return actual.trap();
    }

    @Override
    RegisterChanges registers() {
        if (registers == null) {
            registers = actual.registers();
        }
        return registers;
    }

    /// {@return assertions about the device accesses}
    public DeviceAccessesAssert accesses() {
        isNotNull();
        return new DeviceAccessesAssert(actual.accesses());
    }

    /// {@return assertions about the guest's kernel}
    public GuestKernelAssert kernel() {
        isNotNull();
        return new GuestKernelAssert(actual.kernel());
    }
}
