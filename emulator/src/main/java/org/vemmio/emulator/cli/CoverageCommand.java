package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.vemmio.emulator.operation.InstructionTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints which instructions the architectural handler executes and which it refuses by name.
@Command(name = "coverage", mixinStandardHelpOptions = true,
        description = "Lists the instructions that the architectural handler executes, and those it refuses, by family.")
final class CoverageCommand implements Callable<Integer> {
    private static final int WIDTH = 80;
    private static final int INDENT = 4;

    @Spec
    private CommandSpec spec;

    /// Made by picocli.
    CoverageCommand() {
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        print(out, "executed", InstructionTable.mnemonics());
        out.println();
        print(out, "refused", InstructionTable.refused());
        out.flush();
        return Main.FINE;
    }

    private static void print(PrintWriter out, String title, SortedMap<String, SortedSet<String>> families) {
        int count = families.values().stream().mapToInt(SortedSet::size).sum();
        out.println("%s: %d mnemonics in %d families".formatted(title, count, families.size()));
        families.forEach((family, mnemonics) -> {
            out.println("  %s (%d)".formatted(family, mnemonics.size()));
            StringBuilder line = new StringBuilder(" ".repeat(INDENT - 1));
            for (String mnemonic : mnemonics) {
                if (line.length() + 1 + mnemonic.length() > WIDTH) {
                    out.println(line);
                    line = new StringBuilder(" ".repeat(INDENT - 1));
                }
                line.append(' ').append(mnemonic);
            }
            out.println(line);
        });
    }
}
