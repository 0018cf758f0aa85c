package org.vemmio.emulator.input;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Input that may be compressed by gzip (RFC 1952), in one member or several.
public final class Gzip {
    private static final int BUFFER = 1 << 16;

    private Gzip() {
    }

    /// {@return what is in a stream, decompressed if it begins as gzip's does; closing it closes the stream}
    ///
    /// What follows a member must be another: reading fails with a [ZipException] for anything else.
    ///
    /// @throws IOException if the stream cannot be read
    public static InputStream decompressed(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(2);
        boolean compressed = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return compressed ? new Members(new Counted(buffered)) : buffered;
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }

    /// Java takes whatever follows a member and does not begin another for the end.
    private static final class Members extends GZIPInputStream {
        private static final int TRAILER = 8;

        private final Counted source;
        /// How much had been read when the inflater was given input.
        private long given;

        Members(Counted source) throws IOException {
            super(source, BUFFER);
            this.source = source;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            given = source.count;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count < 0 && (inf.getRemaining() + source.count - given > TRAILER || source.read() >= 0)) {
                throw new ZipException("what follows is no whole gzip member");
            }
            return count;
        }
    }
}
