package org.vemmio.emulator.handler.linux;

import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.outcome.Check;

/// What the Linux handlers have in common about bytes that `insn_decode` or `insn_decode_mmio` refuses.
final class KernelRefusals {
    static final String INSN_DECODE_FAILED = "the kernel's decoder makes no instruction of the bytes";
    static final String MMIO_DECODE_FAILED = "no MMIO instruction that the kernel knows";

    private KernelRefusals() {
    }

    /// Adds what Linux's own accessors are for.
    static Check.Builder hints(Check.Builder check) {
        return check.hint("rep *", "Use memset_io(), memcpy_fromio() or memcpy_toio().")
                .hint("*mm, m*", "Read up to 8 bytes at a time, with readq(); no vector moves.")
                .hint("* m*, *mm", "Write up to 8 bytes at a time, with writeq(); no vector moves.")
                .hint("* m*, *mm {k}", "Write up to 8 bytes at a time, with writeq(); no vector moves.")
                .hint("mov*", "Use readl(), writel() and their kin, which are a plain mov.")
                .hint("*", "Read with readl(), change the value, write it with writel(): no other instruction on a"
                        + " device's memory.");
    }

    /// Returns what the processor makes of bytes that none of `insn_decode_mmio`'s types fits.
    static String detail(Decoding decoding) {
        return switch (decoding) {
            case Instruction instruction -> instruction.mnemonic();
            case DecodeFailure failure -> failure.reason().description();
        };
    }
}
