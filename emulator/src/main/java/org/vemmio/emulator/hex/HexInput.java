package org.vemmio.emulator.hex;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/// A text with code bytes, opened, with its form recognised by the first 64 KiB. It is read once.
///
/// Time and memory are linear in the length of the text; of a form that is no log, 64 KiB are held at a time.
public final class HexInput {
    private final HexText text;
    private final HexForm form;
    private final String name;

    private HexInput(HexText text, HexForm form, String name) {
        this.text = text;
        this.form = form;
        this.name = name;
    }

    /// {@return a text whose form is recognised}
    ///
    /// @param source what messages call it: a file's name, or `argument`
    /// @param in where it comes from; the caller closes it
    /// @throws HexException if it is in none of the forms, or may be in several
    /// @throws IOException if it cannot be read
    public static HexInput open(String source, InputStream in) throws IOException {
        HexText text = new HexText(source, in);
        for (HexForm form : HexForms.ALL) {
            switch (form.fit(text)) {
                case Fit.No _ -> { }
                case Fit.Yes _ -> {
                    // Another place of a log may be in another form.
                    return new HexInput(text, form.isLog() ? LogForm.ANY : form, form.name());
                }
                case Fit.Asked(int line, String problem) -> throw text.wrong(line, problem);
            }
        }
        return new HexInput(text, LogForm.ANY, "");
    }

    /// {@return a text in a form that the caller knows}
    ///
    /// @param source what messages call it: a file's name, or `argument`
    /// @param in where it comes from; the caller closes it
    /// @param form its form
    /// @throws HexException if it is not text
    /// @throws IOException if it cannot be read
    public static HexInput open(String source, InputStream in, HexForm form) throws IOException {
        return new HexInput(new HexText(source, in), form, form.name());
    }

    /// {@return a text that is at hand, whose form is recognised}
    ///
    /// @param source what messages call it
    /// @param text the text
    /// @throws HexException if it is in none of the forms, or may be in several
    public static HexInput of(String source, String text) {
        try {
            return open(source, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// {@return what a text tells of processors that stopped, whatever else it is}
    ///
    /// @param source what messages call it
    /// @param in where it comes from; the caller closes it
    /// @throws HexException if it is not text, or longer than 16 MiB
    /// @throws IOException if it cannot be read
    public static CrashLog crashes(String source, InputStream in) throws IOException {
        return LogReader.read(new HexText(source, in));
    }

    /// {@return whether this is a log, of which [#dumps()] gives the contents; otherwise [#read] does}
    public boolean isLog() {
        return form.isLog();
    }

    /// {@return the name of the form; empty for a text in which a line of a log's form is still to be found}
    public String form() {
        return name;
    }

    /// {@return whether all of the text was within the first 64 KiB}
    public boolean isWhole() {
        return text.isWhole();
    }

    /// Reads the text, and hands on its bytes in their order. Of a log it hands on all dumps.
    ///
    /// @param sink is given every chunk as soon as its bytes were read
    /// @throws HexException if the text departs from its form; what came before has been handed on
    /// @throws IOException if it cannot be read
    public void read(Consumer<HexChunk> sink) throws IOException {
        Chunks chunks = new Chunks(sink);
        form.read(text, chunks);
        chunks.flush();
    }

    /// {@return what a log tells of processors that stopped, in its order, at least one}
    ///
    /// @throws HexException if it tells nothing, or is longer than 16 MiB
    /// @throws IllegalStateException if this is no log
    /// @throws IOException if it cannot be read
    public List<CrashDump> dumps() throws IOException {
        if (!(form instanceof LogForm log)) {
            throw new IllegalStateException("no log, but " + form);
        }
        return log.dumps(text);
    }
}
