package org.vemmio.emulator.operation;

import org.vemmio.decoder.Decoding;

/// What was fetched at an instruction pointer, and what the processor makes of it. Immutable.
///
/// @param bytes 0 to 15, of which the instruction may need fewer; copied on the way in and out
/// @param decoding what the processor makes of them
public record FetchedCode(byte[] bytes, Decoding decoding) {
    /// Creates it; `bytes` is copied.
    public FetchedCode {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }
}
