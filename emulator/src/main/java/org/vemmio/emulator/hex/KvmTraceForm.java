package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;

/// Lines of KVM's trace event `kvm_emulate_insn`, as ftrace, `trace-cmd report` and `perf script` print them (Linux,
/// `arch/x86/kvm/trace.h`).
final class KvmTraceForm extends HexForm {
    private static final String EVENT = "kvm_emulate_insn:";
    private static final int MOST_BYTES = 15;

    KvmTraceForm() {
        super("kvm-trace", "KVM's trace event kvm_emulate_insn; each is an instruction that trapped",
                " qemu-2807  [000] .....  4583.889109: kvm_emulate_insn: 0:e97e9:8b 01 (prot32)");
    }

    /// One event.
    record Event(long base, long rip, byte[] bytes, Optional<CodeMode> mode) {
    }

    @Override
    Fit fit(HexText text) {
        return Fit.of(text.head().stream().anyMatch(line -> event(line) != null));
    }

    /// Returns the event of a line; null if it has none.
    static @Nullable Event event(HexLine line) {
        String text = line.text();
        int at = text.indexOf(EVENT);
        if (at < 0) {
            return null;
        }
        int base = Digits.blankEnd(text, at + EVENT.length());
        int baseEnd = Digits.hexEnd(text, base);
        int ripEnd = Digits.hexEnd(text, baseEnd + 1);
        if (baseEnd == base || baseEnd - base > Digits.MOST || Digits.at(text, baseEnd) != ':'
                || ripEnd == baseEnd + 1 || ripEnd - baseEnd - 1 > Digits.MOST || Digits.at(text, ripEnd) != ':') {
            return null;
        }
        byte[] bytes = new byte[MOST_BYTES];
        int count = 0;
        int i = Digits.blankEnd(text, ripEnd + 1);
        while (count < MOST_BYTES && Digits.hexEnd(text, i) == i + 2) {
            bytes[count++] = (byte) Digits.hex(text, i, i + 2);
            i = Digits.blankEnd(text, i + 2);
        }
        return new Event(Digits.hex(text, base, baseEnd), Digits.hex(text, baseEnd + 1, ripEnd),
                Arrays.copyOf(bytes, count), mode(text, i));
    }

    private static Optional<CodeMode> mode(String text, int at) {
        if (text.startsWith("(prot64)", at)) {
            return Optional.of(CodeMode.CODE64);
        }
        if (text.startsWith("(prot32)", at)) {
            return Optional.of(CodeMode.CODE32);
        }
        boolean small = text.startsWith("(real)", at) || text.startsWith("(vm16)", at)
                || text.startsWith("(prot16)", at);
        return small ? Optional.of(CodeMode.CODE16) : Optional.empty();
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        for (HexLine line = text.next(); line != null; line = text.next()) {
            Event event = event(line);
            if (event != null && event.bytes.length > 0) {
                chunks.begin(event.rip);
                event.mode.ifPresent(chunks::mode);
                chunks.mark();
                chunks.add(event.bytes);
                chunks.flush();
            }
        }
        if (chunks.isEmpty()) {
            throw text.wrong(1, "no kvm_emulate_insn line has a byte; KVM could not fetch these instructions");
        }
    }
}
