package org.vemmio.example;

import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;

class RecordedSimulatorTest {
    @Test
    void whatIsRecordedReplays(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("table.jsonl.gz");
        RecordedSimulator.record(file);
        try (RecordingReader reader = RecordingReader.open(file); Replay replay = Replay.builder().build()) {
            List<RecordedTrap> traps = reader.stream().toList();
            Assertions.assertThat(traps).hasSize(2).allSatisfy(trap -> assertThat(replay.replay(trap)).agrees());
        }
    }
}
