package org.vemmio.emulator.recording.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Limits;

/// The lines of a stream, one after the other in a buffer, until a parser takes over. For one thread.
final class LineBlock {
    private static final int INITIAL = 1 << 16;
    /// What a parser looks at before it begins: with less, it tells of problems at once.
    private static final byte[] BEFORE = {'\n', '\n', '\n', '\n'};

    private final InputStream in;
    private byte[] bytes = new byte[INITIAL];
    /// Where the line begins, and where it ends without its line feed.
    private int start;
    private int end;
    private int next;
    private int filled;
    private int number;
    private boolean ended;
    private @Nullable IOException problem;

    LineBlock(InputStream in) {
        this.in = in;
    }

    /// Goes to the next line, and returns whether there is one.
    ///
    /// @throws NotPlainException if it is long, or the input cannot be read to its end
    boolean next() {
        start = next;
        end = -1;
        number++;
        int at = start;
        while (true) {
            while (at < filled && bytes[at] != '\n') {
                at++;
            }
            if (at < filled) {
                end = at;
                next = at + 1;
                return true;
            }
            if (ended) {
                end = filled;
                next = filled;
                return end > start;
            }
            at -= start;
            fill();
        }
    }

    /// Reads more, and moves the line to the front where that makes room.
    private void fill() {
        if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, filled - start);
            filled -= start;
            start = 0;
        }
        if (filled == bytes.length) {
            if (filled >= Limits.RECORDING_LINE) {
                problem = new TooLongException();
                next = filled;
                throw NotPlainException.INSTANCE;
            }
            bytes = Arrays.copyOf(bytes, Math.min(2 * filled, Limits.RECORDING_LINE));
        }
        try {
            int count = in.read(bytes, filled, bytes.length - filled);
            ended = count < 0;
            filled += Math.max(count, 0);
        } catch (IOException e) {
            problem = e;
            next = filled;
            throw NotPlainException.INSTANCE;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /// Returns the number of the line, from 1.
    int number() {
        return number;
    }

    /// Returns whether a parser can be given the line without those behind it: it is there to its end, in an encoding
    /// with a line feed of one byte, and no other character in it ends a line.
    boolean standsAlone() {
        if (end < start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] == 0 || bytes[i] == '\r' && i < end - 1) {
                return false;
            }
        }
        return true;
    }

    /// Returns how many lines there are before the one with which [#alone] and [#withRest] begin.
    int linesBefore() {
        return number == 1 ? 0 : number - 1 - BEFORE.length;
    }

    /// Returns the line.
    InputStream alone() {
        return begin(end);
    }

    /// Returns the line and what comes behind it.
    InputStream withRest() {
        return new SequenceInputStream(begin(filled), new Rest());
    }

    private InputStream begin(int to) {
        byte[] before = number == 1 ? new byte[0] : BEFORE;
        byte[] begin = Arrays.copyOf(before, before.length + to - start);
        System.arraycopy(bytes, start, begin, before.length, to - start);
        return new ByteArrayInputStream(begin);
    }

    void close() throws IOException {
        in.close();
    }

    /// A line has more bytes than are read.
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// What has not been read into the buffer.
    private final class Rest extends InputStream {
        /// How many bytes there are behind the last line feed.
        private int length = filled - start;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int size) throws IOException {
            if (problem != null) {
                throw problem;
            }
            int count = in.read(into, offset, size);
            for (int i = offset; i < offset + count; i++) {
                length = into[i] == '\n' ? 0 : length + 1;
                if (length > Limits.RECORDING_LINE) {
                    problem = new TooLongException();
                    if (i == offset) {
                        throw problem;
                    }
                    return i - offset;
                }
            }
            return count;
        }
    }
}
