package org.vemmio.emulator.recording.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;

/// Writes a recording that is a whole one at any moment, whatever becomes of the process: for traps of something that
/// may never come to its end. Safe for several threads, whose traps stand in the order in which they came.
///
/// Traps are kept in memory until [#flush], or until there are as many as the writer was told. Then they go behind what
/// is there, compressed as a gzip member of their own, and the header, which has room for any number, gets their count.
/// A process that is killed loses the traps since then. One that is killed between these two steps leaves a file with
/// more traps than its header says, which a reader tells at the first of them. What the machine itself loses is not
/// guarded against.
///
/// A [RecordingWriter] makes smaller files, and puts them into place when they are finished.
public final class RecordingAppender implements AutoCloseable {
    private static final String GZIP_SUFFIX = ".gz";
    private static final int TRAILER = 8;

    private final Path file;
    private final Recording header;
    private final int flushEvery;
    private final boolean compressed;
    private final FileChannel channel;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final TrapFormatter formatter = new TrapFormatter(lines);
    private long end;
    private long written;
    private int waiting;

    private RecordingAppender(Path file, Recording header, int flushEvery) throws IOException {
        this.file = file;
        this.header = header;
        this.flushEvery = flushEvery;
        this.compressed = String.valueOf(file.getFileName()).endsWith(GZIP_SUFFIX);
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    /// {@return a writer of a recording, whose file is there at once}
    ///
    /// @param file where to; compressed by gzip if its name ends in `.gz`. A file that is there is replaced
    /// @param header of the recording; the number of its traps is not looked at
    /// @param flushEvery how many traps are written together, at least 1; fewer are lost with the process, and more
    ///     make a smaller file
    /// @throws IllegalArgumentException if `flushEvery` is less than 1
    /// @throws IOException if the file cannot be written to
    public static RecordingAppender open(Path file, Recording header, int flushEvery) throws IOException {
        if (flushEvery < 1) {
            throw new IllegalArgumentException("at least 1 trap is written at once, not " + flushEvery);
        }
        RecordingAppender appender = new RecordingAppender(file, header, flushEvery);
        try {
            appender.end = appender.writeHeader();
            return appender;
        } catch (IOException e) {
            appender.close();
            throw e;
        }
    }

    /// Appends a trap.
    ///
    /// @throws IOException if writing fails; the recording has the traps that were written before
    public synchronized void write(RecordedTrap trap) throws IOException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        formatter.trap(trap);
        waiting++;
        if (waiting == flushEvery) {
            flush();
        }
    }

    /// Writes the traps that are kept in memory.
    ///
    /// @throws IOException as [#write]
    public synchronized void flush() throws IOException {
        if (waiting == 0) {
            return;
        }
        formatter.flush();
        byte[] text = lines.toByteArray();
        lines.reset();
        try {
            long next = end + put(end, packed(text, Deflater.DEFAULT_COMPRESSION));
            written += waiting;
            writeHeader();
            end = next;
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        } finally {
            waiting = 0;
        }
    }

    /// Writes the header over the one before, and returns its size, which is always the same.
    private long writeHeader() throws IOException {
        byte[] longest = TrapFormatter.line(counting(Long.MAX_VALUE));
        byte[] line = TrapFormatter.line(counting(written));
        String padding = " ".repeat(longest.length - line.length) + "\n";
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.writeBytes(line);
        padded.writeBytes(padding.getBytes(StandardCharsets.US_ASCII));
        return put(0, packed(padded.toByteArray(), Deflater.NO_COMPRESSION));
    }

    private Recording counting(long traps) {
        return new Recording(header.title(), header.source(), header.processor(), traps);
    }

    private int put(long at, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
        return bytes.length;
    }

    /// Returns text as it stands in the file: compressed, a gzip member (RFC 1952, 2.3).
    private byte[] packed(byte[] text, int level) {
        if (!compressed) {
            return text;
        }
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        member.writeBytes(new byte[] {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff});
        deflater.reset();
        deflater.setLevel(level);
        deflater.setInput(text);
        deflater.finish();
        byte[] part = new byte[1 << 13];
        while (!deflater.finished()) {
            member.write(part, 0, deflater.deflate(part));
        }
        CRC32 check = new CRC32();
        check.update(text);
        member.writeBytes(ByteBuffer.allocate(TRAILER).order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) check.getValue()).putInt(text.length).array());
        return member.toByteArray();
    }

    /// Writes the traps that are kept in memory, and closes the file. Closing again does nothing.
    ///
    /// @throws IOException as [#write]
    @Override
    public synchronized void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            flush();
        } finally {
            deflater.end();
        }
    }

    /// {@return the file}
    @Override
    public String toString() {
        return "RecordingAppender[" + file + "]";
    }
}
