package org.vemmio.emulator.hex;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// What a text was read as.
///
/// @param form the form that was recognised, or given
/// @param chunks each run of bytes as `address:bytes`, with the symbol and `=` before it where there is one, and `<`
///     before the byte at which execution stopped
record ReadHex(String form, String chunks) {
    static ReadHex of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    static ReadHex of(byte[] text, Optional<HexForm> form) {
        try (InputStream in = new ByteArrayInputStream(text)) {
            HexInput input = form.isPresent() ? HexInput.open("f", in, form.get()) : HexInput.open("f", in);
            StringBuilder chunks = new StringBuilder();
            input.read(chunk -> append(chunks, chunk));
            return new ReadHex(input.form(), chunks.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void append(StringBuilder chunks, HexChunk chunk) {
        if (chunk.begins()) {
            chunks.append(chunks.isEmpty() ? "" : " ").append(chunk.symbol().isEmpty() ? "" : chunk.symbol() + "=")
                    .append(Long.toHexString(chunk.address())).append(":");
        }
        byte[] bytes = chunk.bytes();
        int marked = chunk.trapping() == HexChunk.UNMARKED ? bytes.length : chunk.trapping();
        chunks.append(HexFormat.of().formatHex(bytes, 0, marked)).append(marked < bytes.length ? "<" : "")
                .append(HexFormat.of().formatHex(bytes, marked, bytes.length));
    }
}
