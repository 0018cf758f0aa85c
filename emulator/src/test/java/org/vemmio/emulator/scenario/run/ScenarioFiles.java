package org.vemmio.emulator.scenario.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.file.ScenarioReader;

/// Scenario files made of a text.
public final class ScenarioFiles {
    private ScenarioFiles() {
    }

    /// Reads a file `s.yaml` with this text, in a folder of its own beside which there is no recording.
    public static Scenario parse(String text) {
        try {
            Path folder = Files.createTempDirectory("scenario");
            Path file = folder.resolve("s.yaml");
            try {
                Files.writeString(file, text);
                return ScenarioReader.read(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
