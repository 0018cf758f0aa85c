package org.vemmio.emulator.policy;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Ladder;

/// Which checks a rule is for: those of all handlers that are called so, or that of one handler. Immutable.
///
/// @param handler the handler's name; one without a version stands for all versions, which begin with a digit. Empty for
///     all handlers
/// @param label the check's label
public record CheckPattern(String handler, String label) {
    /// Creates a pattern.
    ///
    /// @throws IllegalArgumentException if the label is empty
    public CheckPattern {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("the label of the check is missing; it is LABEL or HANDLER/LABEL");
        }
    }

    /// {@return the pattern that is written `LABEL` or `HANDLER/LABEL`, such as `page-split` or `linux-tdx/page-split`}
    ///
    /// @throws IllegalArgumentException if the label, or a handler before a slash, is empty
    public static CheckPattern parse(String text) {
        int slash = text.indexOf('/');
        if (slash == 0) {
            throw new IllegalArgumentException("the handler before the '/' is missing; it is LABEL or HANDLER/LABEL");
        }
        return slash < 0 ? new CheckPattern("", text)
                : new CheckPattern(text.substring(0, slash), text.substring(slash + 1));
    }

    /// {@return the pattern as a policy file writes it}
    public String text() {
        return handler.isEmpty() ? label : handler + "/" + label;
    }

    /// {@return whether it is for the check that `failure` names}
    public boolean matches(Failure failure) {
        return label.equals(failure.check().label()) && isFor(failure.handler());
    }

    /// {@return whether this pattern is for every check that `other` is for}
    public boolean covers(CheckPattern other) {
        return label.equals(other.label) && isFor(other.handler);
    }

    /// {@return whether it is for a check on this ladder}
    public boolean isFor(Ladder ladder) {
        return isFor(ladder.handler()) && ladder.find(label).isPresent();
    }

    private boolean isFor(String name) {
        int version = handler.length() + 1;
        return handler.isEmpty() || name.equals(handler) || name.startsWith(handler + "-") && name.length() > version
                && Character.isDigit(name.charAt(version));
    }

    /// {@return what is wrong with the pattern, and what would be right; nothing if it is for a check of `handlers`, or
    /// for one that is common to all}
    public Optional<String> problem(TrapHandlers handlers) {
        List<Ladder> ladders = handlers.ladders().stream().filter(ladder -> isFor(ladder.handler())).toList();
        if (ladders.isEmpty()) {
            return Optional.of("no handler '%s'; %s".formatted(handler,
                    Suggestions.hint(handler, handlers.names(), "there are")));
        }
        List<String> labels = TrapHandlers.labels(ladders);
        return labels.contains(label) ? Optional.empty() : Optional.of("no check '%s'%s; %s".formatted(label,
                handler.isEmpty() ? "" : " of " + handler, Suggestions.hint(label, labels, "there are")));
    }
}
