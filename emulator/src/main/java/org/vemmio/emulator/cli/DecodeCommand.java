package org.vemmio.emulator.cli;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.hex.CrashDump;
import org.vemmio.emulator.hex.HexException;
import org.vemmio.emulator.hex.HexForm;
import org.vemmio.emulator.hex.HexInput;
import org.vemmio.emulator.input.Numbers;
import org.vemmio.emulator.input.Suggestions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// Decodes what is pasted, and tells what each instruction does to memory and how each handler takes it.
final class DecodeCommand implements Callable<Integer> {
    static final String NAME = "decode";
    static final String ABOUT = "Decodes instruction bytes: one row per instruction, with what it does to memory and"
            + " how each handler takes it. Exits 1 if some bytes are no instruction.";

    private static final String FOOTER = """

                The bytes may be plain hex, an array or a string of a language, a dump (xxd,
                hexdump -C, od), a listing (objdump, gdb, IDA, ...), or in a log: an oops, a dump
                of QEMU, a message of a hypervisor. --list-formats shows all forms. The form is
                recognised by the first 64 KiB; what could be several things is asked about, and
                --from says what it is. A single word is a file if there is one of that name.

                Of a log, the last place with bytes counts; what was before the trapping
                instruction, and one that the bytes cut off, are no errors. Registers in the log
                tell where the trapping instruction's memory was, and what it stored.

                How a handler takes an instruction: ok; ok* with hazards, told below; if it
                refuses, what it returns in its own words, with the reason below; an exception
                such as #UD if the processor does; - if there is no access to memory. Each handler has a column, under a
                short name.
                """ + HandlerNames.HELP + """

                The object of --json, for an argument or a log:
                  "vemmio": "decode", "version": 1, "mode": 64, "instructions": a list of
                    "address", "bytes", "trapping", "valid", "text",
                    "mnemonic", or "reason" if not valid
                    "symbol" and "mode" where known, or another
                    "memory": a list of "access" (load, store or load+store) and "size"
                    "repeated": whether a count register says how often
                    "handlers": by name, each with a "verdict":
                      emulated, with "hazards": a list of "kind" and "detail"
                      refused, with "failure" (the check), "returned" (in the handler's
                        own words), "errno" or "", and "detail"
                      exception, with "vector"
                      no-access
                    "notes": a list, if there are any
                  "notes": on the log, if there are any
                A file or standard input in any other form is a stream: every instruction is an
                object on a line of its own.""";
    private static final String ARGUMENT = "argument";
    /// A file of so many bytes is shown as a stream.
    private static final int RAW = 1 << 16;

    private final OptionSpec from = Declared.option("FORM", "The form of the text; --list-formats shows them"
            + " (default: recognised).", "--from").completionCandidates(new FormNames()).build();
    private final OptionSpec listFormats = Declared.flag("Show the forms that bytes may come in, each with an example.",
            "--list-formats").build();
    private final OptionSpec raw = Declared.flag("Take the bytes of the file as they are.", "--raw").build();
    private final OptionSpec base = Declared.option("ADDRESS", "The address of the first byte; added to addresses that"
            + " the text has (default: ${DEFAULT-VALUE}).", "--base").defaultValue("0").build();
    private final OptionSpec mode = Declared.option("BITS", "Code size: 16, 32 or 64 (default: what the text tells, or"
            + " 64).", "--mode").type(Integer.class).build();
    private final OptionSpec place = Declared.option("N", "Of a log, the n-th place with bytes, from 1 (default: the"
            + " last).", "--code").type(Integer.class).build();
    private final OptionSpec trapping = Declared.flag("Show only the instruction at which execution stopped.",
            "--trapping").build();
    private final OptionSpec verbose = Declared.flag("Tell of each instruction's flags and hidden operands.",
            "-v", "--verbose").build();
    private final OptionSpec handlers = Declared.option("HANDLER", "A handler to ask, as listed below, or several with"
            + " commas between (default: ${DEFAULT-VALUE}).", "--handler").type(List.class).auxiliaryTypes(String.class)
            .splitRegex(",").defaultValue("architectural,linux-tdx,linux-sev")
            .completionCandidates(new HandlerNames()).build();
    private final OptionSpec syntax = Declared.option("SYNTAX", "Text in intel or att syntax (default:"
            + " ${DEFAULT-VALUE}).", "--syntax").defaultValue("intel").build();
    private final OptionSpec json = Declared.flag("Print JSON, described below.", "--json").build();
    private final PositionalParamSpec words = Declared.parameters("FILE|-|HEX", "0..*", String.class,
            "A file, - or nothing for standard input, or the bytes themselves.");

