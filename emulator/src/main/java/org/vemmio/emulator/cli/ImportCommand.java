package org.vemmio.emulator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.elf.ElfException;
import org.vemmio.emulator.elf.ElfImage;
import org.vemmio.emulator.importing.ImportSource;
import org.vemmio.emulator.importing.ImportSummary;
import org.vemmio.emulator.importing.SourceLines;
import org.vemmio.emulator.importing.TrapImporter;
import org.vemmio.emulator.importing.TrapImporters;
import org.vemmio.emulator.recording.file.RecordingWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a recording of what others have traced or logged.
@Command(name = ImportCommand.NAME, mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = ImportCommand.ABOUT,
        footer = """

                What a source lacks is worked out from what it has, or assumed; each trap lists
                what was assumed, and a replay does not compare it. The Javadoc of the package
                org.vemmio.emulator.importing tells what is assumed of which format.

                The object of --json:
                  "vemmio": "import", "version": 1, "output", "traps"
                  "files", each with "file" and "format"
                  "lines", "events", "lostMarks": how many
                  "instructions", "accesses": objects with "total", "inTraps", and "left",
                    a list of "reason" and "count"
                  "assumed": a list of "key" and "traps\"""")
final class ImportCommand implements Callable<Integer> {
    static final String NAME = "import";
    static final String ABOUT = "Makes a recording of traces and logs of other programs, to be replayed. Tells how many"
            + " instructions became traps, and why the others did not.";

    @Spec
    private CommandSpec spec;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE",
            description = "The recording to write; compressed by gzip if its name ends in .gz.")
    private @Nullable String output;

    @Option(names = "--force", description = "Replace the output if it is there.")
    private boolean force;

    @Option(names = "--from", paramLabel = "FORMAT", completionCandidates = FormatNames.class,
            description = "What the files are, one of ${COMPLETION-CANDIDATES}; recognised by their content unless"
                    + " told.")
    private @Nullable String from;

    @Option(names = "--list-formats", description = "List the formats, each with an example, and end.")
    private boolean listFormats;

    @Option(names = "--image", paramLabel = "FILE",
            description = "The program that was traced, an ELF file such as vmlinux, for traces without instruction"
                    + " bytes.")
    private @Nullable String image;

    @Option(names = "--json", description = "Print one JSON object, described below.")
    private boolean json;

    @Parameters(paramLabel = "FILE|-", arity = "0..*",
            description = "Traces or logs, plain or compressed by gzip; - is standard input.")
    private List<String> files = new ArrayList<>();

    /// Made by picocli.
    ImportCommand() {
    }

    /// The names for `--from`.
    static final class FormatNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        FormatNames() {
            super(TrapImporters.all().stream().map(TrapImporter::name).toList());
        }
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (listFormats) {
            ImportText.formats(out);
            return Main.FINE;
        }
        Path target = checked();
        ImportReport report = write(target);
        if (json) {
            Json.write(out, "import", 1, report::write);
        } else {
            report.print(out);
        }
        return Main.FINE;
    }

    private Path checked() {
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a trace or a log is missing");
        }
        if (output == null) {
            throw new ParameterException(spec.commandLine(), "-o FILE is missing: the recording to write");
        }
        if (Collections.frequency(files, Input.DASH) > 1) {
            throw new ParameterException(spec.commandLine(), "standard input can be read only once");
        }
        Path target = Input.path(output);
        if (target.getFileName() == null || Files.isDirectory(target)) {
            throw new CommandException(output + ": a directory, not a file");
        }
        requireReplaceable(target);
        return target;
    }

    private void requireReplaceable(Path target) {
        if (!force && Files.exists(target)) {
            throw new CommandException(target + ": the file is there already; --force replaces it");
        }
    }

    private ImportReport write(Path target) throws IOException {
        Optional<TrapImporter> told = importer();
        Optional<ElfImage> code = image == null ? Optional.empty() : Optional.of(image(Input.path(image)));
        ImportSummary summary = new ImportSummary();
        List<ImportReport.ImportedFile> imported = new ArrayList<>();
        String title = files.stream().map(ImportCommand::name).collect(Collectors.joining(", "));
        try (RecordingWriter writer = RecordingWriter.create(target, title, "")) {
            Set<String> formats = new LinkedHashSet<>();
            for (String file : files) {
                try (SourceLines lines = open(file)) {
                    ImportSource source = new ImportSource(lines, code);
                    TrapImporter importer = told.or(() -> TrapImporters.recognising(source))
                            .orElseThrow(() -> new CommandException(lines.file() + ": not recognised as any of the"
                                    + " formats that --list-formats lists; --from says which it is"));
                    importer.read(source, summary, writer::write);
                    imported.add(new ImportReport.ImportedFile(lines.file(), importer.name(), importer.noun()));
                    formats.add(importer.name());
                }
            }
            if (summary.traps() == 0) {
                throw new CommandException("%s: none of the instructions became a trap: %s".formatted(
                        String.join(", ", files), ImportText.reasons(summary)));
            }
            writer.source("made by 'vemmio import' of " + String.join(", ", formats));
            // Another command may have written it meanwhile.
            requireReplaceable(target);
            writer.finish();
        }
        return new ImportReport(target.toString(), imported, summary);
    }

    private Optional<TrapImporter> importer() {
        try {
            return from == null ? Optional.empty() : Optional.of(TrapImporters.named(from));
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), "--from: " + unknown.getMessage(), unknown);
        }
    }

    private static ElfImage image(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            // The last bytes of a file of more than 2 GiB are its section headers, which ElfImage then misses.
            long size = Math.min(channel.size(), Integer.MAX_VALUE);
            return ElfImage.of(file.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
        } catch (IOException e) {
            throw new ElfException(file.toString(), e);
        }
    }

    private static SourceLines open(String file) {
        return file.equals(Input.DASH) ? SourceLines.open(Input.STANDARD, System.in)
                : SourceLines.open(Input.path(file));
    }

    private static String name(String file) {
        return file.equals(Input.DASH) ? Input.STANDARD : file.substring(file.lastIndexOf('/') + 1);
    }
}
