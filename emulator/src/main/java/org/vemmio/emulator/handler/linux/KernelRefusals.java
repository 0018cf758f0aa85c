package org.vemmio.emulator.handler.linux;

import java.util.Optional;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.outcome.FailureReason;

/// The bytes that no Linux handler admits: those that `insn_decode` or `insn_decode_mmio` refuses.
final class KernelRefusals {
    private KernelRefusals() {
    }

    /// Returns why the bytes are refused, or nothing where the kernel classifies them.
    static Optional<Admission.Refusal> of(KernelInsn insn, Decoding decoding) {
        if (!insn.decoded()) {
            return Optional.of(new Admission.Refusal(decoding, FailureReason.INSN_DECODE_FAILED, ""));
        }
        return insn.mmioType() != MmioType.DECODE_FAILED ? Optional.empty()
                : Optional.of(new Admission.Refusal(decoding, FailureReason.MMIO_DECODE_FAILED, switch (decoding) {
                    case Instruction instruction -> instruction.mnemonic();
                    case DecodeFailure failure -> failure.reason().description();
                }));
    }
}
