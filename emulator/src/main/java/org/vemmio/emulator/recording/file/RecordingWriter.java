package org.vemmio.emulator.recording.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
/// their number before them and moves the result into place. Without it, closing leaves nothing behind. What a process
/// leaves that is killed, the next writer of the same file clears away; a file that is being written it leaves alone.
/// The same traps give the same bytes: keys stand in a fixed order, and what has its default value is left out.
public final class RecordingWriter implements AutoCloseable {
    private final Path file;
    private final String title;
    private String source;
    private final UnfinishedFile traps;
    private final TrapFormatter formatter;
    private String processor = "";
    private long count;
    private boolean ended;

    private RecordingWriter(Path file, String title, String source) throws IOException {
        this.file = file;
        this.title = title;
        this.source = source;
        this.traps = UnfinishedFile.beside(file);
        this.formatter = new TrapFormatter(traps.out());
    }

    /// {@return a writer of a recording}
    ///
    /// @param file where to; compressed by gzip if its name ends in `.gz`. A file that is there is replaced
    /// @param title what was recorded; may be empty
    /// @param source where it comes from; may be empty
    /// @throws IOException if the folder cannot be written to, or something is there that is not a file
    public static RecordingWriter create(Path file, String title, String source) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + ": not a file, so it cannot be replaced by one");
        }
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
    /// @throws IllegalStateException after [#finish], [#close], or a failure of this method
    /// @throws IOException if that fails
    public void write(RecordedTrap trap) throws IOException {
        requireOpen();
        try {
            formatter.trap(trap);
        } catch (JacksonException e) {
            ended = true;
            throw failure(e, e.getOriginalMessage());
        }
        count++;
    }

    /// Puts the file into place. Nothing can be written afterwards.
    ///
    /// @throws IllegalStateException as [#write]
    /// @throws IOException if that fails; there is no file then, or the one that was there before
    public void finish() throws IOException {
        requireOpen();
        ended = true;
        try (UnfinishedFile whole = UnfinishedFile.beside(file)) {
            formatter.close();
            try (OutputStream out = compressed(whole.out()); TrapFormatter header = new TrapFormatter(out)) {
                header.header(new Recording(title, source, processor, count));
                header.flush();
                traps.content().transferTo(out);
            }
            whole.replaceTarget();
        } catch (JacksonException e) {
            throw failure(e, e.getOriginalMessage());
        } catch (IOException e) {
            throw failure(e, String.valueOf(e.getMessage()));
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("nothing more can be written to " + file
                    + ": its writer is finished or closed, or has failed");
        }
    }

    private IOException failure(Exception cause, String reason) {
        return new IOException(file + ": cannot be written: " + reason, cause);
    }

    private OutputStream compressed(OutputStream out) throws IOException {
        return file.getFileName().toString().endsWith(".gz") ? new GZIPOutputStream(out) : out;
    }

    /// Removes the temporary files. Closing again does nothing.
    ///
    /// @throws IOException if that fails
    @Override
    public void close() throws IOException {
        ended = true;
        traps.close();
    }
}
