package org.vemmio.emulator.outcome;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The checks of one handler, in the order in which it comes to them. Immutable.
public final class Ladder {
    static final SourceLocation NOWHERE = new SourceLocation("", 0, "");

    private final String handler;
    private final String source;
    private final Map<String, Check> checks;

    private Ladder(String handler, String source, Map<String, Check> checks) {
        this.handler = Objects.requireNonNull(handler);
        this.source = Objects.requireNonNull(source);
        this.checks = checks;
    }

    /// {@return a ladder of a handler that stands for no other code}
    ///
    /// The parameters and what is thrown are those of [#of(String, String, List)].
    public static Ladder of(String handler, List<Check> checks) {
        return of(handler, "", checks);
    }

    /// {@return a ladder}
    ///
    /// @param handler the handler's name
    /// @param source the release in which the lines of the checks were counted, such as `Linux 6.12.117`; may be empty
    /// @param checks in the order in which the handler comes to them; a check without a place gets the handler's name
    ///     and its number as one
    /// @throws IllegalArgumentException if two have the same label
    public static Ladder of(String handler, String source, List<Check> checks) {
        Map<String, Check> all = new LinkedHashMap<>();
        for (Check check : checks) {
            if (all.put(check.label(), placed(check, handler, all.size() + 1)) != null) {
                throw new IllegalArgumentException("two checks of %s are called '%s'".formatted(handler, check.label()));
            }
        }
        return new Ladder(handler, source, all);
    }

    private static Check placed(Check check, String handler, int number) {
        return check.site().location() != NOWHERE ? check
                : check.at(new SourceLocation(handler, number, check.label().replace('-', '_')));
    }

    /// {@return the handler's name}
    public String handler() {
        return handler;
    }

    /// {@return the release in which the lines of the checks were counted; may be empty}
    public String source() {
        return source;
    }

    /// {@return the checks in order}
    public List<Check> checks() {
        return new ArrayList<>(checks.values());
    }

    /// {@return the check with this label, if there is one}
    public Optional<Check> find(String label) {
        return Optional.ofNullable(checks.get(label));
    }

    /// {@return the handler's own check with the label of `check`, or, where it has none, that one, behind its own}
    public Check own(Check check) {
        Check own = checks.get(check.label());
        return own != null ? own : placed(check, handler, checks.size() + 1);
    }

    @Override
    public String toString() {
        return "Ladder[%s: %s]".formatted(handler, String.join(", ", checks.keySet()));
    }
}
