package org.vemmio.emulator.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.vemmio.decoder.ZydisException;
import org.vemmio.emulator.hex.HexException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `vemmio` command.
@Command(name = "vemmio", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Tells what becomes of an instruction that touched a device and trapped.",
        subcommands = {DecodeCommand.class, CoverageCommand.class, ScenarioCommand.class,
            AutoComplete.GenerateCompletion.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:fine", "1:a check failed", "2:the input or the usage is wrong"})
public final class Main implements Runnable {
    static final int FINE = 0;
    static final int CHECK_FAILED = 1;
    static final int WRONG_INPUT = 2;

    @Spec
    private CommandSpec spec;

    /// Made by picocli.
    Main() {
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing: decode or coverage");
    }

    /// Runs the command and ends the JVM with its exit code.
    ///
    /// @param arguments the words of the command line
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /// {@return the command, ready to be executed with [CommandLine#execute]; for tests in the same JVM}
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((exception, command, result) -> {
            command.getErr().println("vemmio: " + message(exception));
            command.getErr().flush();
            return WRONG_INPUT;
        });
        line.setParameterExceptionHandler((exception, words) -> {
            CommandLine command = exception.getCommandLine();
            command.getErr().println("vemmio: " + exception.getMessage() + "; try 'vemmio "
                    + (command.getParent() == null ? "" : command.getCommandName() + " ") + "--help'");
            command.getErr().flush();
            return WRONG_INPUT;
        });
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    /// Turns what the input or the machine brought about into one line; anything else is a defect and goes through.
    private static String message(Exception exception) throws Exception {
        return switch (exception) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case IOException problem -> problem.toString();
            case UncheckedIOException problem -> String.valueOf(problem.getCause());
            case InputException wrong -> String.valueOf(wrong.getMessage());
            case HexException wrong -> String.valueOf(wrong.getMessage());
            case ZydisException missing -> String.valueOf(missing.getMessage());
            default -> throw exception;
        };
    }
}
