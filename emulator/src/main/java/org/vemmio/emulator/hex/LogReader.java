package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.vemmio.emulator.input.Limits;

/// Reads a log for what it tells of traps: the lines that have code bytes, the registers around them, and what messages
/// mean.
final class LogReader {
    /// A line of mail that ends with `=` goes on in the next if it is at least so long (RFC 2045, 6.7).
    private static final int SOFT_BREAK = 60;

    private final List<LogDump> dumps = new ArrayList<>();
    private final LogRegisters registers = new LogRegisters();
    private final LogMeanings meanings = new LogMeanings();
    private final LogCode code = new LogCode();
    private String before = "";
    private int bareLine;
    private int bareLines;

    /// Returns all that a text tells, which may be nothing.
    ///
    /// @throws HexException if the text is longer than 16 MiB
    static CrashLog read(HexText text) throws IOException {
        LogReader reader = lines(text);
        return new CrashLog(reader.dumps(_ -> true), reader.bareLines);
    }

    /// Returns the dumps of a text, in its order.
    ///
    /// @throws HexException if the text is longer than 16 MiB
    static List<CrashDump> read(HexText text, Predicate<String> forms) throws IOException {
        LogReader reader = lines(text);
        List<CrashDump> dumps = reader.dumps(forms);
        if (dumps.isEmpty() && reader.bareLine > 0) {
            throw text.wrong(reader.bareLine, "this message has no code bytes, since they could not be read");
        }
        return dumps;
    }

    private static LogReader lines(HexText text) throws IOException {
        LogReader reader = new LogReader();
        long length = 0;
        for (HexLine line = text.next(); line != null; line = text.next()) {
            length += line.text().length() + 1;
            if (length > Limits.LOG) {
                throw line.wrong(0, "a log of more than 16 MiB; the part around the trap is enough");
            }
            reader.line(line);
        }
        return reader;
    }

    /// Returns the dumps that begin in the part of a text that tells its form.
    static List<CrashDump> head(HexText text) {
        LogReader reader = new LogReader();
        text.head().forEach(reader::line);
        return reader.dumps(_ -> true);
    }

    private void line(HexLine piece) {
        String text = before + piece.text();
        before = "";
        if (piece.isWhole() && text.endsWith("=") && text.length() >= SOFT_BREAK && text.length() < HexText.HEAD) {
            before = text.substring(0, text.length() - 1);
            return;
        }
        HexLine line = new HexLine(piece.source(), piece.number(), 1, text, true);
        if (!dumps.isEmpty() && code.goesOn(line, dumps.getLast())) {
            return;
        }
        registers.line(text);
        meanings.line(line);
        LogDump dump = code.dump(line, registers);
        if (dump != null) {
            dumps.add(dump);
        } else if (code.isBare(text)) {
            bareLine = line.number();
            bareLines++;
        }
    }

    private List<CrashDump> dumps(Predicate<String> forms) {
        List<LogDump> kept = dumps.stream().filter(dump -> forms.test(dump.form)
                && (dump.bytes.size() > 0 || dump.form.equals(LogCode.EDK2))).toList();
        List<CrashDump> result = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            LogDump dump = kept.get(i);
            boolean last = i == kept.size() - 1;
            List<String> notes = new ArrayList<>(meanings.between(i == 0 ? 0 : kept.get(i - 1).line,
                    last ? Integer.MAX_VALUE : dump.line));
            if (last && bareLine > dump.line) {
                notes.add("the message in line %d has no bytes, since they could not be read; this is the last that has"
                        .formatted(bareLine));
            }
            result.add(dump.toDump(notes));
        }
        return result;
    }
}
