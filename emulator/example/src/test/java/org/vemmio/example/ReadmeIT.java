package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The README's commands that take the jar of this module are run, by a shell.
class ReadmeIT {
    /// Tests run in the folder of their module.
    private static final Path ROOT = Path.of("../..");
    private static final Pattern EXAMPLE =
            Pattern.compile("(?m)^\\$ (emulator/vemmio .*--handler-path .*)\\n((?:(?!\\$ |```).*\\n)+)");

    static Stream<Arguments> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(ROOT.resolve("README.md"))).results()
                .map(example -> Arguments.of(example.group(1), example.group(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void aCommandPrintsWhatTheReadmeShows(String command, String shown) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(ROOT.toFile())
                .redirectErrorStream(true);
        shell.environment().put("LC_ALL", "C.UTF-8");
        Process process = shell.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).matches(pattern(shown));
    }

    /// A line `...` stands for any lines, and nothing else for anything but itself.
    private static Pattern pattern(String shown) {
        return Pattern.compile(Arrays.stream(shown.split("(?m)^\\.\\.\\.\\n", -1)).map(Pattern::quote)
                .collect(Collectors.joining("(?s:.*?)")));
    }
}
