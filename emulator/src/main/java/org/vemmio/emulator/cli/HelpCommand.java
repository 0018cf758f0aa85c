package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.recording.Recording;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// Prints what there is to know of a subject.
final class HelpCommand implements Callable<Integer> {
    static final String NAME = "help";
    static final String ABOUT = "Tells of a subject, or of a command.";

    private static final String RECORDING = "recording";
    private static final String FOOTER = """

                Subjects:
                  recording  the format of recordings: every key of a trap's line""";

    private final PositionalParamSpec subject = PositionalParamSpec.builder().index("0").arity("0..1")
            .type(String.class).paramLabel("SUBJECT").description("A subject, as listed below, or a command.").build();

    private final CommandSpec spec = Declared.command(NAME, this, ABOUT);

    private HelpCommand() {
        spec.usageMessage().footer(FOOTER);
        Declared.options(spec);
        spec.addPositional(subject);
    }

    static CommandSpec spec() {
        return new HelpCommand().spec;
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        CommandLine vemmio = line.getParent();
        Map<String, CommandLine> commands = vemmio.getSubcommands();
        PrintWriter out = line.getOut();
        String asked = subject.getValue();
        if (asked == null || asked.isEmpty()) {
            vemmio.usage(out);
        } else if (asked.equals(RECORDING)) {
            Recording.format().lines().forEach(out::println);
        } else if (commands.containsKey(asked)) {
            commands.get(asked).usage(out, vemmio.getColorScheme());
        } else {
            List<String> known = new ArrayList<>(List.of(RECORDING));
            known.addAll(commands.keySet());
            throw new ParameterException(line, "no subject '%s'; %s".formatted(asked,
                    Suggestions.hint(asked, known, "there are")));
        }
        return Main.FINE;
    }
}
