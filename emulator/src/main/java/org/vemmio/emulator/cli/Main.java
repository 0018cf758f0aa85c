package org.vemmio.emulator.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vemmio.decoder.ZydisException;
import org.vemmio.emulator.input.InputException;
import org.vemmio.emulator.input.Visible;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `vemmio` command.
public final class Main implements Runnable {
    /// The heading of a list of exit codes.
    static final String EXIT_CODES = "%nExit codes:%n";

    static final int FINE = 0;
    static final int CHECK_FAILED = 1;
    static final int WRONG_INPUT = 2;
    static final int DEFECT = 3;

    private final Terminal terminal;
    private final CommandSpec spec = Declared.command("vemmio", this,
            "Tells what becomes of an instruction that touched a device and trapped.");

    private Main(Terminal terminal) {
        this.terminal = terminal;
        spec.usageMessage().synopsisSubcommandLabel("COMMAND").commandListHeading("%nCommands:%n")
                .footer("", "'vemmio COMMAND --help' tells more.")
                .exitCodeListHeading(EXIT_CODES).exitCodeList(UsageMessageSpec.keyValuesMap(
                        "0:fine",
                        "1:a check failed",
                        "2:the input or the usage is wrong",
                        "3:a defect of vemmio"));
        Declared.options(spec);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing; there are "
                + commands(spec.commandLine()));
    }

    private static String commands(CommandLine line) {
        return String.join(", ", line.getSubcommands().keySet());
    }

    /// Runs the command and ends the JVM with its exit code.
    ///
    /// @param arguments the words of the command line
    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        Writer errors = new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), System.err.charset());
        int code = run(Terminal.ofProcess(), output.writer(System.out.charset()), errors, arguments);
        if (output.problem().isEmpty()) {
            return code;
        }
        fail(VisibleWriter.ofMessages(errors, Terminal.NONE), "standard output: " + output.problem());
        return WRONG_INPUT;
    }

    /// Runs the command, whatever happens, and returns its exit code.
    ///
    /// @param output takes the results
    /// @param errors takes messages
    static int run(Terminal terminal, Writer output, Writer errors, String... arguments) {
        PrintWriter out = VisibleWriter.ofResults(output, terminal);
        PrintWriter err = VisibleWriter.ofMessages(errors, terminal);
        try {
            return commandLine(terminal, arguments).setOut(out).setErr(err).execute(arguments);
        } catch (RuntimeException | Error defect) {
            defect.printStackTrace(err);
            return DEFECT;
        } finally {
            out.flush();
            err.flush();
        }
    }

    /// {@return the command, ready to be executed with [CommandLine#execute]; for tests in the same JVM}
    public static CommandLine commandLine() {
        return commandLine(new Main(Terminal.NONE), Subcommand.ALL, true);
    }

    /// Returns the command, ready to be executed with `words`, and with the subcommands that these can reach: to
    /// declare an option takes time.
    static CommandLine commandLine(Terminal terminal, String... words) {
        Main main = new Main(terminal);
        Optional<Subcommand> first = words.length == 0 ? Optional.empty() : Subcommand.named(words[0]);
        if (first.isPresent() && !first.get().looksAtOthers()) {
            return commandLine(main, List.of(first.get()), true);
        }
        boolean others = Arrays.stream(words).anyMatch(word -> Subcommand.named(word).isPresent());
        return commandLine(main, Subcommand.ALL, others);
    }

    private static CommandLine commandLine(Main main, List<Subcommand> subcommands, boolean whole) {
        subcommands.forEach(subcommand -> main.spec.addSubcommand(subcommand.name(),
                whole ? subcommand.spec().apply(main) : subcommand.title()));
        CommandLine line = new CommandLine(main.spec);
        line.setColorScheme(Help.defaultColorScheme(main.terminal.colours() ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setHelpFactory(HandlerNames::help);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((exception, command, _) -> fail(command.getErr(), message(exception)));
        line.setParameterExceptionHandler((exception, _) ->
                fail(exception.getCommandLine().getErr(), message(exception)));
        line.setExitCodeExceptionMapper(_ -> DEFECT);
        return line;
    }

    Terminal terminal() {
        return terminal;
    }

    private static int fail(PrintWriter err, String message) {
        err.println("vemmio: " + Visible.line(message));
        err.flush();
        return WRONG_INPUT;
    }

    private static String message(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        return problem(wrong) + "; try '" + command.getCommandSpec().qualifiedName() + " --help'";
    }

    private static String problem(ParameterException wrong) {
        String message = String.valueOf(wrong.getMessage()).strip();
        if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.getSuggestions().isEmpty()) {
            return message;
        }
        return unmatched.isUnknownOption() ? message + "; perhaps " + String.join(" or ", unmatched.getSuggestions())
                : "'%s' is no command; there are %s".formatted(unmatched.getUnmatched().getFirst(),
                        commands(wrong.getCommandLine()));
    }

    /// Turns what the input or the machine brought about into one line; anything else is a defect and goes through.
    private static String message(Exception exception) throws Exception {
        return switch (exception) {
            case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
            case AccessDeniedException denied -> denied.getFile() + ": no permission to read it";
            case IOException problem -> String.valueOf(problem.getMessage());
            case UncheckedIOException problem -> String.valueOf(problem.getMessage());
            case CommandException wrong -> String.valueOf(wrong.getMessage());
            case InputException wrong -> String.valueOf(wrong.getMessage());
            case ZydisException missing -> String.valueOf(missing.getMessage());
            default -> throw exception;
        };
    }
}
