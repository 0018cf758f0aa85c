package org.vemmio.emulator.recording.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import tools.jackson.core.JacksonException;

/// Writes a recording. For one thread.
///
/// ```java
/// try (RecordingWriter writer = RecordingWriter.create(file, title, source)) {
///     for (RecordedTrap trap : traps) {
///         writer.write(trap);
///     }
///     writer.finish();
/// }
/// ```
///
/// The file appears whole or not at all: the traps go to a temporary file beside it, and [#finish] puts the header with
/// their number before them and moves the result into place. Without it, closing leaves nothing behind.
/// The same traps give the same bytes: keys stand in a fixed order, and what has its default value is left out.
public final class RecordingWriter implements AutoCloseable {
    private final Path file;
    private final String title;
    private String source;
    private final Path traps;
    private final Path whole;
    private final TrapFormatter formatter;
    private String processor = "";
    private long count;

    private RecordingWriter(Path file, String title, String source) throws IOException {
        this.file = file;
        this.title = title;
        this.source = source;
        String unique = "." + file.getFileName() + "." + Long.toHexString(System.nanoTime());
        this.traps = file.resolveSibling(unique + ".traps");
        this.whole = file.resolveSibling(unique + ".whole");
        this.formatter = new TrapFormatter(create(traps));
    }

    /// {@return a writer of a recording}
    ///
    /// @param file where to; compressed by gzip if its name ends in `.gz`. A file that is there is replaced
    /// @param title what was recorded; may be empty
    /// @param source where it comes from; may be empty
    /// @throws IOException if the folder cannot be written to
    public static RecordingWriter create(Path file, String title, String source) throws IOException {
        return new RecordingWriter(file, title, source);
    }

    /// Sets where it comes from, instead of what was told at first.
    public void source(String source) {
        this.source = Objects.requireNonNull(source);
    }

    /// {@return the line of a recording for a trap, without its end}
    public static String line(RecordedTrap trap) {
        return new String(TrapFormatter.line(trap), StandardCharsets.UTF_8);
    }

    /// Sets which machine it was, such as `zen5`, for the header; nothing unless told.
    public void processor(String processor) {
        this.processor = Objects.requireNonNull(processor);
    }

    /// Writes the next trap.
    ///
    /// @throws IOException if that fails
    public void write(RecordedTrap trap) throws IOException {
        try {
            formatter.trap(trap);
        } catch (JacksonException e) {
            throw new IOException("cannot write to " + traps, e);
        }
        count++;
    }

    /// Puts the file into place. Nothing can be written afterwards.
    ///
    /// @throws IOException if that fails; there is no file then, or the one that was there before
    public void finish() throws IOException {
        try (OutputStream out = compressed(create(whole)); TrapFormatter header = new TrapFormatter(out)) {
            formatter.close();
            header.header(new Recording(title, source, processor, count));
            header.flush();
            Files.copy(traps, out);
        } catch (JacksonException e) {
            throw new IOException("cannot write to " + whole, e);
        }
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private OutputStream compressed(OutputStream out) throws IOException {
        return file.getFileName().toString().endsWith(".gz") ? new GZIPOutputStream(out) : out;
    }

    private static OutputStream create(Path path) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /// Removes the temporary files.
    ///
    /// @throws IOException if that fails
    @Override
    public void close() throws IOException {
        try {
            formatter.close();
        } catch (JacksonException e) {
            throw new IOException("cannot write to " + traps, e);
        } finally {
            Files.deleteIfExists(traps);
            Files.deleteIfExists(whole);
        }
    }
}
