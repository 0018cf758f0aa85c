package org.vemmio.emulator.confidential;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The entries of one mapping of a scenario file.
final class Fields {
    private final Node.Mapping mapping;
    private final String what;

    private Fields(Node.Mapping mapping, String what) {
        this.mapping = mapping;
        this.what = what;
    }

    /// Returns the entries of `node`.
    ///
    /// @param what what it is, for messages, such as `a page`
    /// @param keys the keys that it may have
    /// @throws ScenarioException if it is no mapping, or has another key
    static Fields of(Node node, String what, String... keys) {
        if (!(node instanceof Node.Mapping mapping)) {
            throw node.place().error("%s is a mapping with the keys %s".formatted(what, String.join(", ", keys)));
        }
        List<String> known = List.of(keys);
        mapping.keys().forEach((key, place) -> {
            if (!known.contains(key)) {
                throw place.error("%s has no '%s'; there are %s".formatted(what, key, String.join(", ", keys)));
            }
        });
        return new Fields(mapping, what);
    }

    Node.Place place() {
        return mapping.place();
    }

    @Nullable Node find(String key) {
        return mapping.values().get(key);
    }

    Node get(String key) {
        Node node = find(key);
        if (node == null) {
            throw mapping.place().error("%s lacks '%s'".formatted(what, key));
        }
        return node;
    }

    String text(String key) {
        return text(get(key), key);
    }

    <T> T value(String key, T otherwise, Function<Node, T> read) {
        Node node = find(key);
        return node == null ? otherwise : read.apply(node);
    }

    <T> List<T> list(String key, Function<Node, T> read) {
        return value(key, List.of(), node -> items(node, key, read));
    }

    static String text(Node node, String what) {
        if (!(node instanceof Node.Scalar scalar) || scalar.text().isEmpty()) {
            throw node.place().error("'%s' is a word or a line of text".formatted(what));
        }
        return scalar.text();
    }

    static <T> List<T> items(Node node, String what, Function<Node, T> read) {
        if (!(node instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
            throw node.place().error("'%s' is a list of at least one".formatted(what));
        }
        List<T> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(read.apply(item)));
        return items;
    }

    static boolean truth(Node node, String what) {
        return switch (text(node, what)) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw node.place().error("'%s' is true or false, not '%s'".formatted(what, other));
        };
    }

    static int number(Node node, String what, int least, int most) {
        String text = text(node, what);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same message as for a number out of range.
        }
        throw node.place().error("'%s' is a number %s, not '%s'".formatted(what,
                most == Integer.MAX_VALUE ? "of at least " + least : "from %d to %d".formatted(least, most), text));
    }

    static <E extends Enum<E>> E oneOf(Node node, String what, Class<E> type) {
        String text = text(node, what);
        return constant(text, type).orElseThrow(() -> node.place().error(
                "'%s' is no %s; there are %s".formatted(text, what, Labels.all(type))));
    }

    private static <E extends Enum<E>> Optional<E> constant(String label, Class<E> type) {
        return EnumSet.allOf(type).stream().filter(constant -> Labels.of(constant).equals(label)).findFirst();
    }

    /// Returns the names of pages in a list, or of a single one.
    static Set<String> pages(Node node, String what, Set<String> known) {
        Set<String> names = new LinkedHashSet<>();
        List<Node> nodes = node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
        for (Node item : nodes) {
            if (!names.add(page(item, what, known))) {
                throw item.place().error("the page '%s' stands here twice".formatted(text(item, what)));
            }
        }
        return names;
    }

    static String page(Node node, String what, Set<String> known) {
        String name = text(node, what);
        if (!known.contains(name)) {
            throw node.place().error("no page '%s'; there are %s".formatted(name, Labels.list(known)));
        }
        return name;
    }

    /// Returns the only entry.
    Map.Entry<String, Node> only() {
        if (mapping.values().size() != 1) {
            throw mapping.place().error("%s has one key, not %d".formatted(what, mapping.values().size()));
        }
        return mapping.values().entrySet().iterator().next();
    }
}
