package org.vemmio.emulator.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Recovery;

/// The policies that come with names.
final class Presets {
    private static final Knobs BEFORE_6_2 =
            Knobs.DEFAULT.withOopsLimit(0).withFaultAddress(Knobs.FaultAddress.ZERO);

    /// Checks of the architectural handler that stand with one of the Linux handlers.
    private static final Map<String, List<String>> COUNTERPARTS = Map.of(
            "insn-decode-failed", List.of("undecodable"),
            "mmio-decode-failed", List.of("unsupported-instruction", "no-memory-operand"));

    private static final Map<String, Supplier<FailurePolicy>> BY_NAME = byName();

    private Presets() {
    }

    private static Map<String, Supplier<FailurePolicy>> byName() {
        Map<String, Supplier<FailurePolicy>> all = new LinkedHashMap<>();
        add(all, "own", Knobs.DEFAULT.withFaultAddress(Knobs.FaultAddress.OWN), new Action.Own());
        addOwn(all, "linux-5.19", "linux-tdx-5.19", BEFORE_6_2);
        addOwn(all, "linux-6.1", "linux-tdx-6.1", BEFORE_6_2);
        addOwn(all, "linux-6.5", "linux-tdx-6.5", Knobs.DEFAULT);
        addOwn(all, "linux-6.12", "linux-tdx-6.12", Knobs.DEFAULT);
        addOwn(all, "linux-sev", "linux-sev", Knobs.DEFAULT);
        all.put("bug", () -> FailurePolicy.builder("bug")
                .rule(Condition.failure("insn-decode-failed", "undecodable", "mmio-decode-failed",
                        "unsupported-instruction", "no-memory-operand", "string-move", "unknown-mmio-type"),
                        new Action.Bug())
                .extend(named("linux-6.12")).build());
        all.put("paranoid", () -> FailurePolicy.builder("paranoid")
                .extend(named("linux-6.12")).knobs(Knobs.DEFAULT.withPanicOnWarn(true)).build());
        add(all, "recover", Knobs.DEFAULT, new Action.Recover(new Recovery.Handler("architectural")));
        add(all, "propagate", Knobs.DEFAULT, new Action.Propagate());
        return all;
    }

    private static void add(Map<String, Supplier<FailurePolicy>> all, String name, Knobs knobs, Action then) {
        all.put(name, () -> FailurePolicy.builder(name).rule(Condition.any(), then).knobs(knobs).build());
    }

    private static void addOwn(Map<String, Supplier<FailurePolicy>> all, String name, String handler, Knobs knobs) {
        all.put(name, () -> own(name, TrapHandlers.named(handler).ladder().checks(), knobs));
    }

    /// Returns what a handler does by itself, for Failures of whatever handler: of what no check is for, what it does where
    /// an access is refused, which is its last check; a rule for each other action.
    private static FailurePolicy own(String name, List<Check> checks, Knobs knobs) {
        Action otherwise = checks.getLast().own();
        Map<Action, List<String>> labels = new LinkedHashMap<>();
        for (Check check : checks) {
            if (!check.own().equals(otherwise)) {
                List<String> same = labels.computeIfAbsent(check.own(), _ -> new ArrayList<>());
                same.add(check.label());
                same.addAll(COUNTERPARTS.getOrDefault(check.label(), List.of()));
            }
        }
        FailurePolicy.Builder policy = FailurePolicy.builder(name).knobs(knobs);
        labels.forEach((action, same) -> policy.rule(condition(action, same), action));
        return policy.rule(Condition.any(), otherwise).build();
    }

    /// A trap from user mode is a signal, whatever the kernel would do about its own.
    private static Condition condition(Action action, List<String> labels) {
        Condition condition = Condition.failure(labels.toArray(String[]::new));
        return action instanceof Action.Panic ? condition.withCpls(0) : condition;
    }

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    static FailurePolicy named(String name) {
        Supplier<FailurePolicy> policy = BY_NAME.get(name);
        if (policy == null) {
            throw new IllegalArgumentException(
                    "no preset '%s'; %s".formatted(name, Suggestions.hint(name, names(), "there are")));
        }
        return policy.get();
    }
}
