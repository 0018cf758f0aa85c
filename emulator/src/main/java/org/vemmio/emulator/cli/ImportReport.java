package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.importing.ImportReason;
import org.vemmio.emulator.importing.ImportSummary;
import org.vemmio.emulator.input.Labels;
import tools.jackson.core.JsonGenerator;

/// What `import` tells when it is done.
///
/// @param output the recording
/// @param files what was read
/// @param summary what became of it
record ImportReport(String output, List<ImportedFile> files, ImportSummary summary) {
    /// A file and what it was read as.
    ///
    /// @param noun what one calls a file of this format
    record ImportedFile(String name, String format, String noun) {
    }

    void print(PrintWriter out) {
        Table head = new Table("lw");
        String title = "";
        for (ImportedFile file : files) {
            head.row(file.noun.equals(title) ? "" : file.noun, file.name + " (" + file.format + ")");
            title = file.noun;
        }
        head.row("recording", output);
        head.print(out, false);
        out.println();
        Table table = new Table("wr");
        count(table, "lines", summary.lines());
        if (summary.lines() > summary.events()) {
            count(table, "  not of events that count here", summary.lines() - summary.events());
        }
        if (summary.lostMarks() > 0) {
            count(table, "  that say that events were lost", summary.lostMarks());
        }
        counts(table, "instructions", summary.instructions(), "  became traps", summary.traps());
        reasons(table, summary.instructionsLeft());
        if (summary.accesses() > 0) {
            counts(table, "lines of device accesses", summary.accesses(), "  in traps", summary.accessesInTraps());
        }
        reasons(table, summary.accessesLeft());
        if (!summary.assumed().isEmpty()) {
            table.row("traps in which was assumed", "");
            summary.assumed().forEach((key, traps) -> count(table, "  " + key, traps));
        }
        table.print(out, false);
    }

    private static void counts(Table table, String what, long all, String kept, long some) {
        count(table, what, all);
        count(table, kept, some);
    }

    private static void count(Table table, String what, long count) {
        table.row(what, "%,d".formatted(count));
    }

    private static void reasons(Table table, Map<ImportReason, Long> left) {
        sorted(left).forEach(entry -> count(table, "  " + entry.getKey().text(), entry.getValue()));
    }

    private static List<Map.Entry<ImportReason, Long>> sorted(Map<ImportReason, Long> left) {
        return left.entrySet().stream()
                .sorted(Map.Entry.<ImportReason, Long>comparingByValue(Comparator.reverseOrder())).toList();
    }

    /// Writes the members of the object of `--json`.
    void write(JsonGenerator json) {
        json.writeStringProperty("output", output);
        json.writeNumberProperty("traps", summary.traps());
        json.writeArrayPropertyStart("files");
        for (ImportedFile file : files) {
            json.writeStartObject();
            json.writeStringProperty("file", file.name);
            json.writeStringProperty("format", file.format);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("lines", summary.lines());
        json.writeNumberProperty("events", summary.events());
        json.writeNumberProperty("lostMarks", summary.lostMarks());
        write(json, "instructions", summary.instructions(), summary.traps(), summary.instructionsLeft());
        write(json, "accesses", summary.accesses(), summary.accessesInTraps(), summary.accessesLeft());
        json.writeArrayPropertyStart("assumed");
        summary.assumed().forEach((key, traps) -> {
            json.writeStartObject();
            json.writeStringProperty("key", key);
            json.writeNumberProperty("traps", traps);
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String key, long total, long inTraps, Map<ImportReason, Long> left) {
        json.writeObjectPropertyStart(key);
        json.writeNumberProperty("total", total);
        json.writeNumberProperty("inTraps", inTraps);
        json.writeArrayPropertyStart("left");
        for (Map.Entry<ImportReason, Long> entry : sorted(left)) {
            json.writeStartObject();
            json.writeStringProperty("reason", Labels.of(entry.getKey()));
            json.writeNumberProperty("count", entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
