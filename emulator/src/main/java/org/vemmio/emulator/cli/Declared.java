package org.vemmio.emulator.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// What commands declare to picocli. Those that are started often do so by its builders, for to read annotations takes
/// longer than to start Java.
final class Declared {
    private Declared() {
    }

    /// Returns a command without options, which [#options] adds.
    ///
    /// @param command a Runnable or a Callable with the exit code
    /// @param description in a sentence or two; the first line is in the list of commands
    static CommandSpec command(String name, Object command, String description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name).versionProvider(new Version());
        spec.usageMessage().description(description);
        return spec;
    }

    /// Adds options to a command, and behind them `--help` and `--version`.
    static void options(CommandSpec command, OptionSpec... options) {
        for (OptionSpec option : options) {
            command.addOption(option);
        }
        command.addOption(flag("Show this help message and exit.", "-h", "--help").usageHelp(true).build())
                .addOption(flag("Print version information and exit.", "-V", "--version").versionHelp(true).build());
    }

    /// Returns an option that is given or not, which [#isGiven] tells.
    static OptionSpec.Builder flag(String description, String... names) {
        return OptionSpec.builder(names).type(boolean.class).description(description);
    }

    /// Returns an option with a value.
    ///
    /// @param label what stands for the value in the help
    static OptionSpec.Builder option(String label, String description, String... names) {
        return OptionSpec.builder(names).type(String.class).paramLabel(label).description(description);
    }

    /// Returns parameters, which [#values] tells.
    ///
    /// @param arity how many: `0..*` or `1..*`
    /// @param type of each
    static PositionalParamSpec parameters(String label, String arity, Class<?> type, String description) {
        return PositionalParamSpec.builder().type(List.class).auxiliaryTypes(type).paramLabel(label).arity(arity)
                .required(!arity.startsWith("0")).description(description).build();
    }

    static boolean isGiven(OptionSpec flag) {
        return Boolean.TRUE.equals(flag.getValue());
    }

    /// Returns the values of an option or of parameters of which there may be several.
    static <T> List<T> values(ArgSpec several) {
        List<T> values = several.getValue();
        return values == null ? List.of() : values;
    }
}
