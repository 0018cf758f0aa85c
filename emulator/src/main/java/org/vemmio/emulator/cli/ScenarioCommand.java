package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.file.ScenarioReader;
import org.vemmio.emulator.scenario.run.ScenarioResult;
import org.vemmio.emulator.scenario.run.ScenarioRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Plays scenarios of confidential memory and holds what comes out against what they expect.
@Command(name = "scenario", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Plays scenarios of confidential memory under each of their policies, and checks how they end.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every end is as expected", "1:an end differs", "2:the input or the usage is wrong"})
final class ScenarioCommand implements Callable<Integer> {
    private static final String SUFFIX = ".yaml";

    @Spec
    private CommandSpec spec;

    @Option(names = "--table", description = "Print a Markdown table, a row for each scenario and policy.")
    private boolean table;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The scenario files.")
    private List<Path> files = List.of();

    /// Made by picocli.
    ScenarioCommand() {
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Map<Path, Scenario> scenarios = read();
        List<ScenarioResult> results = new ArrayList<>();
        List<String> different = new ArrayList<>();
        if (table) {
            ScenarioText.tableHead().forEach(out::println);
        }
        scenarios.forEach((file, scenario) -> {
            List<ScenarioResult> played = ScenarioRun.playAll(scenario);
            results.addAll(played);
            if (table) {
                ScenarioText.tableRows(name(file), played).forEach(out::println);
            } else {
                print(out, scenario, played);
            }
            played.stream().filter(result -> !result.differences().isEmpty())
                    .forEach(result -> different.add("%s: policy '%s': %s".formatted(file, result.policy().name(),
                            String.join("; ", result.differences()))));
        });
        if (!table) {
            out.println("%d of %d ends as expected".formatted(results.size() - different.size(), results.size()));
        }
        out.flush();
        different.forEach(spec.commandLine().getErr()::println);
        spec.commandLine().getErr().flush();
        return different.isEmpty() ? Main.FINE : Main.CHECK_FAILED;
    }

    /// Reads all files before the first is played.
    private Map<Path, Scenario> read() {
        Map<Path, Scenario> scenarios = new LinkedHashMap<>();
        files.forEach(file -> scenarios.put(file, ScenarioReader.read(file)));
        return scenarios;
    }

    private static void print(PrintWriter out, Scenario scenario, List<ScenarioResult> played) {
        ScenarioText.head(scenario).forEach(out::println);
        for (ScenarioResult result : played) {
            out.println();
            ScenarioText.lines(result).forEach(out::println);
        }
        out.println();
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
