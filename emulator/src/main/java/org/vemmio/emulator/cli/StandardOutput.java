package org.vemmio.emulator.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/// A stream that remembers why it could not be written to, which a [java.io.PrintWriter] on top of it forgets: it knows
/// only that there is a reason. After that nothing more is written.
final class StandardOutput extends OutputStream {
    private static final int BUFFER = 1 << 16;
    /// What the C library says where a reader, such as `head`, has seen enough.
    private static final String NO_READER = "Broken pipe";

    private final OutputStream out;
    private String problem = "";

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    /// Returns a writer to this stream with a buffer of its own.
    Writer writer(Charset charset) {
        return new BufferedWriter(new OutputStreamWriter(this, charset), BUFFER);
    }

    /// Returns why writing failed; empty if it did not, or only since nobody reads any more.
    String problem() {
        return problem.equals(NO_READER) ? "" : problem;
    }

    /// @throws IOException if something could not be written
    @Override
    public void flush() throws IOException {
        if (!problem.isEmpty()) {
            throw new IOException(problem);
        }
        out.flush();
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (problem.isEmpty()) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
    }
}
