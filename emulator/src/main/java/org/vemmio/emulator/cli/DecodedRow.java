package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.survey.Survey;
import tools.jackson.core.JsonGenerator;

/// One instruction, or a byte that begins none.
///
/// @param place where it stands
/// @param bytes its bytes
/// @param trapping whether execution stopped here
/// @param last whether the bytes that there are end behind it
/// @param assembler its text; empty if it is no instruction
/// @param survey what it means, to memory and under each handler
record DecodedRow(Place place, byte[] bytes, boolean trapping, boolean last, String assembler, Survey survey) {
    private static final int BYTES_IN_A_LINE = 7;

    /// Where an instruction stands.
    ///
    /// @param base the address at which its run of bytes begins
    /// @param offset from there
    /// @param symbol what lies at the base; may be empty
    /// @param mode the code size
    record Place(long base, long offset, String symbol, CodeMode mode) {
        long address() {
            return base + offset;
        }

        /// Returns a heading for the run.
        String title() {
            return "0x" + Long.toHexString(base) + (symbol.isEmpty() ? "" : " <" + symbol + ">") + ":";
        }
    }

    boolean isInstruction() {
        return survey.decoding() instanceof Instruction;
    }

    /// Whether the bytes end within it.
    boolean isCutOff() {
        return last && survey.decoding() instanceof DecodeFailure(DecodeFailure.Reason reason, int _)
                && reason == DecodeFailure.Reason.TRUNCATED;
    }

    /// Adds the row to a table of offset, bytes, text, memory, and a column for each handler.
    ///
    /// @param log whether the bytes are those around a trap, of which most had nothing to do with it
    /// @param notes what else to say of it
    void addTo(Table table, boolean log, List<String> notes) {
        boolean aside = log && (isInstruction() ? survey.memory().accesses().isEmpty() : !trapping || isCutOff());
        List<Table.Cell> cells = new ArrayList<>(List.of(
                Table.Cell.plain(Long.toHexString(place.offset)),
                Table.Cell.plain(hex()),
                new Table.Cell(text(log), isInstruction() || log && isCutOff() ? Paint.PLAIN : Paint.BAD),
                Table.Cell.plain(SurveyText.lines(survey.memory()))));
        Map<String, String> handlersByDetail = new LinkedHashMap<>();
        survey.verdicts().forEach((handler, verdict) -> {
            cells.add(aside ? Table.Cell.plain("-") : SurveyText.cell(verdict));
            if (!aside) {
                SurveyText.details(verdict).forEach(detail ->
                        handlersByDetail.merge(detail, handler, (before, next) -> before + ", " + next));
            }
        });
        table.row(cells);
        if (trapping) {
            table.note("trapping", Paint.HEADING);
        }
        notes.forEach(note -> table.note(note, Paint.ASIDE));
        if (survey.decoding() instanceof DecodeFailure failure) {
            table.note(failure.reason().description(), Paint.ASIDE);
        }
        handlersByDetail.forEach((detail, handlers) -> table.note(handlers + ": " + detail, Paint.ASIDE));
    }

    private String text(boolean log) {
        return isInstruction() ? assembler : log && isCutOff() ? "(cut off)" : "(bad)";
    }

    private List<String> hex() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += BYTES_IN_A_LINE) {
            lines.add(HexFormat.of().formatHex(bytes, i, Math.min(i + BYTES_IN_A_LINE, bytes.length)));
        }
        return lines;
    }

    /// Writes the row as an object.
    ///
    /// @param mode the mode that the reader takes it to have been decoded in
    /// @param notes what else to say of it
    void write(JsonGenerator json, CodeMode mode, List<String> notes) {
        json.writeStartObject();
        json.writeStringProperty("address", "0x" + Long.toHexString(place.address()));
        if (!place.symbol.isEmpty()) {
            json.writeStringProperty("symbol", place.symbol + (place.offset == 0 ? "" : "+0x"
                    + Long.toHexString(place.offset)));
        }
        if (place.mode != mode) {
            json.writeNumberProperty("mode", place.mode.bits());
        }
        json.writeStringProperty("bytes", HexFormat.of().formatHex(bytes));
        json.writeBooleanProperty("trapping", trapping);
        json.writeBooleanProperty("valid", isInstruction());
        json.writeStringProperty("text", text(false));
        switch (survey.decoding()) {
            case Instruction instruction -> json.writeStringProperty("mnemonic", instruction.mnemonic());
            case DecodeFailure failure -> json.writeStringProperty("reason", failure.reason().description());
        }
        SurveyText.write(json, survey.memory());
        json.writeObjectPropertyStart("handlers");
        survey.verdicts().forEach((handler, verdict) -> {
            json.writeObjectPropertyStart(handler);
            SurveyText.write(json, verdict);
            json.writeEndObject();
        });
        json.writeEndObject();
        writeNotes(json, notes);
        json.writeEndObject();
    }

    /// Writes a member with notes if there are any.
    static void writeNotes(JsonGenerator json, List<String> notes) {
        if (!notes.isEmpty()) {
            json.writeArrayPropertyStart("notes");
            notes.forEach(json::writeString);
            json.writeEndArray();
        }
    }
}
