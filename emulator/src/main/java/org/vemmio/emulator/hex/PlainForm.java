package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.Optional;

/// Bytes with nothing but the punctuation of a language around them.
final class PlainForm extends HexForm {
    static final String NAME = "hex";

    PlainForm() {
        super(NAME, "digits, with 0x, \\x, h, : or - or without; arrays and strings of C, Go, Java, Rust, Python; .byte",
                "48 8b 07 f3 66 ab");
    }

    @Override
    Fit fit(HexText text) {
        return Fit.of(problem(text).isEmpty());
    }

    /// Returns why the beginning of a text is not in this form.
    static Optional<HexException> problem(HexText text) {
        Chunks chunks = new Chunks(_ -> { });
        PlainReader reader = new PlainReader(chunks);
        try {
            text.head().forEach(reader::line);
        } catch (HexException wrong) {
            return Optional.of(wrong);
        }
        return chunks.isEmpty() && text.isWhole()
                ? Optional.of(text.wrong(Math.max(1, text.head().size()), "there is no byte; " + PlainReader.FORMS))
                : Optional.empty();
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        PlainReader.read(text, chunks);
    }
}
