package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.vemmio.emulator.instruction.InstructionTable;
import org.vemmio.emulator.outcome.Ladder;
import tools.jackson.core.JsonGenerator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// Prints which instructions the architectural handler executes and which it refuses by name, or what a handler checks.
final class CoverageCommand implements Callable<Integer> {
    static final String NAME = "coverage";
    static final String ABOUT = "Lists the instructions that the architectural handler executes, and those with an"
            + " operand in memory that it refuses, by family. A mnemonic in both lists is executed in some of its forms."
            + " With --handler, lists what a handler checks.";

    private static final int FAMILY_WIDTH = 20;
    private static final String FOOTER = HandlerNames.HELP + """

                The object of --json:
                  "vemmio": "coverage", "version": 1
                  "executed", "refused": by family, lists of mnemonics
                The object of --handler HANDLER --json:
                  "vemmio": "ladder", "version": 1, "handler"
                  "source": the release in which lines are counted, or empty
                  "checks": a list in order, of "check", "text"
                    "since", "until" where told: "version", "commit", "day"
                    "file", "line", "function", "callers": the statement that refuses
                    "warning" if there is one: "message", "frequency"
                    "prints" if it prints a line: "text", "frequency" and its place
                    "panic": what it says where it panics
                    "returned": in the handler's own words; "errno" or empty
                    "own": the action, as a policy file writes it
                    "dieString", "vector": the exception on the path of a #GP
                    "late": whether a device may have been accessed before
                    "hints": a list of "forms" and "text\"""";

    private final OptionSpec handler = Declared.option("HANDLER", "List the checks of this handler instead, in order.",
            "--handler").completionCandidates(new HandlerNames()).build();
    private final OptionSpec table = Declared.flag("Print the checks as a Markdown table.", "--table").build();
    private final OptionSpec json = Declared.flag("Print one JSON object, described below.", "--json").build();

    private final Main main;
    private final CommandSpec spec = Declared.command(NAME, this, ABOUT);
    private final HandlerOptions handlers = new HandlerOptions(spec);

    private CoverageCommand(Main main) {
        this.main = main;
        spec.usageMessage().footer(FOOTER);
        Declared.options(spec, handler, handlers.path(), table, json);
    }

    static CommandSpec spec(Main main) {
        return new CoverageCommand(main).spec;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String name = handler.getValue();
        boolean object = Declared.isGiven(json);
        if (Declared.isGiven(table) && (object || name == null)) {
            throw new ParameterException(spec.commandLine(),
                    object ? "--table and --json are two forms of one thing" : "--table goes with --handler");
        }
        if (name != null) {
            ladder(out, handlers.handler(name).ladder());
        } else if (object) {
            Json.write(out, "coverage", 1, generator -> {
                write(generator, "executed", InstructionTable.mnemonics());
                write(generator, "refused", InstructionTable.refused());
            });
        } else {
            print(out, "executed", InstructionTable.mnemonics());
            out.println();
            print(out, "refused", InstructionTable.refused());
        }
        return Main.FINE;
    }

    private void ladder(PrintWriter out, Ladder ladder) {
        if (Declared.isGiven(json)) {
            Json.write(out, "ladder", 1, generator -> LadderText.write(generator, ladder));
        } else if (Declared.isGiven(table)) {
            LadderText.table(ladder).forEach(out::println);
        } else {
            LadderText.print(out, main.terminal().colours(), ladder);
        }
    }

    private void print(PrintWriter out, String title, SortedMap<String, SortedSet<String>> families) {
        int count = families.values().stream().mapToInt(SortedSet::size).sum();
        Table rows = new Table("lrw");
        rows.title(String.format(Locale.ROOT, "%s: %,d mnemonics in %d families", title, count, families.size()));
        families.forEach((family, mnemonics) -> rows.row(
                Table.Cell.plain(Table.wrap(family, FAMILY_WIDTH)), Table.Cell.plain(String.valueOf(mnemonics.size())),
                Table.Cell.plain(String.join(" ", mnemonics))));
        rows.print(out, main.terminal().colours());
    }

    private static void write(JsonGenerator json, String name, SortedMap<String, SortedSet<String>> families) {
        json.writeObjectPropertyStart(name);
        families.forEach((family, mnemonics) -> {
            json.writeArrayPropertyStart(family);
            mnemonics.forEach(json::writeString);
            json.writeEndArray();
        });
        json.writeEndObject();
    }
}
