package org.vemmio.emulator.testing;

import java.util.HexFormat;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;

/// Writes an instruction for a person: its bytes, and its text in Intel's syntax.
final class InstructionText {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private InstructionText() {
    }

    static String of(RecordedTrap trap, Decoder decoder) {
        byte[] code = trap.code();
        return text(decoder.decode(trap.mode(), code), code, trap.rip(), decoder);
    }

    static String of(RecordedTrap trap) {
        try (Decoder decoder = Decoder.open()) {
            return of(trap, decoder);
        }
    }

    static String of(Failure failure) {
        byte[] code = failure.code();
        if (code.length == 0) {
            return "not fetched";
        }
        try (Decoder decoder = Decoder.open()) {
            return failure.decoding().map(decoding -> text(decoding, code, failure.rip(), decoder))
                    .orElseGet(() -> HEX.formatHex(code));
        }
    }

    static String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> of(failed.failure());
            case Outcome.Emulated emulated -> emulated.decoding().map(InstructionText::of).orElse("not decoded");
            case Outcome.Exception exception -> of(exception.decoding());
        };
    }

    private static String of(Decoding decoding) {
        try (Decoder decoder = Decoder.open()) {
            return switch (decoding) {
                case Instruction instruction -> text(instruction, decoder.format(instruction, Syntax.INTEL));
                case DecodeFailure failure -> text(failure);
            };
        }
    }

    private static String text(Decoding decoding, byte[] code, long rip, Decoder decoder) {
        return switch (decoding) {
            case Instruction instruction -> text(instruction, decoder.format(instruction, Syntax.INTEL, rip));
            case DecodeFailure failure -> HEX.formatHex(code) + "  " + text(failure);
        };
    }

    private static String text(Instruction instruction, String text) {
        return HEX.formatHex(instruction.bytes()) + "  " + text;
    }

    private static String text(DecodeFailure failure) {
        return "no instruction: " + failure.reason().description();
    }
}
