package org.vemmio.emulator.recording;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.vemmio.emulator.recording.file.RecordingReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Single traps for tests: from lines as they stand in a file, and recorded ones with something changed.
public final class TestTraps {
    public static final String DRIVERS = "linux-6.1-drivers-q35";
    public static final String REACHABLE = "linux-6.12-handle-mmio-reachable";
    public static final String INTEGER = "x86-64-hardware-int";
    public static final String VECTOR = "x86-64-hardware-vec";

    public static final String FAULTS = "x86-64-hardware-faults";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TestTraps() {
    }

    /// {@return the trap on a line, in which `'` may stand for quotes}
    public static RecordedTrap of(String line) {
        String text = "{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\n" + line.replace('\'', '"');
        try (RecordingReader reader = RecordingReader.open("text",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            return reader.next();
        }
    }

    /// {@return the first trap of a recording that is of a kind, with something changed in its line}
    @SuppressWarnings("exports")
    public static RecordedTrap changed(String recording, Predicate<ObjectNode> kind, Consumer<ObjectNode> change) {
        return changed(first(recording, kind), change);
    }

    /// {@return the trap on a line with something changed; the line itself stays}
    @SuppressWarnings("exports")
    public static RecordedTrap changed(ObjectNode line, Consumer<ObjectNode> change) {
        ObjectNode copy = line.deepCopy();
        change.accept(copy);
        return of(copy.toString());
    }

    /// {@return a line, in which `'` may stand for quotes}
    @SuppressWarnings("exports")
    public static ObjectNode line(String line) {
        return (ObjectNode) JSON.readTree(line.replace('\'', '"'));
    }

    /// {@return the first line of a recording that is of a kind}
    @SuppressWarnings("exports")
    public static ObjectNode first(String recording, Predicate<ObjectNode> kind) {
        String resource = "META-INF/vemmio/recordings/" + recording + ".jsonl.gz";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(
                TestTraps.class.getClassLoader().getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(TestTraps::line).filter(kind).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Kinds of lines

    @SuppressWarnings("exports")
    public static Predicate<ObjectNode> code(String hex) {
        return line -> line.get("code").asString().startsWith(hex);
    }

    @SuppressWarnings("exports")
    public static Predicate<ObjectNode> mnemonic(String mnemonic) {
        return outcome("emulated").and(line -> line.get("mnemonic").asString().equals(mnemonic));
    }

    @SuppressWarnings("exports")
    public static Predicate<ObjectNode> outcome(String outcome) {
        return line -> line.path("expect").path("outcome").asString("").equals(outcome);
    }

    @SuppressWarnings("exports")
    public static Predicate<ObjectNode> errno(String errno) {
        return line -> line.path("expect").path("errno").asString("").equals(errno);
    }

    // Parts of lines

    @SuppressWarnings("exports")
    public static ObjectNode access(ObjectNode line, int index) {
        return (ObjectNode) line.get("mmio").get(index);
    }

    @SuppressWarnings("exports")
    public static ObjectNode expect(ObjectNode line) {
        return (ObjectNode) line.get("expect");
    }

    @SuppressWarnings("exports")
    public static ObjectNode expect(ObjectNode line, String object) {
        return (ObjectNode) line.get("expect").get(object);
    }
}
