package org.vemmio.emulator.kernel;

import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.SourceLocation;
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
    /// Returns the check that refused, which knows what is to be printed of it.
    Check check() {
        return failure.check();
    }

    /// Returns the statement of the kernel's source that the Failure ends at.
    Check.Site site() {
        return check().site();
    }

    boolean isUser() {
        return failure.cpl() != 0;
    }

    /// Stops the kernel for good, and returns what becomes of the Failure.
    Outcome.Failed stop(KernelStop by, Decision decision) {
        kernel.stop(by);
        return by.outcome(failure, decision);
    }

    void log(LogEntry entry) {
        kernel.log().add(entry);
    }

    /// Writes a line as [KernelMemory#logLimited].
    void logLimited(SourceLocation place, String text) {
        kernel.logLimited(place, text, configuration.clock().getAsLong());
    }

    /// Writes what refused.
    void logRefusal() {
        log(new Check.Line(site().location(), "%s: %s (IP: 0x%%IP%%)".formatted(failure.handler(), check().text()),
                Check.Frequency.LIMITED));
    }

    void log(Check.Line line) {
        String text = line.text(failure.rip());
        switch (line.frequency()) {
            case LIMITED -> logLimited(line.location(), text);
            case ALWAYS -> log(new LogEntry.Message(line.location(), text));
            case ONCE -> {
                if (kernel.fire(line.location())) {
                    log(new LogEntry.Message(line.location(), text));
                }
            }
        }
    }

    /// Returns whether a warning at the statement is printed this time.
    boolean warns(Check.Frequency frequency) {
        return switch (frequency) {
            case ONCE -> kernel.fire(site().location());
            case LIMITED -> kernel.allows(site().location(), configuration.clock().getAsLong());
            case ALWAYS -> true;
        };
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
