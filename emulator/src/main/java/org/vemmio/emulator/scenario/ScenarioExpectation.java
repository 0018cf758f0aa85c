package org.vemmio.emulator.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What comes out of a scenario, as far as a file can say it: what must, and what did. Immutable.
///
/// @param end the kind of end
/// @param losses what the guest loses
/// @param exposed the pages whose private data reaches the host
/// @param witnesses who gets to know
/// @param warnings how many warnings the guest's kernel prints, at least 0
/// @param laterAccesses what an access to each page would do later, by page; empty if the guest is over
/// @param loads how loads beside a page that changes sides end, one row for each place between two steps
public record ScenarioExpectation(ScenarioEnd.Kind end, Losses losses, Set<String> exposed, Set<Witness> witnesses,
        int warnings, Map<String, LaterAccess> laterAccesses, List<LoadRow> loads) {
    /// Creates an expectation; the collections are copied.
    public ScenarioExpectation {
        exposed = Collections.unmodifiableSet(new TreeSet<>(exposed));
        witnesses = Collections.unmodifiableSet(witnesses.isEmpty() ? EnumSet.noneOf(Witness.class)
                : EnumSet.copyOf(witnesses));
        laterAccesses = Collections.unmodifiableMap(new TreeMap<>(laterAccesses));
        loads = List.copyOf(loads);
    }

    /// {@return in what `actual` differs, one line for each key; empty if it does not}
    public List<String> differences(ScenarioExpectation actual) {
        List<String> lines = new ArrayList<>();
        compare(lines, "end", end.label(), actual.end.label());
        compare(lines, "loses", losses.toString(), actual.losses.toString());
        compare(lines, "host-learns", exposed.toString(), actual.exposed.toString());
        compare(lines, "known-to", labels(witnesses), labels(actual.witnesses));
        compare(lines, "warnings", String.valueOf(warnings), String.valueOf(actual.warnings));
        compare(lines, "touch", labels(laterAccesses), labels(actual.laterAccesses));
        for (int i = 0; i < Math.max(loads.size(), actual.loads.size()); i++) {
            compare(lines, "loads", row(loads, i), row(actual.loads, i));
        }
        return lines;
    }

    private static void compare(List<String> lines, String key, String expected, String actual) {
        if (!expected.equals(actual)) {
            lines.add("%s: expected %s, got %s".formatted(key, expected, actual));
        }
    }

    private static String row(List<LoadRow> rows, int index) {
        return index < rows.size() ? rows.get(index).toString() : "no row";
    }

    private static String labels(Set<Witness> witnesses) {
        return witnesses.stream().map(Witness::label).toList().toString();
    }

    private static String labels(Map<String, LaterAccess> laterAccesses) {
        return laterAccesses.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue().label())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
