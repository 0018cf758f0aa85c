package org.vemmio.emulator.kernel;

import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.policy.Knobs;

/// One Failure as a kernel meets it, which its paths hand to each other; the kernel's lock is held.
///
/// @param configuration what the kernel is made of
/// @param kernel what it remembers
/// @param failure why the trap could not be dealt with
/// @param knobs the kernel's settings, as the policy has them
/// @param trapped where it trapped
record Incident(KernelConfiguration configuration, KernelMemory kernel, Failure failure, Knobs knobs,
        TrappedCpu trapped) {
    /// Returns the statement of the kernel's source that the Failure ends at.
    ReportSite site() {
        return ReportSite.of(failure);
    }

    boolean isUser() {
        return failure.cpl() != 0;
    }

    void log(LogEntry entry) {
        kernel.log().add(entry);
    }

    /// Writes a line as [KernelMemory#logLimited].
    void logLimited(SourceLocation place, String text) {
        kernel.logLimited(place, text, configuration.clock().getAsLong());
    }

    /// Returns what a report that is written now shows.
    CrashContext crash() {
        return new CrashContext(trapped.context(), kernel.taint(), configuration.release(), trapped.registers());
    }

    /// Tells the notifiers of an event, and returns whether one has taken it.
    boolean taken(DieEvent event) {
        return configuration.notifiers().stream()
                .anyMatch(notifier -> notifier.takes(event, failure, trapped.cpu()));
    }
}
