package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every example in the README is run, or is a piece of a file that is compiled and run.
class ReadmeTest {
    /// Tests run in the folder of their module.
    private static final Path ROOT = Path.of("..");
    private static final String PROMPT = "$ emulator/vemmio ";
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (\\S+)(?: \\[(\\S+)])? -->\\n)?```(\\w+)\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern SCENARIO_TABLE =
            Pattern.compile("<!-- emulator/vemmio (scenario --table \\S+) -->\\n(.*?)<!-- end -->\\n", Pattern.DOTALL);

    private static final Pattern LADDER_TABLE =
            Pattern.compile("<!-- emulator/vemmio (coverage [^>]*) -->\\n(.*?)<!-- end -->\\n", Pattern.DOTALL);

    private static List<MatchResult> blocks(String language) throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve("README.md"))).results()
                .filter(block -> block.group(3).equals(language)).toList();
    }

    /// Runs a command line as the shell would, from the top of the tree; what it writes there goes to `target`.
    private static String run(String words) {
        String here = words.replace(" testdata/", " ../testdata/")
                .replaceAll(" (\\w+\\.jsonl(?:\\.gz)?)(?= |$)", " target/$1");
        CommandRun run = CommandRun.of(here.split(" "));
        return (run.out() + run.err()).replace("../testdata/", "testdata/").replace("target/", "").strip();
    }

    @TestFactory
    List<DynamicTest> commandsPrintWhatTheReadmeShows() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (MatchResult block : blocks("console")) {
            for (String example : block.group(4).split("(?m)^(?=\\$ )")) {
                String command = example.lines().findFirst().orElse("");
                // The example's jar is made later in the build, where its ReadmeIT runs these.
                if (command.startsWith(PROMPT) && !command.contains(" --handler-path ")) {
                    String expected = example.substring(command.length()).strip();
                    tests.add(DynamicTest.dynamicTest(command, () ->
                            assertThat(run(command.substring(PROMPT.length()))).matches(pattern(expected))));
                }
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    /// A line `...` stands for any lines, and nothing else for anything but itself.
    private static Pattern pattern(String expected) {
        StringBuilder pattern = new StringBuilder();
        for (String line : expected.lines().toList()) {
            pattern.append(line.equals("...") ? "(?s:.*?)" : Pattern.quote(line.stripTrailing()) + "[ ]*\\R?");
        }
        return Pattern.compile(pattern.toString());
    }

    @TestFactory
    List<DynamicTest> javaIsAPieceOfCompiledCode() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (MatchResult block : blocks("java")) {
            assertThat(block.group(1)).as("the file that this Java comes from:\n" + block.group(4)).isNotNull();
            String file = block.group(1);
            String region = block.group(2);
            String shown = block.group(4);
            tests.add(DynamicTest.dynamicTest(file + " [" + region + "]", () -> {
                String[] parts = Files.readString(ROOT.resolve(file)).split("(?m)^ *// \\[" + region + "]\\R", -1);
                assertThat(parts).as("regions between two lines // [" + region + "]").hasSize(3);
                assertThat(shown).isEqualTo(parts[1].stripTrailing().stripIndent() + "\n");
            }));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @TestFactory
    List<DynamicTest> policiesAreAcceptedOrAreFiles() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (MatchResult block : blocks("yaml")) {
            String shown = block.group(1);
            if (shown != null) {
                // It names a handler that is not known here; the tests of the example read it.
                tests.add(DynamicTest.dynamicTest(shown, () ->
                        assertThat(block.group(4)).isEqualTo(Files.readString(ROOT.resolve(shown)))));
                continue;
            }
            tests.add(DynamicTest.dynamicTest(block.group(4).lines().findFirst().orElseThrow(), () -> {
                Path file = Files.createTempFile("policy", ".yaml");
                try {
                    Files.writeString(file, block.group(4));
                    assertThat(run("replay --only first=1 --policy " + file
                            + " testdata/recordings/linux-6.1-cloud-q35-boot.jsonl.gz")).contains("agreed");
                } finally {
                    Files.delete(file);
                }
            }));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @Test
    void theTableOfChecksIsWhatTheLadderSays() throws IOException {
        Matcher table = LADDER_TABLE.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(table.find()).isTrue();
        assertThat(run(table.group(1))).isEqualTo(table.group(2).strip());
    }

    @Test
    void theTableOfScenariosIsWhatTheScenariosSay() throws IOException {
        Matcher table = SCENARIO_TABLE.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(table.find()).isTrue();
        try (Stream<Path> files = Files.list(ROOT.resolve("testdata/scenarios"))) {
            String names = String.join(" ", files.map(file -> ROOT.relativize(file).toString())
                    .filter(file -> file.endsWith(".yaml")).sorted().toList());
            assertThat(run("scenario --table " + names)).isEqualTo(table.group(2).strip());
        }
    }
}
