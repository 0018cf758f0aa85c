package org.vemmio.emulator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.hex.HexChunk;
import org.vemmio.emulator.hex.HexReader;
import org.vemmio.emulator.operation.Admission;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/// Decodes hex, and tells what each instruction does to memory and how each handler takes it.
@Command(name = "decode", mixinStandardHelpOptions = true,
        description = {"Decodes instruction bytes: one row per instruction, with what it does to memory and how each"
                + " handler takes it.", "Exits 1 if some bytes are no instruction."},
        footer = {"", "Hex may be plain or spaced, with 0x or \\x, a C array, an xxd or hexdump -C dump, an objdump",
            "listing, or the Code: line of a kernel oops.", "",
            "How a handler takes an instruction: ok; ok* with a hazard, told below the row; an errno if it",
            "refuses; an exception such as #UD if the processor does; - if there is no access to memory."})
final class DecodeCommand implements Callable<Integer> {
    private static final int MAX_LENGTH = 15;
    private static final List<String> DEFAULT_HANDLERS = List.of("architectural", "linux-tdx", "linux-sev");

    @Spec
    private CommandSpec spec;

    @Option(names = "--mode", paramLabel = "BITS", defaultValue = "64",
            description = "Code size: 16, 32 or 64 (default: ${DEFAULT-VALUE}).")
    private int bits;

    @Option(names = "--handler", paramLabel = "NAME",
            description = "A handler to ask; may be given several times (default: architectural, linux-tdx, linux-sev).")
    private List<String> handlers = new ArrayList<>();

    @Option(names = "--syntax", paramLabel = "NAME", defaultValue = "intel",
            description = "Text in intel or att syntax (default: ${DEFAULT-VALUE}).")
    private Syntax syntax = Syntax.INTEL;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(paramLabel = "FILE|-|HEX", arity = "1..*",
            description = "A file, - for standard input, or the hex itself.")
    private List<String> words = new ArrayList<>();

    /// Made by picocli.
    DecodeCommand() {
    }

    /// One instruction, or a byte that is none.
    private record Row(long address, byte[] bytes, boolean trapping, Decoding decoding, String text,
            List<Admission> admissions) {
    }

    @Override
    public Integer call() throws IOException {
        CodeMode mode = mode();
        List<TrapHandler> asked = (handlers.isEmpty() ? DEFAULT_HANDLERS : handlers).stream().map(this::handler).toList();
        List<Row> rows = new ArrayList<>();
        try (Decoder decoder = Decoder.open()) {
            for (HexChunk chunk : read()) {
                decode(decoder, chunk, mode, asked, rows);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.write(out, generator -> write(generator, mode, asked, rows));
        } else {
            print(out, asked, rows);
        }
        out.flush();
        return rows.stream().allMatch(row -> row.decoding instanceof Instruction) ? Main.FINE : Main.CHECK_FAILED;
    }

    private CodeMode mode() {
        if (bits != 16 && bits != 32 && bits != 64) {
            throw new ParameterException(spec.commandLine(), "--mode is 16, 32 or 64, not " + bits);
        }
        return CodeMode.of(bits);
    }

    private TrapHandler handler(String name) {
        try {
            return TrapHandlers.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), "--handler: " + unknown.getMessage(), unknown);
        }
    }

    private List<HexChunk> read() throws IOException {
        String first = words.get(0);
        if (words.size() == 1 && first.equals("-")) {
            return HexReader.read("standard input", new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
        }
        if (words.size() == 1 && Files.exists(Path.of(first))) {
            return HexReader.read(first, Files.readString(Path.of(first), StandardCharsets.ISO_8859_1));
        }
        if (words.size() == 1 && first.matches(".*[./].*")) {
            throw new InputException(first + ": no such file, and no hex");
        }
        return HexReader.read("argument", String.join(" ", words));
    }

    private void decode(Decoder decoder, HexChunk chunk, CodeMode mode, List<TrapHandler> asked, List<Row> rows) {
        byte[] bytes = chunk.bytes();
        for (int at = 0; at < bytes.length;) {
            int count = Math.min(MAX_LENGTH, bytes.length - at);
            byte[] code = Arrays.copyOfRange(bytes, at, at + count);
            Decoding decoding = decoder.decode(mode, code, 0, count);
            long address = chunk.address() + at;
            // A byte that begins no instruction is passed over alone, so that the next one may begin one.
            int length = decoding instanceof Instruction ? decoding.length() : 1;
            String text = decoding instanceof Instruction instruction
                    ? decoder.format(instruction, syntax, address) : "(bad)";
            List<Admission> admissions = asked.stream().map(handler -> handler.admit(code, count,
                    handler.decodesAs(mode) == mode ? decoding
                            : decoder.decode(handler.decodesAs(mode), code, 0, count))).toList();
            rows.add(new Row(address, Arrays.copyOf(code, length), at == chunk.trapping(), decoding, text, admissions));
            at += length;
        }
    }

    private static void print(PrintWriter out, List<TrapHandler> asked, List<Row> rows) {
        Table table = new Table("rlll" + "l".repeat(asked.size()));
        List<String> heading = new ArrayList<>(List.of("offset", "bytes", "instruction", "memory"));
        asked.forEach(handler -> heading.add(handler.name()));
        table.row(heading);
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    (row.trapping ? "*" : "") + Long.toHexString(row.address),
                    HexFormat.ofDelimiter(" ").formatHex(row.bytes), row.text, MemoryEffect.of(row.decoding).text()));
            row.admissions.forEach(admission -> cells.add(HandlerVerdict.of(row.decoding, admission).shortText()));
            table.row(cells);
            for (int i = 0; i < asked.size(); i++) {
                for (String detail : HandlerVerdict.of(row.decoding, row.admissions.get(i)).details()) {
                    table.note(asked.get(i).name() + ": " + detail);
                }
            }
            if (row.decoding instanceof DecodeFailure failure) {
                table.note(failure.reason().description());
            }
        }
        table.print(out);
    }

    private void write(JsonGenerator generator, CodeMode mode, List<TrapHandler> asked, List<Row> rows) {
        generator.writeStringProperty("vemmio", "decode");
        generator.writeNumberProperty("version", 1);
        generator.writeNumberProperty("mode", mode.bits());
        generator.writeArrayPropertyStart("instructions");
        for (Row row : rows) {
            generator.writeStartObject();
            generator.writeStringProperty("address", "0x" + Long.toHexString(row.address));
            generator.writeStringProperty("bytes", HexFormat.of().formatHex(row.bytes));
            generator.writeBooleanProperty("valid", row.decoding instanceof Instruction);
            generator.writeStringProperty("text", row.text);
            if (row.decoding instanceof Instruction instruction) {
                generator.writeStringProperty("mnemonic", instruction.mnemonic());
            } else if (row.decoding instanceof DecodeFailure failure) {
                generator.writeStringProperty("reason", failure.reason().description());
            }
            generator.writeStringProperty("memory", MemoryEffect.of(row.decoding).text());
            if (row.trapping) {
                generator.writeBooleanProperty("trapping", true);
            }
            generator.writeObjectPropertyStart("handlers");
            for (int i = 0; i < asked.size(); i++) {
                HandlerVerdict verdict = HandlerVerdict.of(row.decoding, row.admissions.get(i));
                generator.writeObjectPropertyStart(asked.get(i).name());
                generator.writeStringProperty("verdict", verdict.shortText());
                generator.writeArrayPropertyStart("details");
                verdict.details().forEach(generator::writeString);
                generator.writeEndArray();
                generator.writeEndObject();
            }
            generator.writeEndObject();
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }
}
