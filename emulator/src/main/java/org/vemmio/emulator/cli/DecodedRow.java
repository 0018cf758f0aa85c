package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.survey.Survey;
import tools.jackson.core.JsonGenerator;

/// One instruction, or a byte that begins none.
///
/// @param base the address at which its chunk of bytes begins
/// @param offset from there
/// @param bytes its bytes
/// @param trapping whether execution stopped here
/// @param text in assembler
/// @param survey what it means, to memory and under each handler
record DecodedRow(long base, int offset, byte[] bytes, boolean trapping, String text, Survey survey) {
    private static final int BYTES_IN_A_LINE = 7;

    boolean isInstruction() {
        return survey.decoding() instanceof Instruction;
    }

    /// Adds the row to a table of offset, bytes, text, memory, and a column for each handler.
    void addTo(Table table) {
        List<Table.Cell> cells = new ArrayList<>(List.of(
                Table.Cell.plain((trapping ? "*" : "") + Integer.toHexString(offset)),
                Table.Cell.plain(hex()),
                new Table.Cell(text, isInstruction() ? Paint.PLAIN : Paint.BAD),
                Table.Cell.plain(SurveyText.text(survey.memory()))));
        Map<String, String> handlersByDetail = new LinkedHashMap<>();
        survey.verdicts().forEach((handler, verdict) -> {
            cells.add(SurveyText.cell(verdict));
            SurveyText.details(verdict).forEach(detail ->
                    handlersByDetail.merge(detail, handler, (before, next) -> before + ", " + next));
        });
        table.row(cells);
        if (survey.decoding() instanceof DecodeFailure failure) {
            table.note(failure.reason().description(), Paint.ASIDE);
        }
        handlersByDetail.forEach((detail, handlers) -> table.note(handlers + ": " + detail, Paint.ASIDE));
    }

    private String hex() {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < bytes.length; i += BYTES_IN_A_LINE) {
            hex.append(i == 0 ? "" : "\n")
                    .append(HexFormat.of().formatHex(bytes, i, Math.min(i + BYTES_IN_A_LINE, bytes.length)));
        }
        return hex.toString();
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("address", "0x" + Long.toHexString(base + offset));
        json.writeStringProperty("bytes", HexFormat.of().formatHex(bytes));
        json.writeBooleanProperty("trapping", trapping);
        json.writeBooleanProperty("valid", isInstruction());
        json.writeStringProperty("text", text);
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
        json.writeEndObject();
    }
}
