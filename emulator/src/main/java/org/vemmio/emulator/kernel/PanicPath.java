package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Knobs;

/// Warnings and panics (Linux kernel/panic.c, `__warn`, `check_panic_on_warn`, `panic`).
final class PanicPath {
    private static final SourceLocation WARN_CHECK = new SourceLocation("kernel/panic.c", 296, "check_panic_on_warn");
    private static final SourceLocation WARN_LIMIT_CHECK =
            new SourceLocation("kernel/panic.c", 300, "check_panic_on_warn");

    private final Incident incident;

    PanicPath(Incident incident) {
        this.incident = incident;
    }

    /// Prints a warning, and returns the panic that it was too, if it was one.
    Optional<Ending.Panic> warn() {
        Knobs knobs = incident.knobs();
        Check.Site site = incident.site();
        int warnings = incident.kernel().countWarning();
        boolean tooOften = knobs.warnLimit() != 0 && warnings >= knobs.warnLimit();
        boolean fatal = knobs.panicOnWarn() || tooOften;
        incident.log(new LogEntry.Warning(site.location(), incident.check().printed().warning().map(Check.Warning::message).orElse(""), site.callers(),
                incident.crash(), fatal));
        if (knobs.panicOnWarn()) {
            return Optional.of(panic(WARN_CHECK, "kernel: panic_on_warn set ...", site.stack()));
        }
        if (tooOften) {
            return Optional.of(panic(WARN_LIMIT_CHECK,
                    "kernel: system warned too often (kernel.warn_limit is %d)".formatted(knobs.warnLimit()),
                    site.stack()));
        }
        incident.kernel().taint(Taint.WARN);
        return Optional.empty();
    }

    /// Stops the kernel at the statement that the Failure ends at.
    Ending.Panic panicAtSite() {
        Check check = incident.check();
        return panic(check.site().location(), check.panicText(), check.site().callers());
    }

    /// Stops the kernel.
    ///
    /// @param callers the functions above the place, innermost first
    Ending.Panic panic(SourceLocation place, String message, List<String> callers) {
        Optional<CrashContext> shown = incident.kernel().taint().contains(Taint.DIE) ? Optional.empty()
                : Optional.of(incident.crash());
        incident.log(new LogEntry.Panic(place, message, callers, shown));
        Ending.Panic end = new Ending.Panic(message);
        incident.kernel().stop(new KernelStop.Panicked(end));
        return end;
    }
}
