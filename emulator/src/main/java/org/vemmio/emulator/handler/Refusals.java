package org.vemmio.emulator.handler;

import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;

/// What a refusal says about bytes.
final class Refusals {
    private Refusals() {
    }

    static String describe(Decoding decoding) {
        return switch (decoding) {
            case Instruction instruction -> instruction.mnemonic();
            case DecodeFailure failure -> failure.reason().description();
        };
    }
}
