package org.vemmio.emulator.outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.vemmio.emulator.input.Glob;

/// One rung of a handler's ladder: what it refuses, where that stands in the handler's source, and what the handler does
/// then. Data, from which follow what a log shows, what the policy `own` does, and what help texts and tables say.
/// Immutable.
///
/// @param label how policies, recordings and reports call it: lower-case letters, digits and hyphens
/// @param text why it refuses, in a few words of English, without a full stop
/// @param lifetime in which versions of the handler it is
/// @param site the statement that refuses
/// @param printed what the handler prints by itself
/// @param returned what the handler's function returns
/// @param exit what the handler does in the end
/// @param hints what to write instead, most special form first
public record Check(String label, String text, Lifetime lifetime, Site site, Printed printed, Returned returned,
        Exit exit, List<Hint> hints) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /// Creates a check; `hints` is copied.
    ///
    /// @throws IllegalArgumentException if the label is not of its form
    public Check {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException(
                    "the label '%s' is not lower-case letters, digits and single hyphens".formatted(label));
        }
        hints = List.copyOf(hints);
    }

    /// {@return a builder of a check with the defaults that its methods tell}
    ///
    /// @param label as [#label]
    /// @param text as [#text]
    public static Builder named(String label, String text) {
        return new Builder(label, text);
    }

    /// A change of a handler's source.
    ///
    /// @param version the first release with it
    /// @param commit the first digits of its name
    /// @param day when it was committed (UTC), as ISO 8601 writes it, such as `2024-09-26`
    public record Change(String version, String commit, String day) {
        private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

        /// Creates a change.
        ///
        /// @throws IllegalArgumentException if the day is not of its form
        public Change {
            if (!DAY.matcher(day).matches()) {
                throw new IllegalArgumentException("a day is written as 2024-09-26, not '%s'".formatted(day));
            }
        }

        /// {@return for instance `6.12 (d4fc4d014715, 2024-09-26)`}
        @Override
        public String toString() {
            return "%s (%s, %s)".formatted(version, commit, day);
        }
    }

    /// In which versions a check is.
    ///
    /// @param since what brought it; empty where that is not told, as of a check as old as the handler
    /// @param until what took it away; empty if it is still there
    public record Lifetime(Optional<Change> since, Optional<Change> until) {
        /// From the handler's first version on.
        public static final Lifetime ALWAYS = new Lifetime(Optional.empty(), Optional.empty());
    }

    /// A statement of a handler's source: the one that warns, or, where the handler is silent, the one that returns. A
    /// once-only warning is once per statement.
    ///
    /// @param location where it stands
    /// @param callers the functions on the stack above it, innermost first
    public record Site(SourceLocation location, List<String> callers) {
        /// Creates a site; `callers` is copied.
        public Site {
            callers = List.copyOf(callers);
        }

        /// {@return the stack at the statement, innermost function first}
        public List<String> stack() {
            return stack(location.function(), callers);
        }

        /// {@return the stack in a function}
        ///
        /// @param callers the functions above it, innermost first
        public static List<String> stack(String function, List<String> callers) {
            List<String> stack = new ArrayList<>();
            stack.add(function);
            stack.addAll(callers);
            return stack;
        }
    }

    /// What a handler prints where it gives up and does what it does by itself: the warning first, then the line, then
    /// what its exit prints.
    ///
    /// @param warning a warning at the statement that refuses
    /// @param line a line beside it
    /// @param panic what the statement says where it panics; empty where it says what the warning says, or, without one,
    ///     the check's text
    public record Printed(Optional<Warning> warning, Optional<Line> line, String panic) {
        /// Nothing.
        public static final Printed NOTHING = new Printed(Optional.empty(), Optional.empty(), "");
    }

    /// How often a statement prints.
    public enum Frequency {
        /// The first time since the kernel booted (`WARN_ON_ONCE`, `pr_warn_once`).
        ONCE,
        /// At most ten times in five seconds (`pr_err_ratelimited`).
        LIMITED,
        /// Each time.
        ALWAYS
    }

    /// A warning with its stack (`WARN`).
    ///
    /// @param message what it says beside its place; may be empty
    /// @param frequency how often it is printed
    public record Warning(String message, Frequency frequency) {
    }

    /// A line of a log.
    ///
    /// @param location the statement that prints it
    /// @param format the line; `%IP%` in it stands for the instruction pointer, in hexadecimal digits
    /// @param frequency how often it is printed
    public record Line(SourceLocation location, String format, Frequency frequency) {
        /// {@return the line of a trap at this instruction pointer}
        public String text(long rip) {
            return format.replace("%IP%", Long.toHexString(rip));
        }
    }

    /// What a function returns.
    ///
    /// @param word in the handler's own words, such as `-EINVAL` or `ES_UNSUPPORTED`
    /// @param errno the error number that it is, or that recordings give for it
    public record Returned(String word, Optional<Errno> errno) {
    }

    /// What a handler does in the end.
    ///
    /// @param action what it does by itself
    /// @param exception as what its kernel takes the trap, where it comes to the path of a #GP
    /// @param termination where it asks the host to end the guest, if it does
    /// @param late whether it refuses after a device was accessed, or leaves registers changed
    public record Exit(Action action, Raised exception, Optional<Termination> termination, boolean late) {
        /// Creates an exit.
        ///
        /// @throws IllegalArgumentException if `action` is [Action.Own]
        public Exit {
            if (action instanceof Action.Own) {
                throw new IllegalArgumentException("what a handler does by itself is not told by 'own'");
            }
        }
    }

    /// As what exception a kernel takes a trap that it could not deal with.
    ///
    /// @param dieString what the first line of an oops calls it, such as `VE fault`
    /// @param vector its number, 0 to 255, which fixups of the type FAULT leave in RAX
    /// @param addressed whether fixups are told the linear address of the trap, or 0
    public record Raised(String dieString, int vector, boolean addressed) {
        /// #GP.
        public static final Raised GENERAL_PROTECTION =
                new Raised("general protection fault", Outcome.Exception.GP, true);
    }

    /// Where a handler asks the host to end the guest.
    ///
    /// @param registers the statement that shows the registers before
    /// @param returned the statement that panics if the host lets the guest go on
    public record Termination(SourceLocation registers, Site returned) {
    }

    /// What to write instead of an instruction that is refused.
    ///
    /// @param forms the forms of instruction that it is for, such as `rep *` or `mov m??, imm*`; `*` is any text, `?` any
    ///     character
    /// @param text a sentence
    public record Hint(String forms, String text) {
    }

    /// {@return what to write instead of an instruction of this form, as
    /// [org.vemmio.emulator.survey.InstructionForm] names it, if the handler's source or its authors tell}
    public Optional<String> hint(String form) {
        return hints.stream().filter(hint -> Glob.matches(hint.forms(), form)).map(Hint::text).findFirst();
    }

    /// {@return what the handler does by itself; a warning that is followed by the path of a #GP is one action with it}
    public Action own() {
        return exit.action() instanceof Action.GeneralProtection ? printed.warning
                .filter(warning -> warning.frequency != Frequency.LIMITED)
                .<Action>map(warning -> new Action.WarnAndGeneralProtection(warning.frequency == Frequency.ONCE))
                .orElse(exit.action()) : exit.action();
    }

    /// {@return what the statement says where it panics}
    public String panicText() {
        String said = printed.panic.isEmpty() ? printed.warning.map(Warning::message).orElse("") : printed.panic;
        return said.isEmpty() ? text : said;
    }

    /// {@return this check at another place}
    public Check at(SourceLocation location) {
        return new Check(label, text, lifetime, new Site(location, site.callers()), printed, returned, exit, hints);
    }

    /// {@return this check on another line of its file: of its statement, and of the line it prints if that is the same
    /// statement}
    public Check onLine(int line) {
        SourceLocation place = moved(site.location(), line);
        Printed moved = new Printed(printed.warning, printed.line.map(printing ->
                printing.location.equals(site.location) ? new Line(place, printing.format, printing.frequency)
                        : printing), printed.panic);
        return new Check(label, text, lifetime, new Site(place, site.callers()), moved, returned, exit, hints);
    }

    private static SourceLocation moved(SourceLocation location, int line) {
        return new SourceLocation(location.file(), line, location.function());
    }

    /// {@return this check with another exception}
    public Check raising(Raised exception) {
        return new Check(label, text, lifetime, site, printed, returned,
                new Exit(exit.action(), exception, exit.termination(), exit.late()), hints);
    }

    /// {@return label and text}
    @Override
    public String toString() {
        return label + ": " + text;
    }

    /// Collects what a check consists of. For one thread.
    public static final class Builder {
        private final String label;
        private final String text;
        private Lifetime lifetime = Lifetime.ALWAYS;
        private Site site = new Site(Ladder.NOWHERE, List.of());
        private Printed printed = Printed.NOTHING;
        private Returned returned = new Returned("", Optional.empty());
        private Action action = new Action.Propagate();
        private Raised exception = Raised.GENERAL_PROTECTION;
        private Optional<Termination> termination = Optional.empty();
        private boolean late;
        private final List<Hint> hints = new ArrayList<>();

        private Builder(String label, String text) {
            this.label = Objects.requireNonNull(label);
            this.text = Objects.requireNonNull(text);
        }

        /// Sets what brought the check; not told unless set.
        ///
        /// @param version as [Change#version]
        /// @param commit as [Change#commit]
        /// @param day as [Change#day]
        public Builder since(String version, String commit, String day) {
            lifetime = new Lifetime(Optional.of(new Change(version, commit, day)), lifetime.until());
            return this;
        }

        /// Sets what took the check away; it is still there unless told.
        ///
        /// The parameters are those of [#since].
        public Builder until(String version, String commit, String day) {
            lifetime = new Lifetime(lifetime.since(), Optional.of(new Change(version, commit, day)));
            return this;
        }

        /// Sets the statement that refuses; without it the check stands at its number on its handler's [Ladder].
        ///
        /// @param callers the functions on the stack above it, innermost first
        public Builder at(SourceLocation location, List<String> callers) {
            site = new Site(location, callers);
            return this;
        }

        /// Sets what the statement says where it panics; the check's text unless told.
        public Builder panicking(String message) {
            printed = new Printed(printed.warning, printed.line, message);
            action = new Action.Panic();
            return this;
        }

        /// Says that the statement warns, once (`WARN_ONCE`).
        ///
        /// @param message what it says beside its place; may be empty (`WARN_ON_ONCE`)
        public Builder warningOnce(String message) {
            return warning(new Warning(message, Frequency.ONCE));
        }

        /// Sets a warning at the statement; none unless told.
        public Builder warning(Warning warning) {
            printed = new Printed(Optional.of(warning), printed.line, printed.panic);
            return this;
        }

        /// Sets a line that is printed where the handler gives up; none unless told.
        public Builder printing(Line line) {
            printed = new Printed(printed.warning, Optional.of(line), printed.panic);
            return this;
        }

        /// Sets the error number that is returned, as a negative one.
        public Builder returning(Errno errno) {
            returned = new Returned("-" + errno, Optional.of(errno));
            return this;
        }

        /// Sets what is returned; nothing unless told.
        ///
        /// @param word in the handler's own words
        public Builder returning(String word) {
            returned = new Returned(word, returned.errno());
            return this;
        }

        /// Sets what is returned.
        ///
        /// @param word in the handler's own words
        /// @param recorded the error number that recordings give for it
        public Builder returning(String word, Errno recorded) {
            returned = new Returned(word, Optional.of(recorded));
            return this;
        }

        /// Sets what the handler does by itself; it hands the Failure to its caller unless told.
        public Builder ending(Action action) {
            this.action = Objects.requireNonNull(action);
            return this;
        }

        /// Says that the host is asked to end the guest, and where.
        public Builder terminating(Termination where) {
            termination = Optional.of(where);
            action = new Action.Terminate();
            return this;
        }

        /// Sets the exception; a #GP unless told.
        public Builder raising(Raised exception) {
            this.exception = Objects.requireNonNull(exception);
            return this;
        }

        /// Says that the check refuses after a device was accessed, or leaves registers changed.
        public Builder late() {
            late = true;
            return this;
        }

        /// Adds what to write instead, behind the hints added before.
        ///
        /// @param forms as [Hint#forms]
        /// @param text as [Hint#text]
        public Builder hint(String forms, String text) {
            hints.add(new Hint(forms, text));
            return this;
        }

        /// {@return the check}
        ///
        /// @throws IllegalArgumentException if the label is not of its form, or the action is [Action.Own]
        public Check build() {
            return new Check(label, text, lifetime, site, printed, returned, new Exit(action, exception, termination, late),
                    hints);
        }
    }
}
