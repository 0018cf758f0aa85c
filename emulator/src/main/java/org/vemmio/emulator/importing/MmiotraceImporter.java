package org.vemmio.emulator.importing;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.elf.ElfImage;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.recording.RecordedTrap;

/// Reads what Linux's mmiotrace prints of a driver (Documentation/trace/mmiotrace.rst), together with the image of the
/// kernel, which has the instruction bytes. The kernel must run where it is linked to (`nokaslr`).
public final class MmiotraceImporter implements TrapImporter {
    private static final String UNKNOWN = "UNKNOWN";
    private static final List<String> ACCESSES = List.of("R", "W", UNKNOWN);
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final Pattern HEAD = Pattern.compile(
            "VERSION 20070824|(?:R|W) [1248] \\d+\\.\\d+ \\d+ 0x\\p{XDigit}+ 0x\\p{XDigit}+ 0x\\p{XDigit}+ \\d+");

    /// Made by the service loader.
    public MmiotraceImporter() {
    }

    /// Where the driver has mapped a device.
    private record Mapping(long physical, long linear, long length) {
        OptionalLong linear(long address) {
            long offset = address - physical;
            return offset >= 0 && offset < length ? OptionalLong.of(linear + offset) : OptionalLong.empty();
        }
    }

    @Override
    public String name() {
        return "mmiotrace";
    }

    @Override
    public String description() {
        return "Linux's mmiotrace, with the kernel as --image";
    }

    @Override
    public List<String> example() {
        return List.of("VERSION 20070824",
                "MAP 12.345670 1 0xfebd0000 0xffffc90000005000 0x1000 0xffffffff8104bb00 0",
                "R 4 12.345678 1 0xfebd0010 0x1 0xffffffff8104bb80 0");
    }

    @Override
    public boolean recognises(List<String> head) {
        return head.stream().anyMatch(line -> HEAD.matcher(line.strip()).matches());
    }

    @Override
    public void read(ImportSource source, ImportSummary summary, TrapSink sink) throws IOException {
        SourceLines lines = source.lines();
        ElfImage image = source.image().orElseThrow(() -> new ImportException(lines.file(), 0,
                "mmiotrace has no instruction bytes; they come from the kernel's image, as --image vmlinux"));
        Map<String, Mapping> mappings = EventOrder.bounded(Limits.IMPORTED_MAPPINGS);
        try (Decoder decoder = Decoder.open(); TrapFitter fitter = new TrapFitter()) {
            Tools tools = new Tools(decoder, fitter, image, summary, sink);
            for (String text = lines.next(); text != null; text = lines.next()) {
                line(BLANKS.split(text.strip(), -1), mappings, tools);
            }
        }
    }

    private static void line(String[] words, Map<String, Mapping> mappings, Tools tools) throws IOException {
        boolean access = ACCESSES.contains(words[0]);
        tools.summary.line(access || words[0].equals("MAP"));
        try {
            if (words[0].equals("MAP")) {
                mappings.put(words[2], new Mapping(number(words[3]), number(words[4]), number(words[5])));
            } else if (words[0].equals(UNKNOWN)) {
                // The tracer tells no value where it does not know the instruction.
                leave(tools.summary, ImportReason.UNANSWERED);
            } else if (access) {
                access(words, mappings, tools);
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            if (access) {
                leave(tools.summary, ImportReason.UNREADABLE);
            }
        }
    }

    private record Tools(Decoder decoder, TrapFitter fitter, ElfImage image, ImportSummary summary, TrapSink sink) {
    }

    private static void leave(ImportSummary summary, ImportReason reason) {
        summary.instruction(reason);
        summary.accesses(reason, 1);
    }

    private static void access(String[] words, Map<String, Mapping> mappings, Tools tools) throws IOException {
        int size = Integer.parseInt(words[1]);
        long physical = number(words[4]);
        Mapping mapping = mappings.get(words[3]);
        TracedAccess access = new TracedAccess(words[0].equals("W"), physical, size,
                number(words[5]) & AddressSolver.mask(Math.clamp(size, 1, Long.BYTES) * Byte.SIZE), true,
                mapping == null ? OptionalLong.empty() : mapping.linear(physical), 1);
        long rip = number(words[6]);
        byte[] code = tools.image.bytesAt(rip, RecordedTrap.MAX_CODE);
        if (size < 1 || code.length == 0) {
            leave(tools.summary, size < 1 ? ImportReason.UNREADABLE : ImportReason.NOT_IN_IMAGE);
        } else if (tools.decoder.decode(CodeMode.CODE64, code) instanceof Instruction instruction) {
            TracedInstruction traced = new TracedInstruction(instruction, code,
                    new TracedInstruction.Place(TracedInstruction.Protection.PROTECTED, true, 0, rip));
            TrapFitter.Result result = tools.fitter.fit(traced, List.of(access));
            if (result.trap().isPresent()) {
                tools.sink.accept(result.trap().get());
                tools.summary.trap(result.trap().get(), 1);
            } else {
                leave(tools.summary, result.problem());
            }
        } else {
            leave(tools.summary, ImportReason.NOT_AN_INSTRUCTION);
        }
    }

    private static long number(String text) {
        if (!text.startsWith("0x")) {
            throw new NumberFormatException(text);
        }
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
    }
}
