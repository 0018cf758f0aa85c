package org.vemmio.emulator.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.vemmio.decoder.ZydisException;
import org.vemmio.emulator.input.InputException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `vemmio` command.
@Command(name = "vemmio", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Tells what becomes of an instruction that touched a device and trapped.",
        synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n",
        subcommands = {
            DecodeCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            CoverageCommand.class,
            ScenarioCommand.class,
            ShowCommand.class,
            HelpCommand.class,
            AutoComplete.GenerateCompletion.class},
        footer = {"", "'vemmio COMMAND --help' tells more."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:fine",
            "1:a check failed",
            "2:the input or the usage is wrong",
            "3:a defect of vemmio"})
public final class Main implements Runnable {
    static final int FINE = 0;
    static final int CHECK_FAILED = 1;
    static final int WRONG_INPUT = 2;
    static final int DEFECT = 3;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    private Main(Terminal terminal) {
        this.terminal = terminal;
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

    private static int run(String... arguments) {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = new PrintWriter(output.writer(System.out.charset()));
        CommandLine line = commandLine(Terminal.ofProcess()).setOut(out);
        int code;
        try {
            code = line.execute(arguments);
        } catch (Error defect) {
            defect.printStackTrace(line.getErr());
            code = DEFECT;
        }
        out.flush();
        String problem = output.problem();
        if (!problem.isEmpty()) {
            line.getErr().println("vemmio: standard output: " + problem);
            line.getErr().flush();
            return WRONG_INPUT;
        }
        return code;
    }

    /// {@return the command, ready to be executed with [CommandLine#execute]; for tests in the same JVM}
    public static CommandLine commandLine() {
        return commandLine(Terminal.NONE);
    }

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new Main(terminal));
        line.setColorScheme(Help.defaultColorScheme(terminal.colours() ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setHelpFactory(HandlerNames::help);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((exception, command, _) -> fail(command, message(exception)));
        line.setParameterExceptionHandler((exception, _) -> fail(exception.getCommandLine(), message(exception)));
        line.setExitCodeExceptionMapper(_ -> DEFECT);
        return line;
    }

    Terminal terminal() {
        return terminal;
    }

    private static int fail(CommandLine command, String message) {
        command.getErr().println("vemmio: " + message);
        command.getErr().flush();
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
