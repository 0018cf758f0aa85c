package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.vemmio.decoder.CodeMode;

/// Shows decoded instructions: as a table or as one JSON object, both at the end; or, of a stream, each at once, in
/// columns of fixed width or as a line of JSON.
abstract sealed class DecodePrinter {
    /// What a row is shown with.
    ///
    /// @param log whether the bytes are those around a trap
    /// @param mode that rows have unless they say otherwise
    /// @param handlers the heads of the columns of verdicts
    /// @param colours whether the output may have them
    record Style(boolean log, CodeMode mode, List<String> handlers, boolean colours) {
    }

    final PrintWriter out;
    final Style style;

    private DecodePrinter(PrintWriter out, Style style) {
        this.out = out;
        this.style = style;
    }

    static DecodePrinter of(PrintWriter out, Style style, boolean json, boolean stream) {
        return json ? stream ? new JsonLines(out, style) : new JsonObject(out, style)
                : stream ? new Columns(out, style) : new WholeTable(out, style);
    }

    /// Shows a row, with notes on it.
    abstract void row(DecodedRow row, List<String> notes);

    /// Ends, with notes on all of it.
    abstract void end(List<String> notes);

    List<String> heading() {
        List<String> heading = new ArrayList<>(List.of("offset", "bytes", "instruction", "memory"));
        heading.addAll(style.handlers);
        return heading;
    }

    private static final class WholeTable extends DecodePrinter {
        private final Table table;
        private final List<Shown> rows = new ArrayList<>();

        WholeTable(PrintWriter out, Style style) {
            super(out, style);
            table = new Table("rlwl" + "l".repeat(style.handlers.size()));
            table.heading(heading());
        }

        @Override
        void row(DecodedRow row, List<String> notes) {
            rows.add(new Shown(row, notes));
        }

        @Override
        void end(List<String> notes) {
            boolean several = rows.stream().anyMatch(shown -> shown.row.place().base() != 0);
            long base = 0;
            String symbol = "";
            for (Shown shown : rows) {
                DecodedRow.Place place = shown.row.place();
                if (place.base() != base || several && !place.symbol().equals(symbol)) {
                    base = place.base();
                    symbol = place.symbol();
                    table.title(place.title());
                }
                shown.row.addTo(table, style.log, shown.notes);
            }
            if (!notes.isEmpty()) {
                table.title("");
            }
            notes.forEach(note -> table.note(note, Paint.DOUBTFUL));
            table.print(out, style.colours);
        }
    }

    private record Shown(DecodedRow row, List<String> notes) {
    }

    private static final class JsonObject extends DecodePrinter {
        private final List<Shown> rows = new ArrayList<>();

        JsonObject(PrintWriter out, Style style) {
            super(out, style);
        }

        @Override
        void row(DecodedRow row, List<String> notes) {
            rows.add(new Shown(row, notes));
        }

        @Override
        void end(List<String> notes) {
            Json.write(out, "decode", 1, json -> {
                json.writeNumberProperty("mode", style.mode.bits());
                json.writeArrayPropertyStart("instructions");
                rows.forEach(shown -> shown.row.write(json, style.mode, shown.notes));
                json.writeEndArray();
                DecodedRow.writeNotes(json, notes);
            });
        }
    }

    private static final class Columns extends DecodePrinter {
        private static final int[] WIDTHS = {8, 14, 16, 12};
        private static final int VERDICT = 8;

        private final int[] widths;
        private long base;
        private String symbol = "";
        private boolean any;

        Columns(PrintWriter out, Style style) {
            super(out, style);
            widths = new int[WIDTHS.length + style.handlers.size()];
            for (int i = 0; i < widths.length; i++) {
                widths[i] = i < WIDTHS.length ? WIDTHS[i] : VERDICT;
            }
        }

        private Table table() {
            return new Table("rlww" + "w".repeat(style.handlers.size())).fixed(widths);
        }

        @Override
        void row(DecodedRow row, List<String> notes) {
            Table table = table();
            if (!any) {
                table.heading(heading());
            }
            DecodedRow.Place place = row.place();
            if (place.base() != base || !place.symbol().equals(symbol)) {
                base = place.base();
                symbol = place.symbol();
                table.title(place.title());
            }
            row.addTo(table, style.log, notes);
            table.print(out, style.colours);
            any = true;
        }

        @Override
        void end(List<String> notes) {
            // A log alone has notes on all of it, and that is no stream.
        }
    }

    private static final class JsonLines extends DecodePrinter {
        JsonLines(PrintWriter out, Style style) {
            super(out, style);
        }

        @Override
        void row(DecodedRow row, List<String> notes) {
            Json.line(out, json -> row.write(json, style.mode, notes));
        }

        @Override
        void end(List<String> notes) {
            // A log alone has notes on all of it, and that is no stream.
        }
    }
}
