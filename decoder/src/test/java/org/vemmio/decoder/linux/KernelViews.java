package org.vemmio.decoder.linux;

import java.util.Arrays;
import java.util.HexFormat;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;

/// The kernel's view of bytes given in hex.
final class KernelViews {
    /// A processor's view that tells nothing.
    static final Decoding UNKNOWN = new DecodeFailure(DecodeFailure.Reason.INVALID, 0);

    private KernelViews() {
    }

    /// With what a handler has: 15 bytes; the last ones are zero.
    static KernelInsn decode(String bytes) {
        return decode(bytes, true);
    }

    static KernelInsn decode(String bytes, boolean rex2) {
        return KernelInsn.decode(Arrays.copyOf(parse(bytes), KernelInsn.MAX_LENGTH), KernelInsn.MAX_LENGTH, rex2,
                UNKNOWN);
    }

    static byte[] parse(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }
}
