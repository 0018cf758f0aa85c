package org.vemmio.emulator.policy;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Failure;

/// Failures as a handler would give them.
public final class Failures {
    public static final long RIP = 0xffff_ffff_8100_1abcL;
    public static final long GLA = 0xffff_c900_0000_0010L;
    public static final long GPA = 0xfee0_0010L;

    private Failures() {
    }

    public static Failure of(String label) {
        return of(label, "f3 66 ab");
    }

    public static Failure of(String label, String code) {
        return of(label, code, 0, RIP, GLA);
    }

    public static Failure of(String label, String code, int cpl, long rip, long gla) {
        return of(label, "test", trapped(code, cpl, rip, gla));
    }

    /// A check by its label: of Linux's handler for TDX if that has one, else of the first handler that has.
    public static Check check(String label) {
        return Stream.concat(Stream.of("linux-tdx", "linux-sev", "architectural").map(TrapHandlers::named)
                .flatMap(handler -> handler.ladder().find(label).stream()), CommonChecks.all().stream()
                .filter(check -> check.label().equals(label))).findFirst().orElseThrow();
    }

    public static Failure of(String label, String handler, Failure.TrappedInstruction trapped) {
        Check check = TrapHandlers.installed().names().contains(handler)
                ? TrapHandlers.named(handler).ladder().find(label).orElseThrow() : check(label);
        return new Failure(check, handler, "", trapped, Failure.Kept.NOTHING);
    }

    /// A Failure of Linux's handler for SEV.
    public static Failure ofSev(String label, int cpl) {
        return of(label, "linux-sev", trapped("f3 66 ab", cpl, RIP, GLA));
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
