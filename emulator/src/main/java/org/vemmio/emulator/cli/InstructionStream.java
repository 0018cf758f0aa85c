package org.vemmio.emulator.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.hex.HexChunk;
import org.vemmio.emulator.survey.Survey;

/// Decodes chunks of bytes as they come, and hands on a row for each instruction.
final class InstructionStream {
    private static final int MAX_LENGTH = 15;

    private final Decoder decoder;
    private final View view;
    private final Consumer<DecodedRow> sink;
    private byte[] pending = {};
    private long base;
    private long offset;
    private String symbol = "";
    private CodeMode mode = CodeMode.CODE64;
    private long trapping = HexChunk.UNMARKED;

    /// How to look at the bytes.
    ///
    /// @param mode the code size that the user demands
    /// @param syntax of the text
    /// @param displacement what is added to all addresses
    /// @param handlers whom to ask
    record View(Optional<CodeMode> mode, Syntax syntax, long displacement, Collection<TrapHandler> handlers) {
    }

    InstructionStream(Decoder decoder, View view, Consumer<DecodedRow> sink) {
        this.decoder = decoder;
        this.view = view;
        this.sink = sink;
    }

    void accept(HexChunk chunk) {
        if (chunk.begins()) {
            end();
            base = chunk.address() + view.displacement;
            offset = 0;
            symbol = chunk.symbol();
            mode = view.mode.or(chunk::mode).orElse(CodeMode.CODE64);
            trapping = HexChunk.UNMARKED;
        }
        if (chunk.trapping() != HexChunk.UNMARKED) {
            trapping = offset + pending.length + chunk.trapping();
        }
        int kept = pending.length;
        pending = Arrays.copyOf(pending, kept + chunk.bytes().length);
        System.arraycopy(chunk.bytes(), 0, pending, kept, chunk.bytes().length);
        decode(MAX_LENGTH);
    }

    /// Decodes what is left of a run of bytes.
    void end() {
        decode(1);
    }

    /// Decodes as long as there are so many bytes.
    private void decode(int fewest) {
        int at = 0;
        while (pending.length - at >= fewest) {
            // An instruction begins where execution stopped, whatever the bytes before it look like.
            long stop = trapping - offset;
            int end = at < stop && stop < pending.length ? (int) stop : pending.length;
            byte[] code = Arrays.copyOfRange(pending, at, Math.min(end, at + MAX_LENGTH));
            Survey survey = Survey.of(decoder, mode, code, view.handlers);
            int length = length(survey.decoding());
            String text = survey.decoding() instanceof Instruction instruction
                    ? decoder.format(instruction, view.syntax, base + offset + at) : "";
            boolean last = end == pending.length;
            sink.accept(new DecodedRow(new DecodedRow.Place(base, offset + at, symbol, mode), Arrays.copyOf(code, length),
                    at == stop, last, text, survey));
            at += length;
        }
        offset += at;
        pending = Arrays.copyOfRange(pending, at, pending.length);
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
}
