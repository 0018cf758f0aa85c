package org.vemmio.emulator.importing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Gzip;
import org.vemmio.emulator.input.Limits;

/// The lines of a text of any size, plain or compressed by gzip. For one thread.
///
/// A line ends with LF, CR LF, or the text; of a longer one than [Limits#IMPORTED_LINE] bytes the rest is passed over.
/// What is no ASCII is left as it is, a character for each byte.
public final class SourceLines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int HEAD = 1 << 16;

    private final String file;
    private final InputStream in;
    private final byte[] line = new byte[Limits.IMPORTED_LINE];
    private int number;

    private SourceLines(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /// {@return the lines of a file}
    ///
    /// @throws ImportException if it cannot be opened
    public static SourceLines open(Path file) {
        if (Files.isDirectory(file)) {
            throw new ImportException(file.toString(), 0, "a directory, not a file");
        }
        try {
            return open(file.toString(), Files.newInputStream(file));
        } catch (IOException e) {
            throw new ImportException(file.toString(), 0, e);
        }
    }

    /// {@return the lines of a stream, which is closed with them}
    ///
    /// @param name what messages call it
    /// @throws ImportException if it cannot be read
    public static SourceLines open(String name, InputStream in) {
        try {
            InputStream text = Gzip.decompressed(in);
            return new SourceLines(name, text.markSupported() ? text : new BufferedInputStream(text, BUFFER));
        } catch (IOException e) {
            throw new ImportException(name, 0, e);
        }
    }

    /// {@return what messages call the text}
    public String file() {
        return file;
    }

    /// {@return the number of the line read last, from 1; 0 before the first}
    public int number() {
        return number;
    }

    /// {@return the lines that end within the first 64 KiB, or all that there is; they will be read again}
    ///
    /// @throws ImportException if they cannot be read
    /// @throws IllegalStateException if a line has been read
    public List<String> head() {
        if (number != 0) {
            throw new IllegalStateException("the head is asked for before the first line is read");
        }
        try {
            in.mark(HEAD);
            byte[] bytes = in.readNBytes(HEAD - 1);
            in.reset();
            return new ArrayList<>(new String(bytes, StandardCharsets.ISO_8859_1).lines()
                    .map(text -> text.substring(0, Math.min(text.length(), Limits.IMPORTED_LINE))).toList());
        } catch (IOException e) {
            throw new ImportException(file, 0, e);
        }
    }

    /// {@return the next line without its end; null after the last}
    ///
    /// @throws ImportException if it cannot be read
    @SuppressWarnings("exports") // JSpecify stays optional for users
    public @Nullable String next() {
        try {
            int length = 0;
            int value = in.read();
            if (value < 0) {
                return null;
            }
            number++;
            while (value >= 0 && value != '\n') {
                if (length < Limits.IMPORTED_LINE) {
                    line[length++] = (byte) value;
                }
                value = in.read();
            }
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            return new String(line, 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ImportException(file, number + 1, e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new ImportException(file, number, e);
        }
    }
}
