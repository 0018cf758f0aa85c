package org.vemmio.emulator.policy.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.AddressRange;
import org.vemmio.emulator.input.Numbers;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.CheckPattern;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;
import org.vemmio.emulator.policy.MnemonicPattern;
import org.vemmio.emulator.policy.Rule;
import org.vemmio.emulator.yaml.YamlException;
import org.vemmio.emulator.yaml.YamlFields;
import org.vemmio.emulator.yaml.YamlNode;
import org.vemmio.emulator.yaml.YamlNode.Field;
import org.vemmio.emulator.yaml.YamlNode.Mapping;
import org.vemmio.emulator.yaml.YamlNode.Scalar;
import org.vemmio.emulator.yaml.YamlNode.Sequence;
import org.vemmio.emulator.yaml.YamlParser;

/// Makes a policy of the nodes of its file.
final class PolicyReader {
    private static final List<String> KEYS = List.of("name", "extends", "panic_on_warn", "panic_on_oops", "warn_limit",
            "oops_limit", "fault_address", "rules");
    private static final List<String> CONDITION_KEYS = List.of("failure", "mnemonic", "gpa", "gla", "cpl");
    private static final Map<String, Action> ACTIONS = actions();
    private static final Map<String, Recovery> RECOVERIES = recoveries();
    private static final String INJECTION =
            "it is {inject: {vector: NUMBER}}, or {inject: {vector: NUMBER, error_code: NUMBER}}";
    private static final Pattern ENDING = Pattern.compile("\\.ya?ml$");

    private final String file;
    private final TrapHandlers handlers;

    private PolicyReader(String file, TrapHandlers handlers) {
        this.file = file;
        this.handlers = handlers;
    }

    private static Map<String, Action> actions() {
        Map<String, Action> all = new LinkedHashMap<>();
        all.put("own", new Action.Own());
        all.put("warn-once", new Action.WarnAndGeneralProtection(true));
        all.put("warn", new Action.WarnAndGeneralProtection(false));
        all.put("general-protection", new Action.GeneralProtection());
        all.put("bug", new Action.Bug());
        all.put("panic", new Action.Panic());
        all.put("terminate", new Action.Terminate());
        all.put("halt", new Action.Halt());
        all.put("abort", new Action.Abort());
        all.put("vmm-error", new Action.VmmError());
        all.put("propagate", new Action.Propagate());
        return all;
    }

    private static Map<String, Recovery> recoveries() {
        Map<String, Recovery> all = new LinkedHashMap<>();
        all.put("exception-table", new Recovery.Fixup());
        all.put("zeropad", new Recovery.Zeropad());
        all.put("skip-ones", new Recovery.Skip(true));
        all.put("skip-zeros", new Recovery.Skip(false));
        return all;
    }

    static FailurePolicy read(String file, String text, TrapHandlers handlers) {
        PolicyReader reader = new PolicyReader(file, handlers);
        try {
            YamlNode document = YamlParser.parse("policy file", text).orElseThrow(() ->
                    new PolicyFileException(file, 1, 1, "the file is empty; a policy has rules, or extends a preset"));
            return reader.policy(document);
        } catch (YamlException e) {
            throw new PolicyFileException(file, e.line(), e.column(), e.problem());
        }
    }

    private FailurePolicy policy(YamlNode document) {
        YamlFields policy = YamlFields.of(document, "a policy", KEYS);
        Optional<YamlNode> base = policy.find("extends");
        Optional<YamlNode> rules = policy.find("rules");
        if (base.isEmpty() && rules.isEmpty()) {
            throw policy.wrong("neither rules nor extends; a policy has rules, or extends a preset");
        }
        FailurePolicy.Builder builder =
                FailurePolicy.builder(policy.find("name").map(PolicyReader::name).orElseGet(this::nameOfFile));
        rules.ifPresent(list -> rules(list).forEach(rule -> builder.rule(rule.when(), rule.then())));
        Optional<FailurePolicy> preset = base.map(name ->
                FailurePolicy.preset(YamlFields.oneOf(name, "preset", FailurePolicy.presets())));
        preset.ifPresent(builder::extend);
        return builder.knobs(knobs(policy, preset.map(FailurePolicy::knobs).orElse(Knobs.DEFAULT))).build();
    }

