package org.vemmio.emulator.cli;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Difference;
import org.vemmio.emulator.recording.replay.ReplayResult;
import tools.jackson.core.JsonGenerator;

/// A trap that disagreed, as a report shows it.
///
/// @param file the recording
/// @param bytes of the instruction, in hex; where they are none, all that were recorded
/// @param text in assembler, or why the bytes are no instruction
record Disagreement(String file, RecordedTrap trap, String bytes, String text, List<Difference> differences) {
    static Disagreement of(String file, ReplayResult result, Decoder decoder) {
        RecordedTrap trap = result.trap();
        byte[] code = trap.code();
        Decoding decoding = decoder.decode(trap.mode(), code);
        String text = switch (decoding) {
            case Instruction instruction -> decoder.format(instruction, Syntax.INTEL, trap.rip());
            case DecodeFailure failure -> "(" + failure.reason().description() + ")";
        };
        byte[] shown = decoding instanceof Instruction ? Arrays.copyOf(code, decoding.length()) : code;
        return new Disagreement(file, trap, HexFormat.of().formatHex(shown), text, result.differences());
    }

    /// Adds rows of three columns: what, expected, got.
    void addTo(Table table) {
        table.title("");
        table.title("%s:%d: %d-bit code at 0x%x%s".formatted(file, trap.line(), trap.mode().bits(), trap.rip(),
                trap.device().isEmpty() ? "" : ", device " + trap.device()));
        table.row(Table.Cell.plain(bytes), new Table.Cell(text, Paint.HEADING), Table.Cell.plain(""));
        for (Difference difference : differences) {
            table.row(Table.Cell.plain(name(difference)), new Table.Cell(shown(difference.expected()), Paint.GOOD),
                    new Table.Cell(shown(difference.got()), Paint.BAD));
        }
    }

    private static String name(Difference difference) {
        return difference.kind() == Difference.Kind.ACCESS ? "access " + difference.name() : difference.name();
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("file", file);
        json.writeNumberProperty("line", trap.line());
        json.writeNumberProperty("mode", trap.mode().bits());
        json.writeStringProperty("rip", "0x" + Long.toHexString(trap.rip()));
        json.writeStringProperty("device", trap.device());
        json.writeStringProperty("bytes", bytes);
        json.writeStringProperty("text", text);
        json.writeArrayPropertyStart("differences");
        for (Difference difference : differences) {
            json.writeStartObject();
            json.writeStringProperty("in", name(difference));
            json.writeStringProperty("expected", difference.expected());
            json.writeStringProperty("got", difference.got());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
