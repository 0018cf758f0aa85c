package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.file.RecordingWriter;
import org.vemmio.emulator.testing.HandmadeTrap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// Shows one trap of a recording.
@Command(name = ShowCommand.NAME, mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = ShowCommand.ABOUT,
        footer = """

                Forms:
                  text  for people
                  java  the statement that makes the trap in a unit test, with the kit of the
                        package org.vemmio.emulator.testing
                  line  the line of a recording, a JSON object; 'vemmio help recording' tells
                        its keys

                The object of --json:
                  "vemmio": "show", "version": 1, "file", "line"
                  "instruction": an object with "valid", "bytes" and "text", or else "reason"
                  "trap": the object of --as line""")
final class ShowCommand implements Callable<Integer> {
    static final String NAME = "show";
    static final String ABOUT = "Shows one trap of a recording: the processor and the memory before, what the devices"
            + " answer, and what must come out. What becomes of it under a handler, 'vemmio replay --only line=LINE' tells.";

    private static final Pattern PLACE = Pattern.compile("(.+):([0-9]{1,9})", Pattern.DOTALL);
    private static final List<String> FORMS = List.of("text", "java", "line");

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    @Option(names = "--as", paramLabel = "FORM", defaultValue = "text",
            description = "What is printed: text, java or line, as listed below (default: ${DEFAULT-VALUE}).")
    private String form = "text";

    @Option(names = "--json", description = "Print one JSON object, described below.")
    private boolean json;

    @Parameters(paramLabel = "FILE:LINE",
            description = "A recording, plain or compressed by gzip, and a line of it, of which the header is 1.")
    private String place = "";

    /// Made by picocli.
    ShowCommand() {
    }

    @Override
    public Integer call() {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()) {
            throw new ParameterException(spec.commandLine(),
                    "'%s' is no FILE:LINE, such as some.jsonl.gz:34".formatted(place));
        }
        if (!FORMS.contains(form)) {
            throw new ParameterException(spec.commandLine(), "--as is text, java or line, not " + form);
        }
        if (json && !form.equals("text")) {
            throw new ParameterException(spec.commandLine(), "--as and --json are two forms of one thing");
        }
        RecordedTrap trap = trap(parts.group(1), Integer.parseInt(parts.group(2)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            write(trap, parts.group(1), out);
            return Main.FINE;
        }
        switch (form) {
            case "java" -> out.println(HandmadeTrap.javaOf(trap));
            case "line" -> out.println(RecordingWriter.line(trap));
            default -> print(trap, out);
        }
        return Main.FINE;
    }

    private static void write(RecordedTrap trap, String file, PrintWriter out) {
        try (Decoder decoder = Decoder.open()) {
            Json.write(out, "show", 1, generator -> {
                generator.writeStringProperty("file", file);
                generator.writeNumberProperty("line", trap.line());
                Decoding decoding = decoder.decode(trap.mode(), trap.code());
                generator.writeObjectPropertyStart("instruction");
                generator.writeBooleanProperty("valid", decoding instanceof Instruction);
                switch (decoding) {
                    case Instruction instruction -> {
                        generator.writeStringProperty("bytes", HexFormat.of().formatHex(instruction.bytes()));
                        generator.writeStringProperty("text", decoder.format(instruction, Syntax.INTEL, trap.rip()));
                    }
                    case DecodeFailure failure ->
                        generator.writeStringProperty("reason", failure.reason().description());
                }
                generator.writeEndObject();
                generator.writeName("trap");
                Json.object(generator, RecordingWriter.line(trap));
            });
        }
    }

    private void print(RecordedTrap trap, PrintWriter out) {
        try (Decoder decoder = Decoder.open()) {
            new TrapText(trap, decoder).print(place, out, main.terminal().colours());
        }
    }

    private RecordedTrap trap(String file, int line) {
        try (RecordingReader reader = RecordingReader.open(Input.path(file))) {
            if (line < 2) {
                throw nothing(line == 0 ? "lines count from 1"
                        : "this is the header; traps are on the lines behind it");
            }
            int last = 1;
            while (reader.hasNext()) {
                RecordedTrap trap = reader.next();
                last = trap.line();
                if (last == line) {
                    return trap;
                }
                if (last > line) {
                    throw nothing("there is no trap on this line; the next is on line " + last);
                }
            }
            throw nothing("there is no such line; the last is " + last);
        }
    }

    private CommandException nothing(String why) {
        return new CommandException(place + ": " + why);
    }
}
