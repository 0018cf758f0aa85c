package org.vemmio.emulator.policy;

import java.util.HexFormat;
import java.util.List;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;

/// Failures as a handler would give them.
public final class Failures {
    public static final long RIP = 0xffff_ffff_8100_1abcL;
    public static final long GLA = 0xffff_c900_0000_0010L;
    public static final long GPA = 0xfee0_0010L;

    private Failures() {
    }

    public static Failure of(FailureReason reason) {
        return of(reason, "f3 66 ab");
    }

    public static Failure of(FailureReason reason, String code) {
        return of(reason, code, 0, RIP, GLA);
    }

    public static Failure of(FailureReason reason, String code, int cpl, long rip, long gla) {
        return of(reason, "test", trapped(code, cpl, rip, gla));
    }

    public static Failure of(FailureReason reason, String handler, Failure.TrappedInstruction trapped) {
        return new Failure(reason, handler, "", trapped, List.of());
    }

    public static Failure.TrappedInstruction trapped(String code, int cpl, long rip, long gla) {
        byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
        return new Failure.TrappedInstruction(bytes, bytes.length == 0 ? null : decode(bytes), rip, gla, GPA, cpl);
    }

    private static Decoding decode(byte[] bytes) {
        try (Decoder decoder = Decoder.open()) {
            return decoder.decode(CodeMode.CODE64, bytes, 0, bytes.length);
        }
    }
}
