package org.vemmio.emulator.handler.linux;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.outcome.FailureReason;

/// The #VC handler of a Linux SEV-ES or SEV-SNP guest for nested page faults, quirks included (Linux arch/x86/coco/sev,
/// `vc_handle_mmio`, as of 6.12).
///
/// It accesses what the decoded linear address translates to and never looks at the trap's own addresses, and leaves
/// RFLAGS alone. MOVS is done one element per trap. An address without a translation is a page fault that the guest
/// gets.
public final class LinuxSevHandler implements TrapHandler {
    /// The one there is.
    public static final LinuxSevHandler INSTANCE = new LinuxSevHandler();

    private LinuxSevHandler() {
    }

    @Override
    public String name() {
        return "linux-sev";
    }

    @Override
    public Optional<FailureReason> refusesTrap(Trap trap, Cpu cpu) {
        return Optional.empty();
    }

    @Override
    public boolean needsAllBytes() {
        return true;
    }

    @Override
    public boolean faultsOnFetch() {
        return true;
    }

    @Override
    public CodeMode decodesAs(CodeMode mode) {
        return CodeMode.CODE64;
    }

    @Override
    public Optional<KernelInsn> kernelView(byte[] code, int count, Decoding decoding) {
        return Optional.of(decode(code, count, decoding));
    }

    private static KernelInsn decode(byte[] code, int count, Decoding decoding) {
        return KernelInsn.decode(code, count, true, decoding);
    }

    @Override
    public Admission admit(byte[] code, int count, Decoding decoding) {
        KernelInsn insn = decode(code, count, decoding);
        return KernelRefusals.of(insn, decoding).<Admission>map(refusal -> refusal)
                .orElseGet(() -> new LinuxSevMmio(name(), insn, decoding));
    }
}
