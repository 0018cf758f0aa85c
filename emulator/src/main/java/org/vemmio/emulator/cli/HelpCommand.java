package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.recording.Recording;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what there is to know of a subject.
@Command(name = "help", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Tells of a subject, or of a command.",
        footer = """

                Subjects:
                  recording  the format of recordings: every key of a trap's line""")
final class HelpCommand implements Callable<Integer> {
    private static final String RECORDING = "recording";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SUBJECT", arity = "0..1", description = "A subject, as listed below, or a command.")
    private String subject = "";

    /// Made by picocli.
    HelpCommand() {
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        CommandLine vemmio = line.getParent();
        Map<String, CommandLine> commands = vemmio.getSubcommands();
        PrintWriter out = line.getOut();
        if (subject.isEmpty()) {
            vemmio.usage(out);
        } else if (subject.equals(RECORDING)) {
            Recording.format().lines().forEach(out::println);
        } else if (commands.containsKey(subject)) {
            commands.get(subject).usage(out, vemmio.getColorScheme());
        } else {
            List<String> known = new ArrayList<>(List.of(RECORDING));
            known.addAll(commands.keySet());
            throw new ParameterException(line, "no subject '%s'; %s".formatted(subject,
                    Suggestions.hint(subject, known, "there are")));
        }
        return Main.FINE;
    }
}
