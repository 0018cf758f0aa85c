package org.vemmio.emulator.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Recovery;

/// The policies that come with names.
final class Presets {
    private static final Action WARN_ONCE = new Action.WarnAndGeneralProtection(true);
    private static final Action GENERAL_PROTECTION = new Action.GeneralProtection();

    /// What `handle_mmio` warns of. The reasons of the architectural handler stand with the one of `insn_decode_mmio`
    /// to which they correspond.
    private static final Rule WARNINGS = new Rule(Condition.failure(FailureReason.USER_MODE,
            FailureReason.MMIO_DECODE_FAILED, FailureReason.NO_SUCH_REGISTER, FailureReason.UNKNOWN_MMIO_TYPE,
            FailureReason.UNSUPPORTED_INSTRUCTION, FailureReason.NO_MEMORY_OPERAND), WARN_ONCE);
    private static final Rule USER_ADDRESS = new Rule(Condition.failure(FailureReason.USER_ADDRESS), WARN_ONCE);
    private static final Rule PRIVATE_ADDRESS =
            new Rule(Condition.failure(FailureReason.PRIVATE_ADDRESS).withCpls(0), new Action.Panic());
    private static final Rule DECODE_BUG = new Rule(Condition.failure(FailureReason.INSN_DECODE_FAILED,
            FailureReason.MMIO_DECODE_FAILED, FailureReason.STRING_MOVE, FailureReason.UNKNOWN_MMIO_TYPE,
            FailureReason.UNDECODABLE, FailureReason.UNSUPPORTED_INSTRUCTION, FailureReason.NO_MEMORY_OPERAND),
            new Action.Bug());

    private static final Knobs BEFORE_6_2 =
            Knobs.DEFAULT.withOopsLimit(0).withFaultAddress(Knobs.FaultAddress.ZERO);

    private static final Map<String, FailurePolicy> BY_NAME = byName();

    private Presets() {
    }

    private static Map<String, FailurePolicy> byName() {
        Map<String, FailurePolicy> all = new LinkedHashMap<>();
        add(all, "linux-5.19", BEFORE_6_2, GENERAL_PROTECTION, WARNINGS);
        add(all, "linux-6.1", BEFORE_6_2, GENERAL_PROTECTION, PRIVATE_ADDRESS, WARNINGS);
        add(all, "linux-6.5", Knobs.DEFAULT, GENERAL_PROTECTION, PRIVATE_ADDRESS, WARNINGS);
        add(all, "linux-6.12", Knobs.DEFAULT, GENERAL_PROTECTION, PRIVATE_ADDRESS, WARNINGS, USER_ADDRESS);
        add(all, "linux-sev", Knobs.DEFAULT, new Action.Terminate());
        add(all, "bug", Knobs.DEFAULT, GENERAL_PROTECTION, PRIVATE_ADDRESS, DECODE_BUG, WARNINGS, USER_ADDRESS);
        add(all, "paranoid", Knobs.DEFAULT.withPanicOnWarn(true), GENERAL_PROTECTION, PRIVATE_ADDRESS, WARNINGS,
                USER_ADDRESS);
        add(all, "recover", Knobs.DEFAULT, new Action.Recover(new Recovery.Handler("architectural")));
        add(all, "propagate", Knobs.DEFAULT, new Action.Propagate());
        return all;
    }

    private static void add(Map<String, FailurePolicy> all, String name, Knobs knobs, Action otherwise, Rule... rules) {
        List<Rule> total = new ArrayList<>(List.of(rules));
        total.add(new Rule(Condition.any(), otherwise));
        all.put(name, FailurePolicy.of(name, total, knobs));
    }

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    static FailurePolicy named(String name) {
        FailurePolicy policy = BY_NAME.get(name);
        if (policy == null) {
            throw new IllegalArgumentException(
                    "no preset '%s'; %s".formatted(name, Suggestions.hint(name, names(), "there are")));
        }
        return policy;
    }
}
