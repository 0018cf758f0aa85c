package org.vemmio.emulator.handler.linux;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;

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
    public Ladder ladder() {
        return LinuxSevChecks.LADDER;
    }

    @Override
    public Optional<Check> refusesTrap(Trap trap, Cpu cpu) {
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
    public Optional<KernelInsn> kernelView(FetchedCode code) {
        return Optional.of(decode(code));
    }

    private static KernelInsn decode(FetchedCode code) {
        byte[] bytes = code.bytes();
        return KernelInsn.decode(bytes, bytes.length, true, code::decoding);
    }

    @Override
    public Admission admit(FetchedCode code) {
        KernelInsn insn = decode(code);
        if (!insn.decoded()) {
            return new Admission.Refusal(code.decoding(), LinuxSevChecks.INSN_DECODE_FAILED, "");
        }
        return insn.mmioType() == MmioType.DECODE_FAILED
                ? new Admission.Refusal(code.decoding(), LinuxSevChecks.MMIO_DECODE_FAILED,
                        KernelRefusals.detail(code.decoding()))
                : new LinuxSevMmio(insn, code.description());
    }
}
