package org.vemmio.emulator.policy;

import java.util.Objects;
import java.util.OptionalInt;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.yaml.YamlText;

/// One rule of a policy.
///
/// @param when for which Failures
/// @param then what is done about them
public record Rule(Condition when, Action then) {
    /// Creates a rule.
    public Rule {
        Objects.requireNonNull(when);
        Objects.requireNonNull(then);
    }

    /// {@return the rule as a policy file writes it, such as `{when: {failure: private-address}, then: panic}`}
    public String text() {
        return "{when: " + when.text() + ", then: " + text(then) + "}";
    }

    /// {@return an action as a policy file writes it, such as `warn-once`}
    public static String text(Action action) {
        return switch (action) {
            case Action.Own _ -> "own";
            case Action.Bug _ -> "bug";
            case Action.WarnAndGeneralProtection(boolean once) -> once ? "warn-once" : "warn";
            case Action.GeneralProtection _ -> "general-protection";
            case Action.Propagate _ -> "propagate";
            case Action.Panic _ -> "panic";
            case Action.Terminate _ -> "terminate";
            case Action.Halt _ -> "halt";
            case Action.Abort _ -> "abort";
            case Action.VmmError _ -> "vmm-error";
            case Action.Inject(int vector, OptionalInt errorCode) -> "{inject: {vector: %d%s}}".formatted(vector,
                    errorCode.isPresent() ? ", error_code: 0x%x".formatted(errorCode.getAsInt()) : "");
            case Action.Recover(Recovery how) -> "{recover: " + switch (how) {
                case Recovery.Fixup _ -> "exception-table";
                case Recovery.Zeropad _ -> "zeropad";
                case Recovery.Skip(boolean ones) -> ones ? "skip-ones" : "skip-zeros";
                case Recovery.Handler(String name) -> "{handler: " + YamlText.quoted(name) + "}";
            } + "}";
        };
    }
}
