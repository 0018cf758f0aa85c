package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.OutcomeKind;
import org.vemmio.emulator.recording.replay.ReplaySummary;
import org.vemmio.emulator.recording.replay.ReplaySummary.Tally;
import tools.jackson.core.JsonGenerator;

/// What `vemmio replay` prints.
///
/// @param handler the handler's name
/// @param policy the policy's name
/// @param oneKernel whether one kernel of the guest saw all traps
/// @param only the filter as written, or empty
/// @param files the recordings
/// @param summary of all of them
/// @param disagreements the first traps that disagreed
record ReplayReport(String handler, String policy, boolean oneKernel, String only, List<ReplayedFile> files,
        ReplaySummary summary, List<Disagreement> disagreements) {
    private static final int LONGEST = 12;

    // Text

    void print(PrintWriter out, boolean colours) {
        Table head = new Table("lw");
        for (ReplayedFile file : files) {
            head.row("recording", file.name());
            if (!file.header().title().isEmpty()) {
                head.row("", file.header().title());
            }
        }
        head.row("handler", handler);
        head.row("policy", policy + (oneKernel ? ", with one kernel for all traps" : ""));
        if (!only.isEmpty()) {
            head.row("only", only);
        }
        head.print(out, colours);

        Table table = new Table("wrrrr");
        section(table, "traps");
        row(table, "all", summary.total());
        if (files.size() > 1) {
            section(table, "recording");
            files.forEach(file -> row(table, file.name(), file.tally()));
        }
        section(table, "outcome", summary.outcomes(), OutcomeKind::label);
        section(table, "failure", summary.failures(), label -> label);
        section(table, "rule", summary.decisions(), decision -> decision.rule() + ": " + decision.text());
        section(table, "ending", summary.endings(), ending -> ending);
        section(table, "hazard", summary.hazards(), Hazard.Kind::label);
        section(table, "instruction", summary.forms(), form -> form);
        section(table, "device", summary.devices(), device -> device);
        section(table, "assumed, not recorded", summary.assumed(), key -> key);
        table.print(out, colours);

        if (!disagreements.isEmpty()) {
            Table differences = new Table("www");
            differences.title("");
            differences.row(new Table.Cell("disagreement", Paint.HEADING), new Table.Cell("expected", Paint.HEADING),
                    new Table.Cell("got", Paint.HEADING));
            disagreements.forEach(disagreement -> disagreement.addTo(differences));
            long others = summary.total().disagreed() - disagreements.size();
            if (others > 0) {
                differences.title("");
                differences.title(number(others) + " other traps disagree.");
            }
            differences.print(out, colours);
        }
    }

    private static void section(Table table, String name) {
        table.title("");
        table.heading(List.of(name, "total", "agreed", "disagreed", "refused"));
    }

    /// Prints the tallies with the most traps first; of many, those behind the first few as one.
    private static <K> void section(Table table, String name, Map<K, Tally> tallies, Function<K, String> label) {
        if (tallies.isEmpty()) {
            return;
        }
        section(table, name);
        List<Map.Entry<K, Tally>> sorted = sorted(tallies, label);
        int shown = sorted.size() <= LONGEST ? sorted.size() : LONGEST - 1;
        sorted.subList(0, shown).forEach(entry -> row(table, label.apply(entry.getKey()), entry.getValue()));
        if (shown < sorted.size()) {
            Tally rest = sorted.subList(shown, sorted.size()).stream().map(Map.Entry::getValue)
                    .reduce(Tally.NONE, Tally::plus);
            row(table, (sorted.size() - shown) + " others", rest);
        }
    }

    private static <K> List<Map.Entry<K, Tally>> sorted(Map<K, Tally> tallies, Function<K, String> label) {
        List<Map.Entry<K, Tally>> sorted = new ArrayList<>(tallies.entrySet());
        sorted.sort(Comparator.comparingLong((Map.Entry<K, Tally> entry) -> -entry.getValue().total())
                .thenComparing(entry -> label.apply(entry.getKey())));
        return sorted;
    }

    private static void row(Table table, String name, Tally tally) {
        table.row(Table.Cell.plain(name), Table.Cell.plain(number(tally.total())),
                count(tally.agreed(), Paint.GOOD), count(tally.disagreed(), Paint.BAD),
                count(tally.refused(), Paint.DOUBTFUL));
    }

    private static Table.Cell count(long count, Paint paint) {
        return count == 0 ? Table.Cell.plain("-") : new Table.Cell(number(count), paint);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    // JSON

    void write(JsonGenerator json) {
        json.writeStringProperty("handler", handler);
        json.writeStringProperty("policy", policy);
        json.writeBooleanProperty("oneKernel", oneKernel);
        json.writeStringProperty("only", only);
        tally(json, summary.total());
        json.writeArrayPropertyStart("recordings");
        for (ReplayedFile file : files) {
            json.writeStartObject();
            json.writeStringProperty("file", file.name());
            json.writeStringProperty("title", file.header().title());
            json.writeStringProperty("source", file.header().source());
            tally(json, file.tally());
            json.writeEndObject();
        }
        json.writeEndArray();
        array(json, "outcomes", "outcome", summary.outcomes(), OutcomeKind::label);
        array(json, "failures", "failure", summary.failures(), label -> label);
        json.writeArrayPropertyStart("rules");
        for (Map.Entry<Decision, Tally> entry : sorted(summary.decisions(), Decision::text)) {
            json.writeStartObject();
            json.writeNumberProperty("rule", entry.getKey().rule());
            json.writeStringProperty("text", entry.getKey().text());
            tally(json, entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        array(json, "endings", "ending", summary.endings(), ending -> ending);
        array(json, "hazards", "hazard", summary.hazards(), Hazard.Kind::label);
        array(json, "instructions", "instruction", summary.forms(), form -> form);
        array(json, "devices", "device", summary.devices(), device -> device);
        array(json, "assumed", "key", summary.assumed(), key -> key);
        json.writeArrayPropertyStart("disagreements");
        disagreements.forEach(disagreement -> disagreement.write(json));
        json.writeEndArray();
    }

    private static <K> void array(JsonGenerator json, String name, String key, Map<K, Tally> tallies,
            Function<K, String> label) {
        json.writeArrayPropertyStart(name);
        for (Map.Entry<K, Tally> entry : sorted(tallies, label)) {
            json.writeStartObject();
            json.writeStringProperty(key, label.apply(entry.getKey()));
            tally(json, entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tally(JsonGenerator json, Tally tally) {
        json.writeNumberProperty("traps", tally.total());
        json.writeNumberProperty("agreed", tally.agreed());
        json.writeNumberProperty("disagreed", tally.disagreed());
        json.writeNumberProperty("refused", tally.refused());
    }
}
