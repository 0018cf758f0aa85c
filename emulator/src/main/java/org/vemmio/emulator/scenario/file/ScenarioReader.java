package org.vemmio.emulator.scenario.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.input.JarResources;
import org.vemmio.emulator.input.TextFiles;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.yaml.YamlException;
import org.vemmio.emulator.yaml.YamlNode;
import org.vemmio.emulator.yaml.YamlParser;

/// Reads scenario files; the package comment tells the format.
///
/// A recording that a scenario names is looked for where the scenario is, on the file system or in a jar: its name is
/// relative to the scenario's folder, out of which `..` may lead. An absolute one is refused: it would hold on one
/// machine only.
public final class ScenarioReader {
    private static final String FOLDER = "META-INF/vemmio/scenarios/";
    private static final String SUFFIX = ".yaml";

    private ScenarioReader() {
    }

    /// {@return the scenario in a file}
    ///
    /// @throws ScenarioException if the file cannot be read, or is no scenario
    /// @throws org.vemmio.emulator.recording.file.RecordingException if a recording that it names cannot be read
    public static Scenario read(Path file) {
        String name = file.toString();
        try {
            return read(name, TextFiles.read(file),
                    recording -> Files.newInputStream(file.resolveSibling(recording)));
        } catch (IOException e) {
            throw new ScenarioException(name, 0, 0, InputException.reason(e));
        }
    }

    /// {@return the scenario that comes with a jar}
    ///
    /// It is the resource `META-INF/vemmio/scenarios/NAME.yaml`, looked for on the class path and the module path, by
    /// the context class loader of the thread, then by the class loader of this class.
    ///
    /// @param name such as `mmio-refused-instruction`
    /// @throws ScenarioException if there is none of this name, or it is no scenario
    /// @throws org.vemmio.emulator.recording.file.RecordingException as [#read]
    public static Scenario ofResource(String name) {
        String resource = FOLDER + name + SUFFIX;
        try (InputStream in = open(resource)) {
            return read(name + SUFFIX, TextFiles.read(in),
                    recording -> open(Path.of(FOLDER).resolve(recording).normalize().toString().replace('\\', '/')));
        } catch (NoSuchFileException e) {
            throw new ScenarioException(name, 0, 0,
                    "no scenario of this name comes with a jar; it would be the resource " + resource);
        } catch (IOException e) {
            throw new ScenarioException(name, 0, 0, InputException.reason(e));
        }
    }

    private static InputStream open(String resource) throws IOException {
        return JarResources.open(resource).orElseThrow(() -> new NoSuchFileException(resource));
    }

    /// Opens what a scenario names.
    interface Surroundings {
        InputStream open(String name) throws IOException;
    }

    private static Scenario read(String file, String text, Surroundings source) {
        try {
            YamlNode document = YamlParser.parse("scenario file", text).orElseThrow(() ->
                    new ScenarioException(file, 1, 1, "the file is empty; a scenario begins with its title"));
            return new ScenarioParser(document, (at, recording, lines) -> traps(at, source, recording, lines))
                    .scenario();
        } catch (YamlException e) {
            throw new ScenarioException(file, e.line(), e.column(), e.problem());
        }
    }

    private static boolean isRelative(String name) {
        try {
            return !name.startsWith("/") && !Path.of(name).isAbsolute();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static List<RecordedTrap> traps(YamlNode at, Surroundings source, String recording, Set<Integer> lines) {
        Map<Integer, RecordedTrap> found = new HashMap<>();
        int last = 1;
        if (!isRelative(recording)) {
            throw at.wrong("'%s' is no name of a recording; it is a path from the scenario's folder, such as"
                    .formatted(recording) + " ../recordings/some.jsonl.gz");
        }
        try (RecordingReader reader = RecordingReader.open(recording, source.open(recording))) {
            while (reader.hasNext() && found.size() < lines.size()) {
                RecordedTrap trap = reader.next();
                last = trap.line();
                if (lines.contains(last)) {
                    found.put(last, trap);
                }
            }
        } catch (NoSuchFileException e) {
            throw at.wrong("there is no recording '%s' beside the scenario".formatted(recording));
        } catch (IOException e) {
            throw at.wrong("the recording '%s': %s".formatted(recording, InputException.reason(e)));
        }
        List<RecordedTrap> traps = new ArrayList<>();
        for (int line : lines) {
            RecordedTrap trap = found.get(line);
            if (trap == null) {
                throw at.wrong("the recording has no trap in line %d; its traps are in lines 2 to %d"
                        .formatted(line, last));
            }
            traps.add(trap);
        }
        return traps;
    }
}
