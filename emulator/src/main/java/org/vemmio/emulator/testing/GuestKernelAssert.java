package org.vemmio.emulator.testing;

import org.assertj.core.api.AbstractAssert;
import org.vemmio.emulator.kernel.GuestKernel;

/// Assertions about what a guest's kernel remembers.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class GuestKernelAssert extends AbstractAssert<GuestKernelAssert, GuestKernel> {
    GuestKernelAssert(GuestKernel actual) {
        super(actual, GuestKernelAssert.class);
    }

    private GuestKernelAssert check(boolean holds, String expected) {
        if (!holds) {
            throw failure("%s", Report.of(actual).contradicting(expected));
        }
        return this;
    }

    /// Asserts how many warnings it has printed.
    public GuestKernelAssert hasWarned(int times) {
        isNotNull();
        return check(actual.warnings() == times, Report.count(times, "warning", "warnings"));
    }

    /// Asserts how many oopses there were, those of BUG() and those that were a panic included.
    public GuestKernelAssert hasOopsed(int times) {
        isNotNull();
        return check(actual.oopses() == times, Report.count(times, "oops", "oopses"));
    }

    /// Asserts that it has stopped.
    ///
    /// @param message the text of the panic line behind `Kernel panic - not syncing: `
    public GuestKernelAssert hasPanicked(String message) {
        isNotNull();
        return check(actual.panic().filter(panic -> panic.message().equals(message)).isPresent(),
                "a panic: " + message);
    }

    /// Asserts that it still runs, as [GuestKernel#hasStopped] tells.
    public GuestKernelAssert isRunning() {
        isNotNull();
        return check(!actual.hasStopped(), "a kernel that runs");
    }

    /// Asserts that the log as Linux prints it has this text.
    public GuestKernelAssert logs(String text) {
        isNotNull();
        return check(actual.logText().contains(text), "a log that contains '%s'".formatted(text));
    }

    /// Asserts that nothing has been logged.
    public GuestKernelAssert logsNothing() {
        isNotNull();
        return check(actual.log().isEmpty() && actual.droppedReports() == 0, "an empty log");
    }
}
