package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vemmio.emulator.hex.HexForm;
import org.vemmio.emulator.hex.HexInput;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.file.RecordingWriter;
import org.vemmio.emulator.recording.replay.Replay;

/// Real logs, traces and dumps, spoilt: every reader reads them, or refuses them in one line.
class SampleFuzzTest {
    private static final int MUTANTS = Integer.getInteger("vemmio.mutants", 400);
    /// What a line `*` of a dump may stand for.
    private static final long STAR = 1L << 24;
    /// Of a trace or a log the mutants are made of pieces this large.
    private static final int PIECE = 8_000;
    private static final String MMIOTRACE = """
            VERSION 20070824
            MAP 12.000000 1 0xfebd0000 0xffffc90000000000 0x1000 0x0 0
            R 4 12.345 1 0xfebd0010 0x1 0xffffffff81000000 0
            W 4 12.346 1 0xfebd0018 0x2 0xffffffff81000003 0
            UNMAP 12.400000 1 0x0 0
            """;
    private static final List<byte[]> SAMPLES = new ArrayList<>();

    private final long seed = Long.getLong("vemmio.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void read() throws IOException {
        SAMPLES.clear();
        SAMPLES.addAll(Collections.nCopies(5, MMIOTRACE.getBytes(StandardCharsets.ISO_8859_1)));
        for (String folder : List.of("../testdata/logs", "../testdata/traces",
                "src/test/resources/org/vemmio/emulator/hex", "src/test/resources/org/vemmio/emulator/importing")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.sorted().toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        SAMPLES.add(file.toString().endsWith(".gz") ? new GZIPInputStream(in).readNBytes(100 * PIECE)
                                : in.readAllBytes());
                    }
                }
            }
        }
        assertThat(SAMPLES).hasSizeGreaterThan(100);
    }

    // Mutants

    private byte[] sample() {
        byte[] whole = SAMPLES.get(random.nextInt(SAMPLES.size()));
        int from = whole.length > PIECE ? random.nextInt(whole.length - PIECE) : 0;
        return Arrays.copyOfRange(whole, from, Math.min(whole.length, from + PIECE));
    }

    private byte[] mutant() {
        byte[] text = sample();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            text = changed(text);
        }
        return text;
    }

    private byte[] changed(byte[] text) {
        return switch (random.nextInt(6)) {
            case 0 -> flipped(text);
            case 1 -> Arrays.copyOf(text, random.nextInt(text.length + 1));
            case 2, 3 -> withLines(text, lines -> {
                int from = random.nextInt(lines.size());
                int to = Math.min(lines.size(), from + 1 + random.nextInt(4));
                lines.addAll(random.nextInt(lines.size() + 1), List.copyOf(lines.subList(from, to)));
            });
            case 4 -> withLines(text, lines -> {
                int from = random.nextInt(lines.size());
                Collections.shuffle(lines.subList(from, Math.min(lines.size(), from + 12)), random);
            });
            default -> glued(text, sample());
        };
    }

    private byte[] flipped(byte[] text) {
        for (int i = random.nextInt(12); i >= 0 && text.length > 0; i--) {
            text[random.nextInt(text.length)] ^= (byte) (random.nextInt(3) == 0 ? random.nextInt(256)
                    : 1 << random.nextInt(8));
        }
        return text;
    }

    private static byte[] withLines(byte[] text, Consumer<List<String>> change) {
        List<String> lines = new ArrayList<>(
                List.of(new String(text, StandardCharsets.ISO_8859_1).split("(?<=\n)", -1)));
        change.accept(lines);
        return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] glued(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(first, 0, random.nextInt(first.length + 1));
        both.writeBytes(second);
        return both.toByteArray();
    }

    private interface Reader {
        void read() throws IOException;
    }

    private void assertReadOrRefused(byte[] text, String reader, Reader read) {
        try {
            read.read();
        } catch (InputException refused) {
            assertThat(refused.getMessage()).as("seed %d", seed).startsWith("text").doesNotContain("\n");
        } catch (IOException | RuntimeException | AssertionError defect) {
            throw new AssertionError("seed %d, as %s:\n%s".formatted(seed, reader,
                    new String(text, StandardCharsets.ISO_8859_1)), defect);
        }
    }

    // Readers

    @Test
    @Timeout(120)
    void aSpoiltSampleIsImportedOrRefused() {
        Map<String, Long> traps = new TreeMap<>();
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < MUTANTS; i++) {
                byte[] text = mutant();
                for (TrapImporter importer : TrapImporters.all()) {
                    assertReadOrRefused(text, importer.name(), () ->
                            traps.merge(importer.name(), imported(text, importer, replay), Long::sum));
                }
            }
        }
        TrapImporters.all().forEach(importer ->
                assertThat(traps.get(importer.name())).as("traps of %s, seed %d", importer.name(), seed).isPositive());
    }

    /// Imports a text, replays the traps, and returns their number.
    private static long imported(byte[] text, TrapImporter importer, Replay replay) throws IOException {
        ImportSummary summary = new ImportSummary();
        List<RecordedTrap> traps = new ArrayList<>();
        try (SourceLines lines = SourceLines.open("text", new ByteArrayInputStream(text))) {
            ImportSource source = new ImportSource(lines, Optional.of(MmiotraceTest.image()));
            TrapImporters.recognising(source);
            importer.read(source, summary, traps::add);
        }
        assertThat(summary.traps()).isEqualTo(traps.size());
        assertThat(summary.lines()).isLessThanOrEqualTo(text.length + 1L);
        assertThat(summary.instructions()).isLessThanOrEqualTo(summary.lines());
        for (RecordedTrap trap : traps) {
            RecordedTrap again = TestTraps.of(RecordingWriter.line(trap));
            assertThat(again).isEqualTo(trap);
            replay.replay(again);
        }
        return traps.size();
    }

    @Test
    @Timeout(120)
    void aSpoiltSampleIsDecodedOrRefused() {
        long[] bytes = {0};
        List<HexForm> forms = HexForm.all();
        for (int i = 0; i < MUTANTS; i++) {
            byte[] text = mutant();
            assertReadOrRefused(text, "whatever it is", () -> bytes[0] += decoded(text, Optional.empty()));
            HexForm form = forms.get(random.nextInt(forms.size()));
            assertReadOrRefused(text, form.name(), () -> bytes[0] += decoded(text, Optional.of(form)));
        }
        assertThat(bytes[0]).as("bytes read, seed %d", seed).isPositive();
    }

    /// Decodes a text, and returns how many bytes it has.
    private static long decoded(byte[] text, Optional<HexForm> form) throws IOException {
        InputStream in = new ByteArrayInputStream(text);
        HexInput input = form.isPresent() ? HexInput.open("text", in, form.get()) : HexInput.open("text", in);
        long[] bytes = {0};
        if (input.isLog()) {
            input.dumps().forEach(dump -> bytes[0] += dump.code().length);
        } else {
            input.read(chunk -> bytes[0] += chunk.bytes().length);
        }
        long stars = new String(text, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '*').count();
        assertThat(bytes[0]).isLessThanOrEqualTo(text.length + stars * STAR);
        return bytes[0];
    }
}
