package org.vemmio.emulator.testing;

import java.util.List;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.replay.ReplayResult;

/// Where assertions begin. The methods stand beside those of AssertJ's own `Assertions` under static imports of both.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class VemmioAssertions {
    private VemmioAssertions() {
    }

    /// {@return assertions about what became of a trap}
    public static OutcomeAssert assertThat(Outcome actual) {
        return new OutcomeAssert(actual);
    }

    /// {@return assertions about what came of a trap written by hand}
    public static TrapRunAssert assertThat(TrapRun actual) {
        return new TrapRunAssert(actual);
    }

    /// {@return assertions about what came of a recorded trap}
    public static ReplayResultAssert assertThat(ReplayResult actual) {
        return new ReplayResultAssert(actual);
    }

    /// {@return assertions about why a trap could not be dealt with}
    public static FailureAssert assertThat(Failure actual) {
        return new FailureAssert(actual);
    }

    /// {@return assertions about a difference from the architecture}
    public static HazardAssert assertThat(Hazard actual) {
        return new HazardAssert(actual);
    }

    /// {@return assertions about device accesses}
    public static DeviceAccessesAssert assertThat(List<DeviceAccess> actual) {
        return new DeviceAccessesAssert(actual);
    }

    /// {@return assertions about what became of registers}
    public static RegisterChangesAssert assertThat(RegisterChanges actual) {
        return new RegisterChangesAssert(actual);
    }

    /// {@return assertions about a guest's kernel}
    public static GuestKernelAssert assertThat(GuestKernel actual) {
        return new GuestKernelAssert(actual);
    }
}
