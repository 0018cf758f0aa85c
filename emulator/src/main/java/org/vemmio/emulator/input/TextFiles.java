package org.vemmio.emulator.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of text that are read whole.
public final class TextFiles {
    private TextFiles() {
    }

    /// {@return the text of a file in UTF-8}
    ///
    /// @throws IOException if it cannot be read, is no UTF-8, or has more than [Limits#WHOLE_FILE] bytes, of which no
    ///     more are read than are needed to know; [InputException#reason] tells each
    public static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /// {@return the text of a stream in UTF-8, which is left open}
    ///
    /// @throws IOException as [#read(Path)]
    public static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(Limits.WHOLE_FILE + 1);
        if (bytes.length > Limits.WHOLE_FILE) {
            throw new TooLongException();
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    /// It has more bytes than are read.
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }
}
