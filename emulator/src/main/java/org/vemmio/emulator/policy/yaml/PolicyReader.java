package org.vemmio.emulator.policy.yaml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.input.AddressRange;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;
import org.vemmio.emulator.policy.MnemonicPattern;
import org.vemmio.emulator.policy.Rule;
import org.vemmio.emulator.yaml.YamlException;
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
    private static final List<String> RULE_KEYS = List.of("when", "then");
    private static final List<String> CONDITION_KEYS = List.of("failure", "mnemonic", "gpa", "gla", "cpl");
    private static final Map<String, FailureReason> REASONS = Arrays.stream(FailureReason.values()).collect(
            Collectors.toMap(FailureReason::label, Function.identity(), (first, _) -> first, LinkedHashMap::new));
    private static final Map<String, Action> ACTIONS = actions();
    private static final Map<String, Recovery> RECOVERIES = recoveries();
    private static final Pattern ADDRESSES = Pattern.compile("0x([0-9a-fA-F]{1,16})(?:-0x([0-9a-fA-F]{1,16}))?");
    private static final Pattern ENDING = Pattern.compile("\\.ya?ml$");

    private final String file;

    private PolicyReader(String file) {
        this.file = file;
    }

    private static Map<String, Action> actions() {
        Map<String, Action> all = new LinkedHashMap<>();
        all.put("warn-once", new Action.WarnAndGeneralProtection(true));
        all.put("warn", new Action.WarnAndGeneralProtection(false));
        all.put("general-protection", new Action.GeneralProtection());
        all.put("bug", new Action.Bug());
        all.put("panic", new Action.Panic());
        all.put("terminate", new Action.Terminate());
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

    static FailurePolicy read(String file, String text) {
        PolicyReader reader = new PolicyReader(file);
        try {
            YamlNode document = YamlParser.parse("policy file", text).orElseThrow(() ->
                    new PolicyFileException(file, 1, 1, "the file is empty; a policy has rules, or extends a preset"));
            return reader.policy(document);
        } catch (YamlException e) {
            throw new PolicyFileException(file, e.line(), e.column(), e.problem());
        }
    }

    private FailurePolicy policy(YamlNode document) {
        Mapping policy = mapping(document, "a policy is a mapping with the keys " + String.join(", ", KEYS));
        checkKeys(policy, KEYS, "a policy has");
        YamlNode base = find(policy, "extends");
        YamlNode rules = find(policy, "rules");
        if (base == null && rules == null) {
            throw policy.wrong("neither rules nor extends; a policy has rules, or extends a preset");
        }
        FailurePolicy.Builder builder = FailurePolicy.builder(name(find(policy, "name")));
        List<Rule> own = rules == null ? List.of() : rules(rules);
        own.forEach(rule -> builder.rule(rule.when(), rule.then()));
        Knobs knobs = Knobs.DEFAULT;
        if (base != null) {
            FailurePolicy preset = preset(base);
            builder.extend(preset);
            knobs = preset.knobs();
        }
        return builder.knobs(knobs(policy, knobs)).build();
    }

    private String name(@Nullable YamlNode node) {
        if (node == null) {
            String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
            return ENDING.matcher(last).replaceFirst("");
        }
        String name = text(node, "a name is text");
        if (name.isBlank()) {
            throw node.wrong("the name is empty; leave the key out to take the file's name");
        }
        return name;
    }

    private FailurePolicy preset(YamlNode node) {
        return FailurePolicy.preset(oneOf(node, FailurePolicy.presets(), "preset", "there are"));
    }

    private Knobs knobs(Mapping policy, Knobs base) {
        Knobs knobs = base;
        for (Field field : policy.fields()) {
            knobs = switch (field.key()) {
                case "panic_on_warn" -> knobs.withPanicOnWarn(truth(field));
                case "panic_on_oops" -> knobs.withPanicOnOops(truth(field));
                case "warn_limit" -> knobs.withWarnLimit(limit(field));
                case "oops_limit" -> knobs.withOopsLimit(limit(field));
                case "fault_address" -> knobs.withFaultAddress(faultAddress(field.value()));
                default -> knobs;
            };
        }
        return knobs;
    }

    private boolean truth(Field field) {
        if (field.value() instanceof Scalar(Scalar.Type type, String text, _, _) && type == Scalar.Type.TRUTH) {
            return text.equalsIgnoreCase("true");
        }
        throw field.value().wrong("%s is %s; it is true or false".formatted(field.key(), described(field.value())));
    }

    private int limit(Field field) {
        if (field.value() instanceof Scalar(Scalar.Type type, String text, _, _) && type == Scalar.Type.WHOLE_NUMBER) {
            try {
                int limit = Integer.parseInt(text);
                if (limit >= 0) {
                    return limit;
                }
            } catch (NumberFormatException e) {
                // Too large a number is answered as a negative one is.
            }
        }
        throw field.value().wrong("%s is %s; it is a number from 0, for none, to %d"
                .formatted(field.key(), described(field.value()), Integer.MAX_VALUE));
    }

    private Knobs.FaultAddress faultAddress(YamlNode node) {
        String word = oneOf(node, List.of("linear", "zero"), "fault address", "there are");
        return word.equals("linear") ? Knobs.FaultAddress.LINEAR : Knobs.FaultAddress.ZERO;
    }

    private List<Rule> rules(YamlNode node) {
        if (!(node instanceof Sequence(List<YamlNode> items, _, _))) {
            throw node.wrong("rules is %s; it is a list of rules".formatted(described(node)));
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
        Mapping rule = mapping(node, "a rule is a mapping with the keys when and then");
        checkKeys(rule, RULE_KEYS, "a rule has");
        YamlNode when = find(rule, "when");
        if (when == null) {
            throw rule.wrong("the rule has no 'when'; 'when: any' is for every Failure");
        }
        YamlNode then = find(rule, "then");
        if (then == null) {
            throw rule.wrong("the rule has no 'then'; " + actionsText());
        }
        return new Rule(condition(when), action(then));
    }

    private Condition condition(YamlNode node) {
        if (node instanceof Scalar scalar && scalar.text().equals("any")) {
            return Condition.any();
        }
        Mapping when =
                mapping(node, "it is any, or a mapping with some of the keys " + String.join(", ", CONDITION_KEYS));
        if (when.fields().isEmpty()) {
            throw when.wrong("the condition is empty; 'when: any' is for every Failure");
        }
        checkKeys(when, CONDITION_KEYS, "a condition has");
        Set<FailureReason> failures = Set.of();
        List<MnemonicPattern> mnemonics = List.of();
        Optional<AddressRange> gpa = Optional.empty();
        Optional<AddressRange> gla = Optional.empty();
        Set<Integer> cpls = Set.of();
        for (Field field : when.fields()) {
            switch (field.key()) {
                case "failure" -> failures = Set.copyOf(list(field, this::reason));
                case "mnemonic" -> mnemonics = list(field, this::mnemonic);
                case "gpa" -> gpa = Optional.of(range(field.value()));
                case "gla" -> gla = Optional.of(range(field.value()));
                default -> cpls = Set.copyOf(list(field, this::cpl));
            }
        }
        return new Condition(failures, mnemonics, gpa, gla, cpls);
    }

    private FailureReason reason(YamlNode node) {
        String word = oneOf(node, REASONS.keySet(), "failure", "there are");
        return Optional.ofNullable(REASONS.get(word)).orElseThrow();
    }

    private MnemonicPattern mnemonic(YamlNode node) {
        try {
            return new MnemonicPattern(text(node, "a mnemonic is text"));
        } catch (IllegalArgumentException e) {
            throw node.wrong(String.valueOf(e.getMessage()));
        }
    }

    private int cpl(YamlNode node) {
        if (node instanceof Scalar(_, String text, _, _) && text.matches("[0-3]")) {
            return Integer.parseInt(text);
        }
        throw node.wrong("cpl is %s; a privilege level is 0, 1, 2 or 3".formatted(described(node)));
    }

    private AddressRange range(YamlNode node) {
        String text = node instanceof Scalar scalar ? scalar.text() : "";
        Matcher addresses = ADDRESSES.matcher(text);
        if (!addresses.matches()) {
            throw node.wrong(("the address is %s; it is hexadecimal with at most 16 digits, as 0xfee00020, or a range,"
                    + " as 0xfee00000-0xfee00fff").formatted(described(node)));
        }
        long first = Long.parseUnsignedLong(addresses.group(1), 16);
        long last = addresses.group(2) == null ? first : Long.parseUnsignedLong(addresses.group(2), 16);
        try {
            return new AddressRange(first, last);
        } catch (IllegalArgumentException e) {
            throw node.wrong(String.valueOf(e.getMessage()));
        }
    }

    private Action action(YamlNode node) {
        if (node instanceof Mapping mapping) {
            checkKeys(mapping, List.of("recover"), "an action has");
            YamlNode how = find(mapping, "recover");
            if (how == null) {
                throw node.wrong("the action is empty; " + actionsText());
            }
            return new Action.Recover(recovery(how));
        }
        if (!(node instanceof Scalar(_, String word, _, _)) || word.isEmpty()) {
            throw node.wrong("the action is %s; %s".formatted(described(node), actionsText()));
        }
        Action action = ACTIONS.get(word);
        if (action == null) {
            String hint = RECOVERIES.containsKey(word) ? "did you mean {recover: %s}?".formatted(word)
                    : word.equals("recover") ? recoveriesText() : Suggestions.hint(word, ACTIONS.keySet(),
                            "there are {recover: …},");
            throw node.wrong("no action '%s'; %s".formatted(word, hint));
        }
        return action;
    }

    private Recovery recovery(YamlNode node) {
        if (node instanceof Mapping mapping) {
            checkKeys(mapping, List.of("handler"), "a recovery has");
            YamlNode handler = find(mapping, "handler");
            if (handler == null) {
                throw node.wrong("the recovery is empty; " + recoveriesText());
            }
            return new Recovery.Handler(oneOf(handler, TrapHandlers.names(), "handler", "there are"));
        }
        if (!(node instanceof Scalar(_, String word, _, _)) || word.isEmpty()) {
            throw node.wrong("the recovery is %s; %s".formatted(described(node), recoveriesText()));
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
        return "it is {recover: …} or one of " + String.join(", ", ACTIONS.keySet());
    }

    private static String recoveriesText() {
        return "it is {recover: {handler: NAME}}, or {recover: …} with one of "
                + String.join(", ", RECOVERIES.keySet());
    }

    /// Returns what a field with one value or a list of them holds.
    private <T> List<T> list(Field field, Function<YamlNode, T> item) {
        if (!(field.value() instanceof Sequence(List<YamlNode> items, _, _))) {
            return List.of(item.apply(field.value()));
        }
        if (items.isEmpty()) {
            throw field.value().wrong("the list is empty; leave '%s' out to match all".formatted(field.key()));
        }
        Set<T> seen = new HashSet<>();
        List<T> values = new ArrayList<>();
        for (YamlNode node : items) {
            T value = item.apply(node);
            if (!seen.add(value)) {
                throw node.wrong("%s stands a second time in the list".formatted(described(node)));
            }
            values.add(value);
        }
        return values;
    }

    private String oneOf(YamlNode node, Collection<String> names, String what, String list) {
        String word = text(node, "a %s is a word".formatted(what));
        if (!names.contains(word)) {
            throw node.wrong("no %s '%s'; %s".formatted(what, word, Suggestions.hint(word, names, list)));
        }
        return word;
    }

    private String text(YamlNode node, String right) {
        if (node instanceof Scalar(Scalar.Type type, String text, _, _) && type != Scalar.Type.NOTHING) {
            return text;
        }
        throw node.wrong("this is %s; %s".formatted(described(node), right));
    }

    private Mapping mapping(YamlNode node, String right) {
        if (node instanceof Mapping mapping) {
            return mapping;
        }
        throw node.wrong("this is %s; %s".formatted(described(node), right));
    }

    private void checkKeys(Mapping mapping, List<String> keys, String what) {
        for (Field field : mapping.fields()) {
            if (!keys.contains(field.key())) {
                throw field.wrong("no key '%s' here; %s".formatted(field.key(),
                        Suggestions.hint(field.key(), keys, what)));
            }
        }
    }

    private static @Nullable YamlNode find(Mapping mapping, String key) {
        return mapping.fields().stream().filter(field -> field.key().equals(key)).map(Field::value).findFirst()
                .orElse(null);
    }

    private static String described(YamlNode node) {
        return node instanceof Scalar(_, String text, _, _) && !text.isEmpty() ? "'" + text + "'" : node.kind();
    }

}
