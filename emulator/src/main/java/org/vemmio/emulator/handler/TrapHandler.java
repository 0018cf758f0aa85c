package org.vemmio.emulator.handler;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.outcome.FailureReason;

/// A way of dealing with a trapped device access. Immutable and safe for several threads.
///
/// An engine asks in this order: [#refusesTrap], then fetches at CS:RIP, then, once per distinct instruction, [#admit].
/// What depends on the trap is checked by the operation each time.
public interface TrapHandler {
    /// {@return the name, such as `linux-tdx-6.12`}
    String name();

    /// {@return why the trap is refused before an instruction byte is fetched, or nothing}
    Optional<FailureReason> refusesTrap(Trap trap, Cpu cpu);

    /// {@return whether the handler gives up unless 15 bytes can be fetched}
    boolean needsAllBytes();

    /// {@return whether bytes that cannot be fetched are the guest's own page fault, and no Failure}
    default boolean faultsOnFetch() {
        return false;
    }

    /// {@return the size of code that the handler decodes for, in `mode`}
    CodeMode decodesAs(CodeMode mode);

    /// Admits an instruction, as far as that does not depend on the trap.
    ///
    /// @param code holds the bytes fetched, from index 0; not kept
    /// @param count how many, 0 to 15
    /// @param decoding what the processor makes of them, in the mode that [#decodesAs] gave
    Admission admit(byte[] code, int count, Decoding decoding);

    /// {@return what the Linux kernel's own decoder makes of the bytes, if that is what the handler goes by}
    ///
    /// The parameters are those of [#admit].
    default Optional<KernelInsn> kernelView(byte[] code, int count, Decoding decoding) {
        return Optional.empty();
    }
}
