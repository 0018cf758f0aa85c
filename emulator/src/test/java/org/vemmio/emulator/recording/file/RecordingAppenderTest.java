package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;

/// A recording of something that may be killed at any moment.
class RecordingAppenderTest {
    private static final Recording HEADER = new Recording("a \"title\" – with more", "this test", "zen5", 0);
    private static final List<RecordedTrap> TRAPS = traps();

    @TempDir
    private Path folder;

    private static List<RecordedTrap> traps() {
        try (RecordingReader reader = RecordingReader.ofResource("x86-64-hardware-int")) {
            return reader.stream().limit(20).toList();
        }
    }

    private static List<RecordedTrap> read(Path file) {
        try (RecordingReader reader = RecordingReader.open(file)) {
            List<RecordedTrap> traps = reader.stream().toList();
            assertThat(reader.header()).isEqualTo(new Recording(HEADER.title(), HEADER.source(), HEADER.processor(),
                    traps.size()));
            return traps;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "a.jsonl.gz"})
    void isAWholeRecordingAtAnyMoment(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "what was there, and is longer than what will be ".repeat(1000));
        RecordingAppender closed;
        try (RecordingAppender appender = RecordingAppender.open(file, HEADER, 3)) {
            closed = appender;
            assertThat(read(file)).isEmpty();
            for (int i = 0; i < TRAPS.size(); i++) {
                appender.write(TRAPS.get(i));
                assertThat(read(file)).isEqualTo(TRAPS.subList(0, (i + 1) / 3 * 3));
            }
            appender.flush();
            assertThat(read(file)).isEqualTo(TRAPS);
            appender.write(TRAPS.getFirst());
        }
        assertThat(read(file)).hasSize(TRAPS.size() + 1);
        assertThatThrownBy(() -> closed.write(TRAPS.getFirst())).isInstanceOf(ClosedChannelException.class);
    }

    /// A process is killed between the two steps of writing, or within one; or the file is cut off.
    @Test
    void whatIsNotWholeIsToldInOneLine() throws IOException {
        Path file = folder.resolve("a.jsonl.gz");
        byte[] before;
        byte[] after;
        try (RecordingAppender appender = RecordingAppender.open(file, HEADER, 10)) {
            for (RecordedTrap trap : TRAPS.subList(0, 10)) {
                appender.write(trap);
            }
            before = Files.readAllBytes(file);
            for (RecordedTrap trap : TRAPS.subList(10, 20)) {
                appender.write(trap);
            }
            after = Files.readAllBytes(file);
        }
        for (int length = 1; length <= after.length;
                length += Math.abs(length - before.length) < 40 || length < 40 ? 1 : 9) {
            byte[] killed = Arrays.copyOf(after, length);
            System.arraycopy(before, 0, killed, 0, Math.min(length, before.length));
            List<RecordedTrap> traps = new ArrayList<>();
            String problem = problem(killed, traps);
            assertThat(traps).isEqualTo(TRAPS.subList(0, traps.size()));
            assertThat(problem).doesNotContain("\n").doesNotContain("null");
            assertThat(problem.isEmpty()).as("%d of %d bytes: %s", length, before.length, problem)
                    .isEqualTo(length == before.length);
        }
        byte[] killed = after.clone();
        System.arraycopy(before, 0, killed, 0, before.length);
        List<RecordedTrap> traps = new ArrayList<>();
        assertThat(problem(killed, traps)).isEqualTo(
                "a.jsonl.gz:12: the header says that 10 traps follow; this is one more");
        assertThat(traps).isEqualTo(TRAPS.subList(0, 10));
    }

    private static String problem(byte[] file, List<RecordedTrap> traps) {
        try (RecordingReader reader = RecordingReader.open("a.jsonl.gz", new ByteArrayInputStream(file))) {
            reader.forEachRemaining(traps::add);
            return "";
        } catch (RecordingException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void writesAtLeastOneTrapAtOnce() {
        assertThatThrownBy(() -> RecordingAppender.open(folder.resolve("a"), HEADER, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
