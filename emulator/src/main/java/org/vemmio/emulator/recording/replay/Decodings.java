package org.vemmio.emulator.recording.replay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;

/// What bytes decode to, of which the same come again and again. For one thread.
final class Decodings {
    private static final int PLACES = 1 << 12;

    private final Decoder decoder;
    private final @Nullable Known[] known = new Known[PLACES];

    private record Known(CodeMode mode, byte[] code, Decoding decoding) {
    }

    Decodings(Decoder decoder) {
        this.decoder = decoder;
    }

    /// Returns what `code`, which is not changed afterwards, decodes to; mostly the same object as the last time.
    Decoding of(CodeMode mode, byte[] code) {
        int hash = 31 * Arrays.hashCode(code) + mode.bits();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        Known last = known[place];
        if (last == null || last.mode != mode || !Arrays.equals(last.code, code)) {
            last = new Known(mode, code, decoder.decode(mode, code));
            known[place] = last;
        }
        return last.decoding;
    }
}
