package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Rule;
import tools.jackson.core.JsonGenerator;

/// How a handler's ladder is shown: as text, as a Markdown table, and as JSON.
final class LadderText {
    private LadderText() {
    }

    static void print(PrintWriter out, boolean colours, Ladder ladder) {
        Table table = new Table("rllwl");
        table.title("%s%s: %d checks, in the order in which it comes to them".formatted(ladder.handler(),
                ladder.source().isEmpty() ? "" : " (" + ladder.source() + ")", ladder.checks().size()));
        table.heading(List.of("", "check", "returns", "does by itself", "when"));
        int number = 1;
        for (Check check : ladder.checks()) {
            table.row(String.valueOf(number), check.label(), orDash(check.returned().word()), Rule.text(check.own()),
                    check.exit().late() ? "late" : "early");
            table.note(check.text() + since(check), Paint.PLAIN);
            table.note(check.site().location().toString(), Paint.ASIDE);
            check.printed().warning().ifPresent(warning -> table.note("warns, %s%s".formatted(
                    Labels.of(warning.frequency()), warning.message().isEmpty() ? "" : ": " + warning.message()),
                    Paint.ASIDE));
            check.printed().line().ifPresent(line -> table.note("prints, %s: %s".formatted(
                    Labels.of(line.frequency()), line.format().replace("%IP%", "…")), Paint.ASIDE));
            if (check.own() instanceof Action.Panic) {
                table.note("panics: " + check.panicText(), Paint.ASIDE);
            }
            check.hints().forEach(hint -> table.note("instead of %s: %s".formatted(hint.forms(), hint.text()),
                    Paint.ASIDE));
            number++;
        }
        table.print(out, colours);
    }

    private static String since(Check check) {
        return check.lifetime().since().map(change -> "; since " + change).orElse("")
                + check.lifetime().until().map(change -> "; until " + change).orElse("");
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /// {@return a Markdown table, a row for each check}
    static List<String> table(Ladder ladder) {
        List<String> lines = new ArrayList<>();
        lines.add("| check | refuses | since | where | returns | by itself |");
        lines.add("|---|---|---|---|---|---|");
        for (Check check : ladder.checks()) {
            SourceLocation location = check.site().location();
            lines.add("| `%s` | %s | %s | `%s%s` | %s | `%s` |".formatted(check.label(), check.text(),
                    check.lifetime().since().map(Check.Change::toString).orElse(""), location.file(),
                    location.line() == 0 ? "" : ":" + location.line(), orDash(check.returned().word()), Rule.text(check.own())));
        }
        return lines;
    }

    /// Writes the members of an object.
    static void write(JsonGenerator json, Ladder ladder) {
        json.writeStringProperty("handler", ladder.handler());
        json.writeStringProperty("source", ladder.source());
        json.writeArrayPropertyStart("checks");
        for (Check check : ladder.checks()) {
            json.writeStartObject();
            json.writeStringProperty("check", check.label());
            json.writeStringProperty("text", check.text());
            change(json, "since", check.lifetime().since());
            change(json, "until", check.lifetime().until());
            location(json, check.site().location());
            json.writeArrayPropertyStart("callers");
            check.site().callers().forEach(json::writeString);
            json.writeEndArray();
            check.printed().warning().ifPresent(warning -> {
                json.writeObjectPropertyStart("warning");
                json.writeStringProperty("message", warning.message());
                json.writeStringProperty("frequency", Labels.of(warning.frequency()));
                json.writeEndObject();
            });
            json.writeStringProperty("panic", check.panicText());
            check.printed().line().ifPresent(line -> line(json, line));
            json.writeStringProperty("returned", check.returned().word());
            json.writeStringProperty("errno", check.returned().errno().map(Errno::name).orElse(""));
            json.writeStringProperty("own", Rule.text(check.own()));
            json.writeStringProperty("dieString", check.exit().exception().dieString());
            json.writeNumberProperty("vector", check.exit().exception().vector());
            json.writeBooleanProperty("late", check.exit().late());
            json.writeArrayPropertyStart("hints");
            for (Check.Hint hint : check.hints()) {
                json.writeStartObject();
                json.writeStringProperty("forms", hint.forms());
                json.writeStringProperty("text", hint.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void change(JsonGenerator json, String name, Optional<Check.Change> change) {
        change.ifPresent(told -> {
            json.writeObjectPropertyStart(name);
            json.writeStringProperty("version", told.version());
            json.writeStringProperty("commit", told.commit());
            json.writeStringProperty("day", told.day());
            json.writeEndObject();
        });
    }

    private static void line(JsonGenerator json, Check.Line line) {
        json.writeObjectPropertyStart("prints");
        json.writeStringProperty("text", line.format());
        json.writeStringProperty("frequency", Labels.of(line.frequency()));
        location(json, line.location());
        json.writeEndObject();
    }

    private static void location(JsonGenerator json, SourceLocation location) {
        json.writeStringProperty("file", location.file());
        json.writeNumberProperty("line", location.line());
        json.writeStringProperty("function", location.function());
    }
}
