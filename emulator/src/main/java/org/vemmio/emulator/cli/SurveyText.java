package org.vemmio.emulator.cli;

import java.util.List;
import java.util.stream.Stream;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.survey.HandlerVerdict;
import org.vemmio.emulator.survey.MemoryEffect;
import tools.jackson.core.JsonGenerator;

/// How a survey is shown: in the cells of a table, and as JSON.
final class SurveyText {
    private SurveyText() {
    }

    /// Returns a word for a table.
    static Table.Cell cell(HandlerVerdict verdict) {
        return switch (verdict) {
            case HandlerVerdict.Emulated(List<Hazard> hazards) when hazards.isEmpty() ->
                new Table.Cell("ok", Paint.GOOD);
            case HandlerVerdict.Emulated _ -> new Table.Cell("ok*", Paint.DOUBTFUL);
            case HandlerVerdict.Refused(Check check, String _) -> new Table.Cell(word(check), Paint.BAD);
            case HandlerVerdict.Exception(int vector) ->
                new Table.Cell(Outcome.Exception.name(vector), Paint.DOUBTFUL);
            case HandlerVerdict.Idle _ -> Table.Cell.plain("-");
        };
    }

    /// Returns what a check returns in its handler's own words, or, where it returns nothing, its label.
    private static String word(Check check) {
        return check.returned().word().isEmpty() ? check.label() : check.returned().word();
    }

    /// Returns what the word leaves open.
    static Stream<String> details(HandlerVerdict verdict) {
        return switch (verdict) {
            case HandlerVerdict.Emulated(List<Hazard> hazards) -> hazards.stream().map(Hazard::toString);
            case HandlerVerdict.Refused(Check check, String detail) ->
                Stream.of(check.text() + (detail.isEmpty() ? "" : ": " + detail));
            case HandlerVerdict.Exception _, HandlerVerdict.Idle _ -> Stream.empty();
        };
    }

    /// Returns a line for each access, such as `load 4`, and one for the repetition.
    static List<String> lines(MemoryEffect memory) {
        return Stream.concat(memory.accesses().stream().map(access -> access.verb() + " " + access.size()),
                memory.repeated() ? Stream.of("repeated") : Stream.empty()).toList();
    }

    /// Writes the members of an object.
    static void write(JsonGenerator json, HandlerVerdict verdict) {
        switch (verdict) {
            case HandlerVerdict.Emulated(List<Hazard> hazards) -> {
                json.writeStringProperty("verdict", "emulated");
                json.writeArrayPropertyStart("hazards");
                for (Hazard hazard : hazards) {
                    json.writeStartObject();
                    json.writeStringProperty("kind", hazard.kind().label());
                    json.writeStringProperty("detail", hazard.detail());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            case HandlerVerdict.Refused(Check check, String detail) -> {
                json.writeStringProperty("verdict", "refused");
                json.writeStringProperty("failure", check.label());
                json.writeStringProperty("errno", check.returned().errno().map(Errno::name).orElse(""));
                json.writeStringProperty("returned", check.returned().word());
                json.writeStringProperty("detail", detail);
            }
            case HandlerVerdict.Exception(int vector) -> {
                json.writeStringProperty("verdict", "exception");
                json.writeNumberProperty("vector", vector);
            }
            case HandlerVerdict.Idle _ -> json.writeStringProperty("verdict", "no-access");
        }
    }

    /// Writes members of an object.
    static void write(JsonGenerator json, MemoryEffect memory) {
        json.writeArrayPropertyStart("memory");
        for (MemoryEffect.MemoryAccess access : memory.accesses()) {
            json.writeStartObject();
            json.writeStringProperty("access", access.verb());
            json.writeNumberProperty("size", access.size());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanProperty("repeated", memory.repeated());
    }
}
