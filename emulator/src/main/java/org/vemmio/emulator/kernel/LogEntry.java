package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.SourceLocation;

/// One report in a kernel's log. Immutable.
public sealed interface LogEntry {
    /// {@return where in the kernel's source it comes from}
    SourceLocation place();

    /// {@return the report as Linux 6.12 prints it, without the time in front of each line}
    List<String> lines();

    /// A line of text.
    ///
    /// @param text the line
    record Message(SourceLocation place, String text) implements LogEntry {
        @Override
        public List<String> lines() {
            return List.of(text);
        }
    }

    /// A warning (Linux kernel/panic.c, `__warn`).
    ///
    /// The registers of the handler itself, which Linux prints, are not known here; those of the instruction that
    /// trapped stand in the call trace.
    ///
    /// @param message what the statement says; may be empty
    /// @param callers the functions above the place, innermost first
    /// @param fatal whether it was a panic too, which leaves the report without its end
    record Warning(SourceLocation place, String message, List<String> callers, CrashContext crash, boolean fatal)
            implements LogEntry {
        /// Creates a warning; `callers` is copied.
        public Warning {
            callers = List.copyOf(callers);
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(LogMarkers.CUT_HERE);
            if (!message.isEmpty()) {
                lines.add(message);
            }
            lines.add("WARNING: CPU: %d PID: %d at %s".formatted(crash.context().cpu(), crash.context().pid(), place));
            lines.add(LogMarkers.MODULES);
            lines.addAll(crash.head());
            lines.addAll(crash.callTrace(Check.Site.stack(place.function(), callers), true));
            if (!fatal) {
                lines.add(LogMarkers.END_TRACE);
            }
            return lines;
        }
    }

    /// BUG() (Linux lib/bug.c, `report_bug`); an oops follows.
    record BugReport(SourceLocation place) implements LogEntry {
        @Override
        public List<String> lines() {
            return List.of(LogMarkers.CUT_HERE, "kernel BUG at %s:%d!".formatted(place.file(), place.line()));
        }
    }

    /// An oops (Linux arch/x86/kernel/dumpstack.c, `die`).
    ///
    /// @param headline its first line
    /// @param handlerStack where the kernel's own code failed, as by BUG(), the functions on the stack, innermost
    ///     first; empty where it was the instruction that trapped
    /// @param summary the registers that Linux repeats at the end, those of the first oops; empty if that was in the
    ///     kernel's own code, whose registers are not known here
    record Oops(SourceLocation place, String headline, List<String> handlerStack, CrashContext crash,
            Optional<Registers> summary) implements LogEntry {
        /// Creates an oops; `handlerStack` is copied.
        public Oops {
            handlerStack = List.copyOf(handlerStack);
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(headline);
            lines.addAll(crash.head());
            if (handlerStack.isEmpty()) {
                lines.addAll(crash.registers().all());
            }
            lines.addAll(crash.callTrace(handlerStack, !handlerStack.isEmpty()));
            lines.add(LogMarkers.MODULES);
            lines.add(LogMarkers.END_TRACE);
            summary.ifPresent(registers -> lines.addAll(registers.all()));
            return lines;
        }
    }

    /// The registers, without an oops (Linux arch/x86/kernel/dumpstack.c, `show_regs`).
    record RegisterReport(SourceLocation place, CrashContext crash) implements LogEntry {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>(crash.head());
            lines.addAll(crash.registers().all());
            lines.addAll(crash.callTrace(List.of(), false));
            return lines;
        }
    }

    /// A panic (Linux kernel/panic.c, `panic`); the kernel writes nothing after it.
    ///
    /// @param message the text behind `Kernel panic - not syncing: `
    /// @param callers the functions above the place, innermost first
    /// @param crash what Linux shows of the stack; empty after an oops
    record Panic(SourceLocation place, String message, List<String> callers, Optional<CrashContext> crash)
            implements LogEntry {
        /// Creates a panic; `callers` is copied.
        public Panic {
            callers = List.copyOf(callers);
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("Kernel panic - not syncing: " + message);
            crash.ifPresent(shown -> {
                lines.addAll(shown.head());
                lines.addAll(shown.callTrace(Check.Site.stack(place.function(), callers), true));
            });
            lines.add("---[ end Kernel panic - not syncing: " + message + " ]---");
            return lines;
        }
    }
}
