package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.LoadEnd;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Page;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;
import org.vemmio.emulator.scenario.run.ScenarioResult;
import org.vemmio.emulator.scenario.run.TimelineEntry;
import org.vemmio.emulator.scenario.run.TimelineEvent;

/// Scenarios and what became of them, as text.
final class ScenarioText {
    private static final int WIDTH = 80;
    private static final int LABEL = 24;
    private static final String INDENT = "  ";
    private static final String DEEPER = "      ";
    private static final int GAP = 2;

    private ScenarioText() {
    }

    /// {@return a scenario's title, machine and pages, each line of up to 80 characters}
    static List<String> head(Scenario scenario) {
        List<String> lines = new ArrayList<>(wrap(scenario.title(), "", ""));
        lines.addAll(wrap("machine %s%s".formatted(scenario.machine().label(), scenario.pages().isEmpty() ? ""
                : "; pages " + String.join(" ", scenario.pages().stream().map(Page::name).toList())), "", INDENT));
        if (!scenario.pages().isEmpty()) {
            lines.add("P private, S shared, - not present; of the host: p private and not accepted");
        }
        return lines;
    }

    /// {@return the timeline of a scenario under one policy, with both views of each page, and what came out; each
    /// line of up to 80 characters}
    static List<String> lines(ScenarioResult result) {
        List<String> lines = new ArrayList<>();
        ScenarioPolicy policy = result.policy();
        int pages = result.timeline().getFirst().pages().size();
        int column = Math.max(pages, "guest".length());
        int room = WIDTH - INDENT.length() - 2 * (column + GAP);
        lines.add("policy: %s (linux %s)".formatted(policy.name(), policy.kernel().release()));
        if (pages > 0) {
            lines.add((" ".repeat(INDENT.length() + room + GAP) + pad("guest", column) + " ".repeat(GAP) + "host")
                    .stripTrailing());
        }
        for (TimelineEntry entry : result.timeline()) {
            List<String> parts = wrap(entry.step(), "", INDENT, pages > 0 ? room : WIDTH - INDENT.length());
            for (int i = 0; i < parts.size(); i++) {
                String views = i > 0 || pages == 0 ? "" : " ".repeat(GAP) + pad(letters(entry, true), column)
                        + " ".repeat(GAP) + letters(entry, false);
                lines.add((INDENT + pad(parts.get(i), room) + views).stripTrailing());
            }
            for (TimelineEvent event : entry.events()) {
                lines.addAll(wrap(event.text(), DEEPER, DEEPER + INDENT));
            }
        }
        outcome(lines, result);
        return lines;
    }

    private static String letters(TimelineEntry entry, boolean guest) {
        return entry.pages().stream().map(page -> String.valueOf(guest ? page.guestLetter() : page.hostLetter()))
                .collect(Collectors.joining());
    }

    private static void outcome(List<String> lines, ScenarioResult result) {
        ScenarioExpectation outcome = result.outcome();
        labelled(lines, "the end", result.end().text());
        labelled(lines, "the guest loses", outcome.losses().text());
        labelled(lines, "the host could learn", learns(outcome));
        labelled(lines, "who gets to know", knows(outcome));
        Map<LaterAccess, List<String>> byAccess = new TreeMap<>();
        outcome.laterAccesses()
                .forEach((page, access) -> byAccess.computeIfAbsent(access, _ -> new ArrayList<>()).add(page));
        byAccess.forEach((access, pages) ->
                labelled(lines, "a later touch of", String.join(" ", pages) + ": " + access.text()));
        if (!outcome.loads().isEmpty()) {
            labelled(lines, "interleavings", interleavings(outcome));
        }
        List<String> differences = result.differences();
        if (differences.isEmpty()) {
            lines.add(INDENT + "as expected");
        }
        for (String difference : differences) {
            lines.addAll(wrap("NOT AS EXPECTED: " + difference, INDENT, DEEPER));
        }
    }

    private static void labelled(List<String> lines, String label, String text) {
        List<String> parts = wrap(text, "", "", WIDTH - INDENT.length() - LABEL);
        for (int i = 0; i < parts.size(); i++) {
            lines.add(INDENT + pad(i == 0 ? label : "", LABEL) + parts.get(i));
        }
    }

    private static String learns(ScenarioExpectation outcome) {
        return outcome.exposed().isEmpty() ? "nothing"
                : "what the next owner stores in " + String.join(" ", outcome.exposed());
    }

    private static String knows(ScenarioExpectation outcome) {
        return outcome.witnesses().isEmpty() ? "nobody"
                : outcome.witnesses().stream().map(Witness::text).collect(Collectors.joining(", "));
    }

    private static String interleavings(ScenarioExpectation outcome) {
        Map<LoadEnd, Integer> counts = new TreeMap<>();
        for (LoadRow row : outcome.loads()) {
            counts.merge(row.walk(), 1, Integer::sum);
            counts.merge(row.tlb(), 1, Integer::sum);
            row.alias().ifPresent(end -> counts.merge(end, 1, Integer::sum));
        }
        int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        return total + ": " + counts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(Collectors.joining(", "));
    }

    /// {@return the head of a Markdown table: how the guest ends, what it loses, what the host could learn, who gets to
    /// know}
    static List<String> tableHead() {
        return List.of("| scenario | policy | the end | the guest loses | the host could learn | who gets to know |",
                "|---|---|---|---|---|---|");
    }

    /// {@return the rows of a scenario in that table, one for each result}
    ///
    /// @param scenario its name, for the first column
    static List<String> tableRows(String scenario, List<ScenarioResult> results) {
        return results.stream().map(result -> row(scenario, result)).toList();
    }

    private static String row(String name, ScenarioResult result) {
        ScenarioExpectation outcome = result.outcome();
        return "| `%s` | %s | %s | %s | %s | %s |".formatted(name, result.policy().name().replace("|", "\\|"),
                outcome.end().label(), outcome.losses().text(), learns(outcome), knows(outcome));
    }

    private static List<String> wrap(String text, String first, String other) {
        return wrap(text, first, other, WIDTH);
    }

    private static List<String> wrap(String text, String first, String other, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line = new StringBuilder(other);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
