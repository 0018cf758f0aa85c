package org.vemmio.emulator.handler;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Ladder;

/// A way of dealing with a trapped device access. Immutable and safe for several threads.
///
/// An engine asks in this order: [#refusesTrap], then fetches at CS:RIP, then, once per distinct instruction, [#admit].
/// What depends on the trap is checked by the operation each time. Two methods are a handler; the others have defaults,
/// by which it fetches and decodes as the processor does.
public interface TrapHandler {
    /// {@return the handler's checks, in the order in which it comes to them}
    Ladder ladder();

    /// Admits an instruction, as far as that does not depend on the trap.
    ///
    /// Where another handler admits it, its answer may be handed on: outcomes bear the name of the handler that the
    /// engine has asked, and a check with a label that is on its own ladder is told as that one.
    Admission admit(FetchedCode code);

    /// {@return the name, such as `linux-tdx-6.12`: that of the ladder}
    default String name() {
        return ladder().handler();
    }

    /// {@return the check that refuses the trap before an instruction byte is fetched, or nothing; by default a private
    /// address is refused}
    default Optional<Check> refusesTrap(Trap trap, Cpu cpu) {
        return trap.privateAddress() ? Optional.of(CommonChecks.PRIVATE_ADDRESS) : Optional.empty();
    }

    /// {@return whether the handler gives up unless 15 bytes can be fetched; by default one byte is enough to go on}
    default boolean needsAllBytes() {
        return false;
    }

    /// {@return whether bytes that cannot be fetched are the guest's own page fault, and no Failure; by default they are
    /// a Failure}
    default boolean faultsOnFetch() {
        return false;
    }

    /// {@return the size of code that the handler decodes for, in `mode`; by default that of the code}
    default CodeMode decodesAs(CodeMode mode) {
        return mode;
    }

    /// {@return what the Linux kernel's own decoder makes of the bytes, if that is what the handler goes by}
    default Optional<KernelInsn> kernelView(FetchedCode code) {
        return Optional.empty();
    }
}
