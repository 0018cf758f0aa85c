package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.vemmio.emulator.instruction.InstructionTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// Prints which instructions the architectural handler executes and which it refuses by name.
@Command(name = "coverage", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Lists the instructions that the architectural handler executes, and those with an operand in memory"
                + " that it refuses, by family. A mnemonic in both lists is executed in some of its forms.")
final class CoverageCommand implements Callable<Integer> {
    private static final int FAMILY_WIDTH = 20;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    /// Made by picocli.
    CoverageCommand() {
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        print(out, "executed", InstructionTable.mnemonics());
        out.println();
        print(out, "refused", InstructionTable.refused());
        return Main.FINE;
    }

    private void print(PrintWriter out, String title, SortedMap<String, SortedSet<String>> families) {
        int count = families.values().stream().mapToInt(SortedSet::size).sum();
        Table table = new Table("lrw");
        table.title(String.format(Locale.ROOT, "%s: %,d mnemonics in %d families", title, count, families.size()));
        families.forEach((family, mnemonics) -> table.row(String.join("\n", Table.wrap(family, FAMILY_WIDTH)),
                String.valueOf(mnemonics.size()), String.join(" ", mnemonics)));
        table.print(out, main.terminal().colours());
    }
}