    private String nameOfFile() {
        String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return ENDING.matcher(last).replaceFirst("");
    }

    private static String name(YamlNode node) {
        if (node instanceof Scalar(Scalar.Type type, String text, _, _) && type == Scalar.Type.TEXT && text.isBlank()) {
            throw node.wrong("the name is empty; leave the key out to take the file's name");
        }
        return YamlFields.text(node, "a name");
    }

    private static Knobs knobs(YamlFields policy, Knobs base) {
        Knobs knobs = base;
        for (Field field : policy.all()) {
            YamlNode value = field.value();
            knobs = switch (field.key()) {
                case "panic_on_warn" -> knobs.withPanicOnWarn(YamlFields.truth(value, field.key()));
                case "panic_on_oops" -> knobs.withPanicOnOops(YamlFields.truth(value, field.key()));
                case "warn_limit" -> knobs.withWarnLimit(limit(field));
                case "oops_limit" -> knobs.withOopsLimit(limit(field));
                case "fault_address" -> knobs.withFaultAddress(
                        YamlFields.oneOf(value, "fault address", Knobs.FaultAddress.class));
                default -> knobs;
            };
        }
        return knobs;
    }

    private static int limit(Field field) {
        return YamlFields.number(field.value(), field.key(), 0, Integer.MAX_VALUE,
                "it is a number from 0, for none, to " + Integer.MAX_VALUE);
    }

    private List<Rule> rules(YamlNode node) {
        if (!(node instanceof Sequence(List<YamlNode> items, _, _))) {
            throw node.wrong("rules is %s; it is a list of rules".formatted(node.described()));
        }
        if (items.isEmpty()) {
            throw node.wrong("the list of rules is empty; leave the key out to take those of a preset alone");
        }
        List<Rule> rules = new ArrayList<>();
        for (YamlNode item : items) {
            Rule rule = rule(item);
            for (int i = 0; i < rules.size(); i++) {
                if (rules.get(i).when().covers(rule.when())) {
                    throw item.wrong(("rule %d never decides: rule %d on line %d holds wherever it does; put it first,"
                            + " or take it out").formatted(rules.size() + 1, i + 1, items.get(i).line()));
                }
            }
            rules.add(rule);
        }
        return rules;
    }

    private Rule rule(YamlNode node) {
        YamlFields rule = YamlFields.of(node, "a rule", List.of("when", "then"));
        YamlNode when = rule.find("when").orElseThrow(() ->
                rule.wrong("the rule has no 'when'; 'when: any' is for every Failure"));
        YamlNode then = rule.find("then").orElseThrow(() ->
                rule.wrong("the rule has no 'then'; " + actionsText()));
        return new Rule(condition(when), action(then));
    }

    private Condition condition(YamlNode node) {
        if (node instanceof Scalar scalar && scalar.text().equals("any")) {
            return Condition.any();
        }
        YamlFields when = YamlFields.of(node, "a condition",
                "it is any, or a mapping with some of the keys " + String.join(", ", CONDITION_KEYS), CONDITION_KEYS);
        if (when.all().isEmpty()) {
            throw when.wrong("the condition is empty; 'when: any' is for every Failure");
        }
        return new Condition(
                some(when, "failure", this::check),
                List.copyOf(some(when, "mnemonic", PolicyReader::mnemonic)),
                when.find("gpa").map(PolicyReader::range), when.find("gla").map(PolicyReader::range),
                some(when, "cpl", item -> YamlFields.number(item, "cpl", 0, 3, "a privilege level is 0, 1, 2 or 3")));
    }

    private static <T> Set<T> some(YamlFields when, String key, Function<YamlNode, T> item) {
        return when.value(key, Set.of(), node -> {
            if (node instanceof Sequence sequence && sequence.items().isEmpty()) {
                throw node.wrong("the list is empty; leave '%s' out to match all".formatted(key));
            }
            return YamlFields.oneOrMore(node, item);
        });
    }

    private CheckPattern check(YamlNode node) {
        CheckPattern pattern = checked(node, YamlFields.text(node, "a check"), CheckPattern::parse);
        pattern.problem(handlers).ifPresent(problem -> {
            throw node.wrong(problem);
        });
        return pattern;
    }

