package org.vemmio.decoder;

/// What came of decoding some bytes.
public sealed interface Decoding permits Instruction, DecodeFailure {
    /// {@return the number of bytes consumed, 0 to 15; of an instruction its length}
    int length();
}
