package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/// A log, in which lines of this form have code bytes.
final class LogForm extends HexForm {
    /// Any text with a line of any of the forms of logs somewhere.
    static final LogForm ANY = new LogForm("", "a log", "");

    private static final int FEW = 5;

    LogForm(String name, String description, String example) {
        super(name, description, example);
    }

    private boolean takes(String form) {
        return name().isEmpty() || name().equals(form);
    }

    @Override
    public boolean isLog() {
        return true;
    }

    @Override
    Fit fit(HexText text) {
        List<CrashDump> dumps = text.dumps();
        return Fit.of(dumps.reversed().stream().filter(dump -> dump.code().length > 0).findFirst()
                .or(() -> dumps.stream().findFirst()).filter(dump -> dump.form().equals(name())).isPresent());
    }

    /// Returns what the log tells, in its order.
    ///
    /// @throws HexException if it tells nothing
    List<CrashDump> dumps(HexText text) throws IOException {
        List<CrashDump> dumps = LogReader.read(text, this::takes);
        if (dumps.isEmpty() && name().isEmpty()) {
            throwPlain(text);
        }
        if (dumps.isEmpty()) {
            throw text.wrong(0, name().isEmpty()
                    ? "no line has code bytes in a known form; 'vemmio decode --list-formats' shows what they look like"
                    : "no line has code bytes as the form %s has them: %s".formatted(name(),
                            example().lines().reduce((_, last) -> last).orElseThrow().strip()));
        }
        return dumps;
    }

    /// A text whose first line has bytes was meant as plain hex, and one of a few lines too.
    private static void throwPlain(HexText text) {
        HexException wrong = PlainForm.problem(text).orElse(null);
        boolean few = text.isWhole() && text.head().size() < FEW;
        if (wrong != null && (few || text.head().stream().anyMatch(line -> line.number() < wrong.line()
                && !line.text().isBlank()))) {
            throw wrong;
        }
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        for (CrashDump dump : dumps(text)) {
            emit(dump, chunks);
        }
    }

    static void emit(CrashDump dump, Chunks chunks) {
        OptionalLong address = dump.codeAddress();
        if (address.isPresent()) {
            chunks.begin(address.getAsLong());
        } else {
            chunks.begin();
        }
        dump.mode().ifPresent(chunks::mode);
        byte[] code = dump.code();
        for (int i = 0; i < code.length; i++) {
            if (i == dump.trapping()) {
                chunks.mark();
            }
            chunks.add(code[i]);
        }
        chunks.flush();
    }
}