    private static MnemonicPattern mnemonic(YamlNode node) {
        return checked(node, YamlFields.text(node, "a mnemonic"), MnemonicPattern::new);
    }

    private static AddressRange range(YamlNode node) {
        if (node instanceof Scalar(_, String text, _, _) && !text.isEmpty()) {
            return checked(node, text, AddressRange::parse);
        }
        throw node.wrong("this is %s; %s".formatted(node.described(), AddressRange.FORM));
    }

    private static <T> T checked(YamlNode node, String text, Function<String, T> make) {
        try {
            return make.apply(text);
        } catch (IllegalArgumentException e) {
            throw node.wrong(String.valueOf(e.getMessage()));
        }
    }

    private Action action(YamlNode node) {
        if (node instanceof Mapping) {
            YamlFields fields = YamlFields.of(node, "an action", List.of("recover", "inject"));
            if (fields.all().isEmpty()) {
                throw fields.wrong("the action is empty; " + actionsText());
            }
            Field only = fields.only();
            return only.key().equals("inject") ? injection(only.value()) : new Action.Recover(recovery(only.value()));
        }
        if (!(node instanceof Scalar(_, String word, _, _)) || word.isEmpty()) {
            throw node.wrong("the action is %s; %s".formatted(node.described(), actionsText()));
        }
        Action action = ACTIONS.get(word);
        if (action == null) {
            String hint = RECOVERIES.containsKey(word) ? "did you mean {recover: %s}?".formatted(word)
                    : word.equals("recover") ? recoveriesText() : word.equals("inject") ? INJECTION
                            : Suggestions.hint(word, ACTIONS.keySet(), "there are {recover: …}, {inject: …},");
            throw node.wrong("no action '%s'; %s".formatted(word, hint));
        }
        return action;
    }

    private static Action injection(YamlNode node) {
        YamlFields fields = YamlFields.of(node, "an injection", INJECTION, List.of("vector", "error_code"));
        YamlNode vector = fields.find("vector").orElseThrow(() ->
                fields.wrong("the injection has no 'vector'; " + INJECTION));
        return new Action.Inject(YamlFields.number(vector, "vector", 0, 31,
                "it is a number from 0 to 31, such as 13 for #GP"),
                fields.value("error_code", OptionalInt.empty(), code -> OptionalInt.of(errorCode(code))));
    }

    private static int errorCode(YamlNode node) {
        try {
            if (node instanceof Scalar(_, String text, _, _)) {
                long number = Numbers.unsigned(text);
                if (number >>> Integer.SIZE == 0) {
                    return (int) number;
                }
            }
        } catch (NumberFormatException e) {
            // The same message as for a number of more bits.
        }
        throw node.wrong("error_code is %s; it is a number of up to 32 bits, as 4 or 0x4".formatted(node.described()));
    }

    private Recovery recovery(YamlNode node) {
        if (node instanceof Mapping) {
            YamlFields fields = YamlFields.of(node, "a recovery", List.of("handler"));
            return new Recovery.Handler(YamlFields.oneOf(fields.find("handler").orElseThrow(() ->
                    fields.wrong("the recovery is empty; " + recoveriesText())), "handler", handlers.names()));
        }
        if (!(node instanceof Scalar(_, String word, _, _)) || word.isEmpty()) {
            throw node.wrong("the recovery is %s; %s".formatted(node.described(), recoveriesText()));
        }
        Recovery recovery = RECOVERIES.get(word);
        if (recovery == null) {
            throw node.wrong("no recovery '%s'; %s".formatted(word,
                    word.equals("handler") ? recoveriesText() : Suggestions.hint(word, RECOVERIES.keySet(),
                            "there are {handler: NAME},")));
        }
        return recovery;
    }

    private static String actionsText() {
        return "it is {recover: …}, {inject: …} or one of " + String.join(", ", ACTIONS.keySet());
    }

    private static String recoveriesText() {
        return "it is {recover: {handler: NAME}}, or {recover: …} with one of "
                + String.join(", ", RECOVERIES.keySet());
    }
}
