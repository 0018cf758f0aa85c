package org.vemmio.emulator.operation;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;

/// What was fetched at an instruction pointer, and what the processor makes of it. For one thread, and, unless it was
/// decoded before, for the time of the call that it is handed to.
public final class FetchedCode {
    private final byte[] bytes;
    private final Supplier<Decoding> decoder;
    private final boolean described;
    private @Nullable Decoding decoding;

    /// Creates it of bytes that are described: what the processor makes of them is to be told.
    ///
    /// @param bytes 0 to 15, of which the instruction may need fewer; copied
    /// @param decoding what the processor makes of them
    public FetchedCode(byte[] bytes, Decoding decoding) {
        this(bytes.clone(), () -> decoding, true);
        this.decoding = Objects.requireNonNull(decoding);
    }

    private FetchedCode(byte[] bytes, Supplier<Decoding> decoder, boolean described) {
        this.bytes = bytes;
        this.decoder = decoder;
        this.described = described;
    }

    /// {@return bytes that are decoded as the processor does it only where a handler asks}
    ///
    /// @param bytes of which the first `count` are copied, 0 to 15
    /// @param decoder decodes them; asked at most once
    public static FetchedCode undescribed(byte[] bytes, int count, Supplier<Decoding> decoder) {
        return new FetchedCode(Arrays.copyOf(bytes, count), decoder, false);
    }

    /// {@return a copy of the bytes, 0 to 15, of which the instruction may need fewer}
    public byte[] bytes() {
        return bytes.clone();
    }

    /// {@return what the processor makes of the bytes}
    public Decoding decoding() {
        Decoding known = decoding;
        if (known == null) {
            known = decoder.get();
            decoding = known;
        }
        return known;
    }

    /// {@return what the processor makes of the bytes, if that is to be told to users: an operation that goes by
    /// something else leaves it aside where it is not, and its hazards with it}
    public Optional<Decoding> description() {
        return described ? Optional.of(decoding()) : Optional.empty();
    }
}