    private final Main main;
    private final CommandSpec spec = Declared.command(NAME, this, ABOUT);
    private final HandlerOptions handlerOptions = new HandlerOptions(spec);

    private DecodeCommand(Main main) {
        this.main = main;
        spec.usageMessage().footer(FOOTER);
        Declared.options(spec, from, listFormats, raw, base, mode, place, trapping, verbose, handlers,
                handlerOptions.path(), syntax, json);
        spec.addPositional(words);
    }

    static CommandSpec spec(Main main) {
        return new DecodeCommand(main).spec;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (Declared.isGiven(listFormats)) {
            return list(out);
        }
        Optional<CodeMode> demanded = mode();
        boolean objects = Declared.isGiven(json);
        Map<String, TrapHandler> asked = new LinkedHashMap<>();
        for (String name : Declared.<String>values(handlers)) {
            TrapHandler handler = handlerOptions.handler(name);
            asked.put(handler.name(), handler);
        }
        InstructionStream.View view = new InstructionStream.View(demanded, syntax(), displacement(), asked.values());
        Optional<HexForm> form = form();
        if (words().isEmpty() && System.console() != null && System.console().isTerminal()) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE|-|HEX'");
        }
        boolean argument = isArgument();
        try (InputStream in = open(argument, out)) {
            if (Declared.isGiven(raw)) {
                byte[] first = in.readNBytes(RAW);
                DecodePrinter printer = DecodePrinter.of(out, style(view, demanded, false), objects,
                        objects || first.length == RAW);
                return run(view, printer).raw(new SequenceInputStream(new ByteArrayInputStream(first), in));
            }
            HexInput input = input(in, form);
            if (input.isLog()) {
                List<CrashDump> dumps = input.dumps();
                CrashDump dump = choose(dumps);
                Optional<CodeMode> told = demanded.or(dump::mode);
                return run(view, DecodePrinter.of(out, style(view, told, true), objects, false))
                        .dump(dump, notes(dumps, dump));
            }
            boolean stream = objects ? !argument : !input.isWhole();
            return run(view, DecodePrinter.of(out, style(view, demanded, false), objects, stream)).text(input);
        } catch (UnreadException enough) {
            return Main.FINE;
        } catch (HexException wrong) {
            throw isName() ? new CommandException(words().getFirst() + ": there is no such file, and it is no hex")
                    : wrong;
        }
    }

    private DecodeRun run(InstructionStream.View view, DecodePrinter printer) {
        return new DecodeRun(view, printer,
                new DecodeRun.Choice(Declared.isGiven(trapping), Declared.isGiven(verbose)));
    }

    private static int list(PrintWriter out) {
        for (HexForm form : HexForm.all()) {
            out.println(form.name() + ": " + form.description());
            form.example().lines().forEach(line -> out.println("    " + line));
        }
        return Main.FINE;
    }

    private Optional<CodeMode> mode() {
        Integer bits = mode.getValue();
        if (bits == null) {
            return Optional.empty();
        }
        if (bits != 16 && bits != 32 && bits != 64) {
            throw new ParameterException(spec.commandLine(), "--mode is 16, 32 or 64, not " + bits);
        }
        return Optional.of(CodeMode.of(bits));
    }

    private Syntax syntax() {
        String name = syntax.getValue();
        return switch (name) {
            case "intel" -> Syntax.INTEL;
            case "att" -> Syntax.ATT;
            default -> throw new ParameterException(spec.commandLine(), "--syntax is intel or att, not " + name);
        };
    }

    private long displacement() {
        try {
            return Numbers.unsigned(base.getValue());
        } catch (NumberFormatException wrong) {
            throw new ParameterException(spec.commandLine(), "--base: " + wrong.getMessage(), wrong);
        }
    }

    private Optional<HexForm> form() {
        String name = from.getValue();
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(HexForm.named(name).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "--from: no form '%s'; %s".formatted(name, Suggestions.hint(name,
                        HexForm.all().stream().map(HexForm::name).toList(), "there are")))));
    }

    private DecodePrinter.Style style(InstructionStream.View view, Optional<CodeMode> mode, boolean log) {
        List<String> heads = view.handlers().stream()
                .map(handler -> HandlerNames.brief(handlerOptions.handlers(), handler.name())).toList();
        return new DecodePrinter.Style(log, mode.orElse(CodeMode.CODE64), heads, main.terminal().colours());
    }

    private List<String> words() {
        return Declared.values(words);
    }

    /// Whether the words are the bytes themselves.
    private boolean isArgument() {
        List<String> given = words();
        return given.size() > 1
                || given.size() == 1 && !given.getFirst().equals(Input.DASH) && !isFile(given.getFirst());
    }

    private static boolean isFile(String word) {
        try {
            return !word.isEmpty() && Files.exists(Path.of(word));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /// Nobody reads what is shown.
    private static final class UnreadException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// Opens what the words name. Before it waits for more, rows that are ready are shown; where they cannot be,
    /// nothing more is read.
    private InputStream open(boolean argument, PrintWriter out) throws IOException {
        if (argument) {
            String text = String.join(" ", words());
            boolean named = words().size() == 1 && from.getValue() == null
                    && text.indexOf(' ') < 0 && text.indexOf('\n') < 0 && isPath(text);
            if (Declared.isGiven(raw) || named && (text.indexOf('.') >= 0 || text.indexOf('/') >= 0)) {
                throw new CommandException(text + ": there is no such file");
            }
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
        InputStream in = isStandardInput() ? Input.standard() : Input.open(words().getFirst());
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (out.checkError()) {
                    throw new UnreadException();
                }
                return super.read(bytes, offset, length);
            }
        };
    }

    /// Whether a word with a full stop or a slash has no other character that only bytes have.
    private static boolean isPath(String word) {
        return word.chars().noneMatch(c -> "=[]{}()\\\"'<>,;".indexOf(c) >= 0);
    }

    private String source() {
        return isArgument() ? ARGUMENT : isStandardInput() ? Input.STANDARD : words().getFirst();
    }

    private boolean isStandardInput() {
        return words().isEmpty() || words().getFirst().equals(Input.DASH);
    }

    private HexInput input(InputStream in, Optional<HexForm> form) throws IOException {
        return form.isPresent() ? HexInput.open(source(), in, form.get()) : HexInput.open(source(), in);
    }

    /// Whether the argument is more likely a name than bytes.
    private boolean isName() {
        return isArgument() && words().size() == 1 && words().getFirst().matches("\\w*[g-wyzG-WYZ_]\\w*");
    }

    private CrashDump choose(List<CrashDump> dumps) {
        Integer number = place.getValue();
        if (number == null) {
            return dumps.reversed().stream().filter(dump -> dump.code().length > 0).findFirst()
                    .orElseGet(dumps::getLast);
        }
        if (number < 1 || number > dumps.size()) {
            throw new CommandException("--code is %s, not %d: so many places of the log have bytes"
                    .formatted(dumps.size() == 1 ? "1" : "1 to " + dumps.size(), number));
        }
        return dumps.get(number - 1);
    }

    private List<String> notes(List<CrashDump> dumps, CrashDump dump) {
        List<String> notes = new ArrayList<>(dump.notes());
        if (place.getValue() == null && dumps.size() > 1) {
            notes.add("line %d, the last of %d places with bytes; --code N shows another"
                    .formatted(dump.line(), dumps.size()));
        }
        if (dump.code().length == 0) {
            throw new CommandException(("%s:%d: %s has registers, but no code bytes; the 15 bytes at RIP, put behind it as"
                    + " gdb's x/15xb prints them, are what is missing").formatted(source(), dump.line(), dump.form()));
        }
        return notes;
    }
}
