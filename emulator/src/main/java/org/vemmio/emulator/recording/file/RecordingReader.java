package org.vemmio.emulator.recording.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Gzip;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.input.JarResources;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import tools.jackson.core.exc.JacksonIOException;

/// Reads a recording, trap by trap, so that one larger than memory can be read. For one thread.
///
/// Whether the input is compressed is seen from its content. Every mistake in it is a [RecordingException], thrown when
/// its line is reached; after one the reader gives no more traps.
public final class RecordingReader implements Iterator<RecordedTrap>, AutoCloseable {
    private static final String FOLDER = "META-INF/vemmio/recordings/";
    private static final String SUFFIX = ".jsonl.gz";

    private final String file;
    private final TrapParser parser;
    private final Recording header;
    private long traps;
    private @Nullable RecordedTrap next;
    private boolean ended;

    private RecordingReader(String file, InputStream in) throws IOException {
        this.file = file;
        this.parser = new TrapParser(file, Gzip.decompressed(in));
        this.header = parser.header();
    }

    /// {@return a reader of the recording in a file, with the header read}
    ///
    /// @throws RecordingException if the file cannot be read or does not begin as a recording
    public static RecordingReader open(Path file) {
        try {
            return read(file.toString(), Files.newInputStream(file));
        } catch (IOException e) {
            throw new RecordingException(file.toString(), 0, 0, InputException.reason(e), e);
        }
    }

    /// {@return a reader of the recording in a stream, with the header read; closing it closes the stream}
    ///
    /// @param name what messages call it
    /// @throws RecordingException if the stream cannot be read or does not begin as a recording; it is closed then
    public static RecordingReader open(String name, InputStream in) {
        return read(name, in);
    }

    /// {@return a reader of a recording that comes with a jar, with the header read}
    ///
    /// It is the resource `META-INF/vemmio/recordings/NAME.jsonl.gz`, looked for on the class path and the module path
    /// by the context class loader of the thread, then by the class loader of this class.
    ///
    /// @param name such as `linux-6.1-drivers-q35`
    /// @throws RecordingException if there is none of this name, or it cannot be read
    public static RecordingReader ofResource(String name) {
        String resource = FOLDER + name + SUFFIX;
        return read(name, JarResources.open(resource).orElseThrow(() -> new RecordingException(name, 0, 0,
                "no recording of this name comes with a jar; it would be the resource " + resource, null)));
    }

    private static RecordingReader read(String name, InputStream in) {
        try {
            return new RecordingReader(name, in);
        } catch (IOException e) {
            throw closing(in, new RecordingException(name, 0, 0, ParserProblem.of(e), e));
        } catch (JacksonIOException e) {
            throw closing(in, new RecordingException(name, 0, 0, ParserProblem.of(e), e));
        } catch (RecordingException e) {
            throw closing(in, e);
        }
    }

    private static RecordingException closing(InputStream in, RecordingException problem) {
        try {
            in.close();
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
        return problem;
    }

    /// {@return the header}
    public Recording header() {
        return header;
    }

    /// {@return whether there is another trap}
    ///
    /// @throws RecordingException if the next line is wrong, or the number of lines is not what the header says
    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            ended = true;
            next = parser.trap();
            ended = next == null;
            checkCount();
        }
        return next != null;
    }

    private void checkCount() {
        if (next != null) {
            traps++;
        }
        if (next != null ? traps > header.traps() : traps < header.traps()) {
            ended = true;
            next = null;
            throw new RecordingException(file, parser.line(), 0, "the header says that %d traps follow; %s".formatted(
                    header.traps(), traps > header.traps() ? "this is one more" : "the last is number " + traps), null);
        }
    }

    /// {@return the next trap}
    ///
    /// @throws NoSuchElementException if there is none
    /// @throws RecordingException as [#hasNext]
    @Override
    public RecordedTrap next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        RecordedTrap trap = next;
        next = null;
        return trap;
    }

    /// {@return the traps that are left, in order; closing the stream closes the reader}
    public Stream<RecordedTrap> stream() {
        Spliterator<RecordedTrap> left =
                Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(left, false).onClose(this::close);
    }

    /// Closes the input.
    @Override
    public void close() {
        parser.close();
    }
}
