package org.vemmio.emulator.yaml;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Labels;

/// The entries of one mapping of a scenario file.
public final class YamlFields {
    private final YamlNode.Mapping mapping;
    private final String what;

    private YamlFields(YamlNode.Mapping mapping, String what) {
        this.mapping = mapping;
        this.what = what;
    }

    /// Returns the entries of `node`.
    ///
    /// @param what what it is, for messages, such as `a page`
    /// @param keys the keys that it may have
    /// @throws YamlException if it is no mapping, or has another key
    public static YamlFields of(YamlNode node, String what, String... keys) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.wrong("%s is a mapping with the keys %s".formatted(what, String.join(", ", keys)));
        }
        List<String> known = List.of(keys);
        for (YamlNode.Field field : mapping.fields()) {
            if (!known.contains(field.key())) {
                throw field.wrong("%s has no '%s'; there are %s".formatted(what, field.key(), String.join(", ", keys)));
            }
        }
        return new YamlFields(mapping, what);
    }

    public @Nullable YamlNode find(String key) {
        return mapping.fields().stream().filter(field -> field.key().equals(key)).map(YamlNode.Field::value).findFirst()
                .orElse(null);
    }

    public YamlNode get(String key) {
        YamlNode node = find(key);
        if (node == null) {
            throw mapping.wrong("%s lacks '%s'".formatted(what, key));
        }
        return node;
    }

    public String text(String key) {
        return text(get(key), key);
    }

    public <T> T value(String key, T otherwise, Function<YamlNode, T> read) {
        YamlNode node = find(key);
        return node == null ? otherwise : read.apply(node);
    }

    public <T> List<T> list(String key, Function<YamlNode, T> read) {
        return value(key, List.of(), node -> items(node, key, read));
    }

    public static String text(YamlNode node, String what) {
        if (!(node instanceof YamlNode.Scalar scalar) || scalar.text().isEmpty()) {
            throw node.wrong("'%s' is a word or a line of text".formatted(what));
        }
        return scalar.text();
    }

    public static <T> List<T> items(YamlNode node, String what, Function<YamlNode, T> read) {
        if (!(node instanceof YamlNode.Sequence sequence) || sequence.items().isEmpty()) {
            throw node.wrong("'%s' is a list of at least one".formatted(what));
        }
        List<T> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(read.apply(item)));
        return items;
    }

    public static boolean truth(YamlNode node, String what) {
        return switch (text(node, what)) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw node.wrong("'%s' is true or false, not '%s'".formatted(what, other));
        };
    }

    public static int number(YamlNode node, String what, int least, int most) {
        String text = text(node, what);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same message as for a number out of range.
        }
        throw node.wrong("'%s' is a number %s, not '%s'".formatted(what,
                most == Integer.MAX_VALUE ? "of at least " + least : "from %d to %d".formatted(least, most), text));
    }

    public static <E extends Enum<E>> E oneOf(YamlNode node, String what, Class<E> type) {
        String text = text(node, what);
        return constant(text, type).orElseThrow(() -> node.wrong(
                "'%s' is no %s; there are %s".formatted(text, what, Labels.all(type))));
    }

    private static <E extends Enum<E>> Optional<E> constant(String label, Class<E> type) {
        return EnumSet.allOf(type).stream().filter(constant -> Labels.of(constant).equals(label)).findFirst();
    }

    /// Returns the names of pages in a list, or of a single one.
    public static Set<String> pages(YamlNode node, String what, Set<String> known) {
        Set<String> names = new LinkedHashSet<>();
        List<YamlNode> nodes = node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
        for (YamlNode item : nodes) {
            if (!names.add(page(item, what, known))) {
                throw item.wrong("the page '%s' stands here twice".formatted(text(item, what)));
            }
        }
        return names;
    }

    public static String page(YamlNode node, String what, Set<String> known) {
        String name = text(node, what);
        if (!known.contains(name)) {
            throw node.wrong("no page '%s'; there are %s".formatted(name, Labels.list(known)));
        }
        return name;
    }

    /// Returns the only entry.
    public YamlNode.Field only() {
        if (mapping.fields().size() != 1) {
            throw mapping.wrong("%s has one key, not %d".formatted(what, mapping.fields().size()));
        }
        return mapping.fields().getFirst();
    }

    /// Returns that something about the mapping as a whole is wrong.
    public YamlException wrong(String problem) {
        return mapping.wrong(problem);
    }
}
