package org.vemmio.emulator.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/// A command of `vemmio`.
///
/// @param about what the list of commands says
/// @param spec declares it with its options, for a [Main]
/// @param looksAtOthers whether it needs the other commands
record Subcommand(String name, String about, Function<Main, CommandSpec> spec, boolean looksAtOthers) {
    /// In the order in which they are listed.
    static final List<Subcommand> ALL = List.of(
            of(DecodeCommand.NAME, DecodeCommand.ABOUT, DecodeCommand::spec),
            of(ReplayCommand.NAME, ReplayCommand.ABOUT, ReplayCommand::spec),
            of(ImportCommand.NAME, ImportCommand.ABOUT, _ -> CommandSpec.forAnnotatedObject(new ImportCommand())),
            of(CoverageCommand.NAME, CoverageCommand.ABOUT, CoverageCommand::spec),
            of(ScenarioCommand.NAME, ScenarioCommand.ABOUT, _ -> ScenarioCommand.spec()),
            of(ShowCommand.NAME, ShowCommand.ABOUT, _ -> CommandSpec.forAnnotatedObject(new ShowCommand())),
            new Subcommand(HelpCommand.NAME, HelpCommand.ABOUT, _ -> HelpCommand.spec(), true),
            new Subcommand("generate-completion", "Generate bash/zsh completion script for vemmio.",
                    _ -> CommandSpec.forAnnotatedObject(new AutoComplete.GenerateCompletion()), true));

    private static Subcommand of(String name, String about, Function<Main, CommandSpec> spec) {
        return new Subcommand(name, about, spec, false);
    }

    static Optional<Subcommand> named(String name) {
        return ALL.stream().filter(subcommand -> subcommand.name.equals(name)).findFirst();
    }

    /// Returns what stands for it in the list of commands.
    CommandSpec title() {
        CommandSpec title = CommandSpec.create().name(name);
        title.usageMessage().description(about);
        return title;
    }
}
