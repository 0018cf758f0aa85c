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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Single traps for tests: from lines as they stand in a file, and recorded ones with something changed.
final class Traps {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Traps() {
    }

    /// {@return the trap on a line, in which `'` may stand for quotes}
    static RecordedTrap of(String line) {
        String text = "{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\n" + line.replace('\'', '"');
        try (RecordingReader reader = RecordingReader.open("text",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            return reader.next();
        }
    }

    /// {@return the first trap of a recording that is of a kind, with something changed in its line}
    static RecordedTrap changed(String recording, Predicate<ObjectNode> kind, Consumer<ObjectNode> change) {
        ObjectNode line = first(recording, kind);
        change.accept(line);
        return of(line.toString());
    }

    private static ObjectNode first(String recording, Predicate<ObjectNode> kind) {
        String resource = "META-INF/vemmio/recordings/" + recording + ".jsonl.gz";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(
                Traps.class.getClassLoader().getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(line -> (ObjectNode) JSON.readTree(line)).filter(kind).findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
