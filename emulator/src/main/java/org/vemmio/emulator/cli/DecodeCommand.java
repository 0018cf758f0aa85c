package org.vemmio.emulator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.hex.HexChunk;
import org.vemmio.emulator.hex.HexReader;
import org.vemmio.emulator.survey.Survey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/// Decodes hex, and tells what each instruction does to memory and how each handler takes it.
@Command(name = "decode", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Decodes instruction bytes: one row per instruction, with what it does to memory and how each handler"
                + " takes it. Exits 1 if some bytes are no instruction.",
        footer = """

                Hex may be plain or spaced, with 0x or \\x, a C array, an xxd or hexdump -C
                dump, an objdump listing, or the Code: line of a kernel oops, whose marked byte
                gets a *. A single word is a file if there is one of that name.

                How a handler takes an instruction: ok; ok* with hazards, told below; an errno
                if it refuses, with the reason below; an exception such as #UD if the processor
                does; - if there is no access to memory. Each handler has a column, under a
                short name.
                """ + HandlerNames.HELP + """

                The object of --json:
                  "vemmio": "decode", "version": 1, "mode": 64, "instructions": a list of
                    "address", "bytes", "trapping", "valid", "text",
                    "mnemonic", or "reason" if not valid
                    "memory": a list of "access" (load, store or load+store) and "size"
                    "repeated": whether a count register says how often
                    "handlers": by name, each with a "verdict":
                      emulated, with "hazards": a list of "kind" and "detail"
                      refused, with "failure", "errno" and "detail"
                      exception, with "vector"
                      no-access""")
final class DecodeCommand implements Callable<Integer> {
    private static final int MAX_LENGTH = 15;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    @Option(names = "--mode", paramLabel = "BITS", defaultValue = "64",
            description = "Code size: 16, 32 or 64 (default: ${DEFAULT-VALUE}).")
    private int bits;

    @Option(names = "--handler", paramLabel = "HANDLER", split = ",", completionCandidates = HandlerNames.class,
            defaultValue = "architectural,linux-tdx,linux-sev", description =
                "A handler to ask, as listed below, or several with commas between (default: ${DEFAULT-VALUE}).")
    private List<String> handlers = new ArrayList<>();

    @Mixin
    private HandlerOptions handlerOptions = new HandlerOptions();

    @Option(names = "--syntax", paramLabel = "SYNTAX", defaultValue = "intel",
            description = "Text in intel or att syntax (default: ${DEFAULT-VALUE}).")
    private String syntax = "";

    @Option(names = "--json", description = "Print one JSON object, described below.")
    private boolean json;

    @Parameters(paramLabel = "FILE|-|HEX", arity = "1..*",
            description = "A file, - for standard input, or the hex itself.")
    private List<String> words = new ArrayList<>();

    /// Made by picocli.
    DecodeCommand() {
    }

    @Override
    public Integer call() throws IOException {
        CodeMode mode = mode();
        Map<String, TrapHandler> asked = new LinkedHashMap<>();
        for (String name : handlers) {
            TrapHandler handler = handlerOptions.handler(name);
            asked.put(handler.name(), handler);
        }
        Syntax chosen = syntax();
        List<DecodedRow> rows = new ArrayList<>();
        try (Decoder decoder = Decoder.open()) {
            for (HexChunk chunk : read()) {
                rows.addAll(decode(decoder, chunk, mode, chosen, asked.values()));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.write(out, "decode", 1, generator -> write(generator, mode, rows));
        } else {
            print(out, asked.keySet(), rows);
        }
        return rows.stream().allMatch(DecodedRow::isInstruction) ? Main.FINE : Main.CHECK_FAILED;
    }

    private CodeMode mode() {
        if (bits != 16 && bits != 32 && bits != 64) {
            throw new ParameterException(spec.commandLine(), "--mode is 16, 32 or 64, not " + bits);
        }
        return CodeMode.of(bits);
    }

    private Syntax syntax() {
        return switch (syntax) {
            case "intel" -> Syntax.INTEL;
            case "att" -> Syntax.ATT;
            default -> throw new ParameterException(spec.commandLine(), "--syntax is intel or att, not " + syntax);
        };
    }

    private List<HexChunk> read() throws IOException {
        String first = words.getFirst();
        if (words.size() > 1) {
            return HexReader.read("argument", String.join(" ", words));
        }
        if (first.equals(Input.DASH)) {
            return HexReader.read(Input.STANDARD, new String(Input.readStandard(), StandardCharsets.ISO_8859_1));
        }
        if (!first.isEmpty() && Files.exists(Path.of(first))) {
            return HexReader.read(first, new String(Input.read(first), StandardCharsets.ISO_8859_1));
        }
        boolean oneWord = first.indexOf(' ') < 0;
        if (oneWord && (first.indexOf('.') >= 0 || first.indexOf('/') >= 0)) {
            throw new CommandException(first + ": there is no such file");
        }
        return HexReader.read("argument", first);
    }

    private static List<DecodedRow> decode(Decoder decoder, HexChunk chunk, CodeMode mode, Syntax syntax,
            Collection<TrapHandler> asked) {
        List<DecodedRow> rows = new ArrayList<>();
        byte[] bytes = chunk.bytes();
        for (int at = 0; at < bytes.length;) {
            // An instruction begins where execution stopped, whatever the bytes before it look like.
            int end = at < chunk.trapping() ? chunk.trapping() : bytes.length;
            int count = Math.min(MAX_LENGTH, end - at);
            byte[] code = Arrays.copyOfRange(bytes, at, at + count);
            Survey survey = Survey.of(decoder, mode, code, asked);
            int length = length(survey.decoding());
            String text = survey.decoding() instanceof Instruction instruction
                    ? decoder.format(instruction, syntax, chunk.address() + at) : "(bad)";
            rows.add(new DecodedRow(chunk.address(), at, Arrays.copyOf(code, length), at == chunk.trapping(), text,
                    survey));
            at += length;
        }
        return rows;
    }

    /// Returns how many bytes to pass over. A byte that begins no instruction is passed over alone, so that the next
    /// one may begin one.
    private static int length(Decoding decoding) {
        return switch (decoding) {
            case Instruction instruction -> instruction.length();
            case DecodeFailure(DecodeFailure.Reason reason, int length) ->
                reason == DecodeFailure.Reason.TRUNCATED ? length : 1;
        };
    }

    private void print(PrintWriter out, Collection<String> asked, List<DecodedRow> rows) {
        Table table = new Table("rlwl" + "l".repeat(asked.size()));
        List<String> heading = new ArrayList<>(List.of("offset", "bytes", "instruction", "memory"));
        asked.forEach(handler -> heading.add(HandlerNames.brief(handlerOptions.handlers(), handler)));
        table.heading(heading);
        long base = 0;
        for (DecodedRow row : rows) {
            if (row.base() != base) {
                base = row.base();
                table.title("0x%x:".formatted(base));
            }
            row.addTo(table);
        }
        table.print(out, main.terminal().colours());
    }

    private static void write(JsonGenerator generator, CodeMode mode, List<DecodedRow> rows) {
        generator.writeNumberProperty("mode", mode.bits());
        generator.writeArrayPropertyStart("instructions");
        rows.forEach(row -> row.write(generator));
        generator.writeEndArray();
    }
}
