package org.vemmio.emulator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.hex.CrashDump;
import org.vemmio.emulator.hex.HexChunk;
import org.vemmio.emulator.hex.HexInput;

/// Decodes one text, shows what comes of it, and gives the exit code.
final class DecodeRun {
    private static final int RAW = 1 << 12;

    private final InstructionStream.View view;
    private final DecodePrinter printer;
    private final Choice choice;
    private @Nullable CrashDump dump;
    private boolean stopped;
    private boolean wrong;

    /// What to show of it.
    ///
    /// @param trapping only the instruction at which execution stopped
    /// @param verbose flags and hidden operands too
    record Choice(boolean trapping, boolean verbose) {
    }

    /// Gives bytes to a sink.
    private interface Source {
        void read(Consumer<HexChunk> sink) throws IOException;
    }

    DecodeRun(InstructionStream.View view, DecodePrinter printer, Choice choice) {
        this.view = view;
        this.printer = printer;
        this.choice = choice;
    }

    int text(HexInput input) throws IOException {
        return run(input::read, List.of());
    }

    /// Decodes a dump.
    ///
    /// @param notes what to say of it
    int dump(CrashDump shown, List<String> notes) throws IOException {
        dump = shown;
        return run(sink -> sink.accept(new HexChunk(true, shown.codeAddress().orElse(0), shown.code(), shown.trapping(),
                "", shown.mode())), notes);
    }

    /// Decodes bytes as they are.
    int raw(InputStream in) throws IOException {
        return run(sink -> {
            byte[] buffer = new byte[RAW];
            long address = 0;
            int count = in.read(buffer, 0, RAW);
            while (count >= 0) {
                sink.accept(new HexChunk(address == 0, address, Arrays.copyOf(buffer, count), HexChunk.UNMARKED, "",
                        Optional.empty()));
                address += count;
                count = in.read(buffer, 0, RAW);
            }
        }, List.of());
    }

    private int run(Source source, List<String> notes) throws IOException {
        try (Decoder decoder = Decoder.open()) {
            InstructionStream stream = new InstructionStream(decoder, view, this::row);
            source.read(stream::accept);
            stream.end();
        }
        if (choice.trapping && !stopped) {
            throw new CommandException("no byte is marked as the one at which execution stopped, as in <8b>");
        }
        printer.end(notes);
        return wrong ? Main.CHECK_FAILED : Main.FINE;
    }

    private void row(DecodedRow row) {
        stopped |= row.trapping();
        wrong |= !row.isInstruction() && counts(row);
        if (choice.trapping && !row.trapping()) {
            return;
        }
        List<String> notes = new ArrayList<>();
        if (row.trapping() && dump != null) {
            notes.addAll(TrapNotes.of(row, dump));
        }
        if (choice.verbose) {
            notes.addAll(OperandNotes.of(row));
        }
        printer.row(row, notes);
    }

    /// The bytes of a dump begin and end anywhere, but what trapped is an instruction.
    private boolean counts(DecodedRow row) {
        return dump == null || (stopped || dump.trapping() == HexChunk.UNMARKED) && !row.isCutOff();
    }
}
