package org.vemmio.emulator.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.yaml.YamlText;

/// Maps a Failure to an Action: rules, tried in order, of which the first that matches decides. Immutable.
public final class FailurePolicy {
    private static final Rule LAST = new Rule(Condition.any(), new Action.Propagate());

    private final String name;
    private final List<Rule> rules;
    private final Knobs knobs;
    private final List<Decision> decisions;

    private FailurePolicy(String name, List<Rule> rules, Knobs knobs) {
        this.name = Objects.requireNonNull(name);
        List<Rule> total = new ArrayList<>(rules);
        if (total.stream().noneMatch(rule -> rule.when().isAny())) {
            total.add(LAST);
        }
        this.rules = List.copyOf(total);
        this.knobs = Objects.requireNonNull(knobs);
        List<Decision> all = new ArrayList<>();
        for (Rule rule : this.rules) {
            all.add(new Decision(name, all.size() + 1, rule.text(), rule.then()));
        }
        this.decisions = List.copyOf(all);
    }

    /// {@return a policy}
    ///
    /// @param name how it is called in a Decision
    /// @param rules in the order in which they are tried; where none holds for every Failure, one that propagates is
    ///     added at the end
    /// @param knobs what the kernel is set to
    public static FailurePolicy of(String name, List<Rule> rules, Knobs knobs) {
        return new FailurePolicy(name, rules, knobs);
    }

    /// {@return a policy with the knobs of [Knobs#DEFAULT] but for two}
    ///
    /// @param rules as for [#of(String, List, Knobs)]
    public static FailurePolicy of(String name, List<Rule> rules, boolean panicOnWarn, boolean panicOnOops) {
        return of(name, rules, Knobs.DEFAULT.withPanicOnWarn(panicOnWarn).withPanicOnOops(panicOnOops));
    }

    /// {@return the preset with this name}
    ///
    /// @throws IllegalArgumentException if there is none; the message lists the names
    public static FailurePolicy preset(String name) {
        return Presets.named(name);
    }

    /// {@return the names that [#preset] takes}
    public static List<String> presets() {
        return Presets.names();
    }

    /// {@return a builder of a policy without rules, and with the knobs of [Knobs#DEFAULT]}
    ///
    /// @param name how it is called in a Decision
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /// Collects the rules of a policy. For one thread.
    public static final class Builder {
        private final String name;
        private final List<Rule> rules = new ArrayList<>();
        private Knobs knobs = Knobs.DEFAULT;

        private Builder(String name) {
            this.name = name;
        }

        /// Adds a rule behind those added before.
        public Builder rule(Condition when, Action then) {
            rules.add(new Rule(when, then));
            return this;
        }

        /// Adds the rules of `base` behind those added before, and takes over its knobs.
        public Builder extend(FailurePolicy base) {
            rules.addAll(base.rules);
            knobs = base.knobs;
            return this;
        }

        /// Sets the knobs.
        public Builder knobs(Knobs knobs) {
            this.knobs = knobs;
            return this;
        }

        /// {@return the policy; where no rule holds for every Failure, one that propagates is added at the end}
        public FailurePolicy build() {
            return new FailurePolicy(name, rules, knobs);
        }
    }

    /// {@return the name}
    public String name() {
        return name;
    }

    /// {@return the rules in the order in which they are tried; the last ones hold for every Failure}
    public List<Rule> rules() {
        return rules;
    }

    /// {@return what the kernel is set to}
    public Knobs knobs() {
        return knobs;
    }

    /// {@return whether a warning that prints is a panic}
    public boolean panicOnWarn() {
        return knobs.panicOnWarn();
    }

    /// {@return whether an oops is a panic}
    public boolean panicOnOops() {
        return knobs.panicOnOops();
    }

    /// {@return this policy with other knobs}
    public FailurePolicy withKnobs(Knobs knobs) {
        return new FailurePolicy(name, rules, knobs);
    }

    /// {@return what the first rule that matches says}
    public Decision decide(Failure failure) {
        int rule = 0;
        while (!rules.get(rule).when().holds(failure)) {
            rule++;
        }
        Decision decision = decisions.get(rule);
        if (decision.action() instanceof Action.Own) {
            Action own = failure.check().own();
            return new Decision(name, rule + 1, decision.text() + ", here " + Rule.text(own), own);
        }
        return decision;
    }

    /// {@return the policy as a policy file, with every knob and rule; each line ended by a line feed}
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("name: ").append(YamlText.quoted(name)).append('\n');
        text.append("panic_on_warn: ").append(knobs.panicOnWarn()).append('\n');
        text.append("panic_on_oops: ").append(knobs.panicOnOops()).append('\n');
        text.append("warn_limit: ").append(knobs.warnLimit()).append('\n');
        text.append("oops_limit: ").append(knobs.oopsLimit()).append('\n');
        text.append("fault_address: ").append(Labels.of(knobs.faultAddress())).append('\n');
        text.append("rules:\n");
        rules.forEach(rule -> text.append("  - ").append(rule.text()).append('\n'));
        return text.toString();
    }

    /// {@return the name}
    @Override
    public String toString() {
        return "FailurePolicy[" + name + "]";
    }
}
