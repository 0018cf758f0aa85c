package org.vemmio.emulator.yaml;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.input.Suggestions;

/// The entries of one mapping of known keys; and, without state, how values are read. What is not as it should be is a
/// [YamlException] that says what stands there and what would be right.
public final class YamlFields {
    private final YamlNode.Mapping mapping;
    private final String what;

    private YamlFields(YamlNode.Mapping mapping, String what) {
        this.mapping = mapping;
        this.what = what;
    }

    /// {@return the entries of `node`}
    ///
    /// @param what what it is, for messages, such as `a page`
    /// @param keys the keys that it may have
    /// @throws YamlException if it is no mapping, or has another key
    public static YamlFields of(YamlNode node, String what, Collection<String> keys) {
        return of(node, what, "%s is a mapping with the keys %s".formatted(what,
                String.join(keys.size() == 2 ? " and " : ", ", keys)), keys);
    }

    /// {@return the entries of `node`}
    ///
    /// @param what what it is, for messages, such as `a condition`
    /// @param right what is said where it is no mapping
    /// @param keys the keys that it may have
    /// @throws YamlException if it is no mapping, or has another key
    public static YamlFields of(YamlNode node, String what, String right, Collection<String> keys) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.wrong("this is %s; %s".formatted(node.described(), right));
        }
        for (YamlNode.Field field : mapping.fields()) {
            if (!keys.contains(field.key())) {
                throw field.wrong("no key '%s' here; %s".formatted(field.key(),
                        Suggestions.hint(field.key(), keys, what + " has")));
            }
        }
        return new YamlFields(mapping, what);
    }

    /// {@return the value of `key`; empty if there is none}
    public Optional<YamlNode> find(String key) {
        return mapping.fields().stream().filter(field -> field.key().equals(key)).map(YamlNode.Field::value)
                .findFirst();
    }

    /// {@return the value of `key`}
    ///
    /// @throws YamlException if there is none
    public YamlNode get(String key) {
        return find(key).orElseThrow(() -> wrong("%s lacks '%s'".formatted(what, key)));
    }

    /// {@return the text that is the value of `key`}
    ///
    /// @throws YamlException if there is none
    public String text(String key) {
        return text(get(key), "'" + key + "'");
    }

    /// {@return what `read` makes of the value of `key`; `otherwise` if there is none}
    public <T> T value(String key, T otherwise, Function<YamlNode, T> read) {
        return find(key).map(read).orElse(otherwise);
    }

    /// {@return what `read` makes of each item of the list that is the value of `key`; empty if there is none}
    public <T> List<T> list(String key, Function<YamlNode, T> read) {
        return value(key, List.of(), node -> items(node, key, read));
    }

    /// {@return all entries, in the order of the file}
    public List<YamlNode.Field> all() {
        return mapping.fields();
    }

    /// {@return the only entry}
    ///
    /// @throws YamlException if there is none, or more than one
    public YamlNode.Field only() {
        if (mapping.fields().size() != 1) {
            throw wrong("%s has one key, not %d".formatted(what, mapping.fields().size()));
        }
        return mapping.fields().getFirst();
    }

    /// {@return that something about the mapping as a whole is wrong}
    public YamlException wrong(String problem) {
        return mapping.wrong(problem);
    }

    /// {@return the text of a value without parts; a number or a truth value is taken as it is written}
    ///
    /// @param what what it is, for messages, such as `a name`
    /// @throws YamlException if it is something else, or empty
    public static String text(YamlNode node, String what) {
        if (node instanceof YamlNode.Scalar scalar && !scalar.text().isEmpty()) {
            return scalar.text();
        }
        throw node.wrong("this is %s; %s is text".formatted(node.described(), what));
    }

    /// {@return what `read` makes of each item of a list}
    ///
    /// @throws YamlException if it is no list, or an empty one
    public static <T> List<T> items(YamlNode node, String what, Function<YamlNode, T> read) {
        if (!(node instanceof YamlNode.Sequence sequence) || sequence.items().isEmpty()) {
            throw node.wrong("'%s' is a list of at least one".formatted(what));
        }
        return sequence.items().stream().map(read).toList();
    }

    /// {@return what `read` makes of each item of a list, or of a single value}
    ///
    /// @throws YamlException if two items make the same
    public static <T> Set<T> oneOrMore(YamlNode node, Function<YamlNode, T> read) {
        Set<T> values = new LinkedHashSet<>();
        for (YamlNode item : node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node)) {
            if (!values.add(read.apply(item))) {
                throw item.wrong("%s stands a second time in the list".formatted(item.described()));
            }
        }
        return values;
    }

    /// {@return whether it is true}
    ///
    /// @throws YamlException if it is no truth value
    public static boolean truth(YamlNode node, String what) {
        if (node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Scalar.Type.TRUTH) {
            return scalar.text().equalsIgnoreCase("true");
        }
        throw node.wrong("%s is %s; it is true or false".formatted(what, node.described()));
    }

    /// {@return a number from `least` to `most`, written in decimal}
    ///
    /// @throws YamlException if it is something else
    public static int number(YamlNode node, String what, int least, int most) {
        return number(node, what, least, most, most == Integer.MAX_VALUE ? "it is a number of at least " + least
                : "it is a number from %d to %d".formatted(least, most));
    }

    /// {@return a number from `least` to `most`, written in decimal}
    ///
    /// @param right what is said where it is something else
    /// @throws YamlException if it is something else
    public static int number(YamlNode node, String what, int least, int most, String right) {
        if (node instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Scalar.Type.WHOLE_NUMBER) {
            try {
                int number = Integer.parseInt(scalar.text());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // The same message as for a number out of range.
            }
        }
        throw node.wrong("%s is %s; %s".formatted(what, node.described(), right));
    }

    /// {@return the constant whose label stands there}
    ///
    /// @param what what it is, for messages, without an article
    /// @throws YamlException if there is none
    public static <E extends Enum<E>> E oneOf(YamlNode node, String what, Class<E> type) {
        return Labels.find(oneOf(node, what, Labels.all(type)), type).orElseThrow();
    }

    /// {@return the name that stands there, one of `names`}
    ///
    /// @param what what it is, for messages, without an article
    /// @throws YamlException if it is none of them
    public static String oneOf(YamlNode node, String what, Collection<String> names) {
        if (!(node instanceof YamlNode.Scalar scalar) || scalar.text().isEmpty()) {
            throw node.wrong("this is %s; %s %s is a word".formatted(node.described(),
                    "aeio".indexOf(what.charAt(0)) < 0 ? "a" : "an", what));
        }
        if (!names.contains(scalar.text())) {
            throw node.wrong("no %s '%s'; %s".formatted(what, scalar.text(),
                    Suggestions.hint(scalar.text(), names, "there are")));
        }
        return scalar.text();
    }
}
