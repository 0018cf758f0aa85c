package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vemmio.emulator.input.Visible;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.file.ScenarioReader;
import org.vemmio.emulator.scenario.run.ScenarioResult;
import org.vemmio.emulator.scenario.run.ScenarioRun;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Plays scenarios of confidential memory and holds what comes out against what they expect.
final class ScenarioCommand implements Callable<Integer> {
    static final String NAME = "scenario";
    static final String ABOUT = "Plays scenarios of confidential memory under each of their policies, and checks how"
            + " they end.";

    private static final String SUFFIX = ".yaml";

    private final OptionSpec table = Declared.flag("Print a Markdown table, a row for each scenario and policy.",
            "--table").build();
    private final PositionalParamSpec files = Declared.parameters("FILE", "1..*", String.class, "The scenario files.");

    private final CommandSpec spec = Declared.command(NAME, this, ABOUT);

    private ScenarioCommand() {
        spec.usageMessage().exitCodeListHeading(Main.EXIT_CODES).exitCodeList(UsageMessageSpec.keyValuesMap(
                "0:every end is as expected", "1:an end differs", "2:the input or the usage is wrong"));
        Declared.options(spec, table);
        spec.addPositional(files);
    }

    static CommandSpec spec() {
        return new ScenarioCommand().spec;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean rows = Declared.isGiven(table);
        Map<String, Scenario> scenarios = read();
        List<ScenarioResult> results = new ArrayList<>();
        List<String> different = new ArrayList<>();
        if (rows) {
            ScenarioText.tableHead().forEach(out::println);
        }
        scenarios.forEach((file, scenario) -> {
            List<ScenarioResult> played = ScenarioRun.playAll(scenario);
            results.addAll(played);
            if (rows) {
                ScenarioText.tableRows(name(file), played).forEach(out::println);
            } else {
                print(out, scenario, played);
            }
            played.stream().filter(result -> !result.differences().isEmpty())
                    .forEach(result -> different.add("%s: policy '%s': %s".formatted(file, result.policy().name(),
                            String.join("; ", result.differences()))));
        });
        if (!rows) {
            out.println("%d of %d ends as expected".formatted(results.size() - different.size(), results.size()));
        }
        out.flush();
        different.forEach(line -> spec.commandLine().getErr().println(Visible.line(line)));
        spec.commandLine().getErr().flush();
        return different.isEmpty() ? Main.FINE : Main.CHECK_FAILED;
    }

    /// Reads all files before the first is played.
    private Map<String, Scenario> read() {
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        Declared.<String>values(files).forEach(file -> scenarios.put(file, ScenarioReader.read(Input.path(file))));
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

    private static String name(String file) {
        String name = String.valueOf(Input.path(file).getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
