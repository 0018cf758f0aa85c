package org.vemmio.emulator.kernel;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.outcome.SourceLocation;

/// What a kernel remembers from one Failure to the next. Not safe for several threads.
final class KernelMemory {
    private final KernelLog log;
    private final Set<SourceLocation> fired = new HashSet<>();
    private final Map<SourceLocation, RateLimit> limits = new HashMap<>();
    private final Set<Taint> taint = EnumSet.noneOf(Taint.class);
    private int warnings;
    private int oopses;
    private int deaths;
    private Optional<Registers> firstOops = Optional.empty();
    private @Nullable KernelStop stop;

    KernelMemory(int logCapacity) {
        log = new KernelLog(logCapacity);
    }

    KernelLog log() {
        return log;
    }

    /// Writes a line from a place that prints at most so often, and before it how many it has left out.
    ///
    /// @param now the time in milliseconds
    void logLimited(SourceLocation place, String text, long now) {
        RateLimit.Allowance allowance = limits.computeIfAbsent(place, _ -> new RateLimit()).next(now);
        if (allowance.suppressed() > 0) {
            log.add(new LogEntry.Message(place,
                    "%s: %d callbacks suppressed".formatted(place.function(), allowance.suppressed())));
        }
        if (allowance.prints()) {
            log.add(new LogEntry.Message(place, text));
        }
    }

    /// Returns whether a place that prints at most so often prints now.
    ///
    /// @param now the time in milliseconds
    boolean allows(SourceLocation place, long now) {
        return limits.computeIfAbsent(place, _ -> new RateLimit()).next(now).prints();
    }

    /// Fires a once-only warning, and returns whether it had not fired before.
    boolean fire(SourceLocation place) {
        return fired.add(place);
    }

    Set<Taint> taint() {
        return taint;
    }

    void taint(Taint by) {
        taint.add(by);
    }

    /// Counts a warning, and returns how many there were, this one included.
    int countWarning() {
        return ++warnings;
    }

    int warnings() {
        return warnings;
    }

    /// Counts an oops, and returns how many there were, this one included.
    ///
    /// @param shown the registers it shows, kept if it is the first
    int countOops(Optional<Registers> shown) {
        if (oopses == 0) {
            firstOops = shown;
        }
        return ++oopses;
    }

    int oopses() {
        return oopses;
    }

    /// Returns the registers that the first oops showed.
    Optional<Registers> firstOops() {
        return firstOops;
    }

    /// Counts an oops that may kill a task, and returns how many there were, this one included.
    int countDeath() {
        return ++deaths;
    }

    void stop(KernelStop by) {
        stop = by;
    }

    /// Returns what stopped the kernel, if it has stopped.
    Optional<KernelStop> stop() {
        return Optional.ofNullable(stop);
    }
}
