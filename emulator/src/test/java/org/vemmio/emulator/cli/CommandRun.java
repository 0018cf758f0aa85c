package org.vemmio.emulator.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// What a command printed, and how it ended.
record CommandRun(int code, String out, String err) {
    /// Runs `vemmio` in this JVM, without a terminal.
    static CommandRun of(String... words) {
        return on(Terminal.NONE, words);
    }

    static CommandRun on(Terminal terminal, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(terminal, out, err, words);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /// Runs `vemmio` with `text` on standard input.
    static CommandRun withInput(String text, String... words) {
        return withInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), words);
    }

    static CommandRun withInput(InputStream input, String... words) {
        InputStream before = System.in;
        System.setIn(input);
        try {
            return of(words);
        } finally {
            System.setIn(before);
        }
    }
}
