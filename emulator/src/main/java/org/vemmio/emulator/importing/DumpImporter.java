package org.vemmio.emulator.importing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.hex.CrashDump;
import org.vemmio.emulator.hex.CrashLog;
import org.vemmio.emulator.hex.HexException;
import org.vemmio.emulator.hex.HexInput;

/// Reads the logs of guests that died: each place with registers and code bytes, or with code bytes alone.
public final class DumpImporter implements TrapImporter {
    /// A kernel's log from its beginning, in which the trap may be far away.
    private static final Pattern KERNEL_LOG =
            Pattern.compile("^(?:<\\d+>)?\\[ *\\d+\\.\\d{6}] |^\\w{3} +\\d+ [0-9:]{8} \\S+ kernel: |^Linux version \\d");

    /// Made by the service loader.
    public DumpImporter() {
    }

    @Override
    public String name() {
        return "dump";
    }

    @Override
    public String description() {
        return "dumps with code: oops, QEMU, gdb, Xen, and others";
    }

    @Override
    public String noun() {
        return "log";
    }

    @Override
    public List<String> example() {
        return List.of("RIP: 0010:iowrite32+0x15/0x30", "Code: 76 06 <89> 3e c3 cc cc cc cc 48 81",
                "RDX: 0000000000000001 RSI: ffffc90000005060 RDI: 00000000deadbeef");
    }

    @Override
    public boolean recognises(List<String> head) {
        if (head.stream().anyMatch(line -> KERNEL_LOG.matcher(line).find())) {
            return true;
        }
        byte[] text = String.join("\n", head).getBytes(StandardCharsets.ISO_8859_1);
        try {
            CrashLog log = HexInput.crashes("", new ByteArrayInputStream(text));
            return !log.dumps().isEmpty() || log.unread() > 0;
        } catch (HexException | IOException noLog) {
            return false;
        }
    }

    @Override
    public void read(ImportSource source, ImportSummary summary, TrapSink sink) throws IOException {
        SourceLines lines = source.lines();
        CrashLog log = crashes(lines, summary);
        if (log.dumps().isEmpty() && log.unread() == 0) {
            throw new ImportException(lines.file(), 0, "no line has code bytes as a dump has them;"
                    + " 'vemmio decode --list-formats' shows what they look like");
        }
        for (int i = 0; i < log.unread(); i++) {
            summary.instruction(ImportReason.NO_BYTES);
        }
        Set<Known> known = new LinkedHashSet<>();
        try (Decoder decoder = Decoder.open(); DumpProbe probe = new DumpProbe()) {
            DumpTraps traps = new DumpTraps(decoder, probe);
            for (int i = 0; i < log.dumps().size(); i++) {
                CrashDump dump = log.dumps().get(i);
                if (hasBytesBelow(log.dumps(), i)) {
                    continue;
                }
                DumpTraps.Result result = known.add(new Known(dump)) ? traps.of(dump)
                        : new DumpTraps.Result(null, ImportReason.REPEATED);
                if (result.trap() == null) {
                    summary.instruction(result.problem());
                } else {
                    sink.accept(result.trap());
                    summary.trap(result.trap(), 0);
                }
            }
        }
    }

    private static CrashLog crashes(SourceLines lines, ImportSummary summary) throws IOException {
        try (InputStream in = new LineStream(lines, summary)) {
            return HexInput.crashes(lines.file(), in);
        } catch (HexException wrong) {
            throw new ImportException(lines.file(), wrong.line(), wrong.problem());
        }
    }

    /// Returns whether registers without bytes are those of the next dump, where the bytes stand below them.
    private static boolean hasBytesBelow(List<CrashDump> dumps, int index) {
        return dumps.get(index).code().length == 0 && index + 1 < dumps.size()
                && dumps.get(index + 1).registers().equals(dumps.get(index).registers());
    }

    /// What makes two dumps the same, wherever they stand.
    private record Known(Map<String, Long> registers, List<Object> rest) {
        Known(CrashDump dump) {
            this(dump.registers(), List.of(dump.segments(), dump.trapping(), dump.symbol(),
                    new String(dump.code(), StandardCharsets.ISO_8859_1)));
        }
    }

    /// The bytes of lines, which are counted.
    private static final class LineStream extends InputStream {
        private final SourceLines lines;
        private final ImportSummary summary;
        private byte[] line = {};
        private int next;

        LineStream(SourceLines lines, ImportSummary summary) {
            this.lines = lines;
            this.summary = summary;
        }

        private boolean hasNext() {
            while (next == line.length) {
                @Nullable String text = lines.next();
                if (text == null) {
                    return false;
                }
                summary.line(true);
                line = (text + "\n").getBytes(StandardCharsets.ISO_8859_1);
                next = 0;
            }
            return true;
        }

        @Override
        public int read() {
            return hasNext() ? line[next++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            if (count == 0) {
                return 0;
            }
            if (!hasNext()) {
                return -1;
            }
            int length = Math.min(count, line.length - next);
            System.arraycopy(line, next, into, offset, length);
            next += length;
            return length;
        }
    }
}
