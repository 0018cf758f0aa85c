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

/// The #VE handler of a Linux TDX guest, quirks included (Linux arch/x86/coco/tdx/tdx.c, `tdx_handle_virt_exception`
/// and `handle_mmio`).
///
/// It decodes for 64-bit code whatever the mode, accesses the guest-physical address of the trap and never the decoded
/// one, and leaves RFLAGS alone. The value of a register write of fewer than 8 bytes has stack contents above them on
/// its way to the host, and before 6.11 so has the whole value that goes with a read; both are zeros here, and no
/// hazards.
public final class LinuxTdxHandler implements TrapHandler {
    static final String FAMILY = "linux-tdx";

    private final KernelVersion version;

    private LinuxTdxHandler(KernelVersion version) {
        this.version = version;
    }

    /// {@return the handler of Linux `version`}
    public static LinuxTdxHandler of(KernelVersion version) {
        return new LinuxTdxHandler(version);
    }

    @Override
    public String name() {
        return FAMILY + "-" + version.release();
    }

    @Override
    public Optional<FailureReason> refusesTrap(Trap trap, Cpu cpu) {
        // As user_mode() of asm/ptrace.h, which asks for both low bits of CS.
        if (cpu.cpl() != 0) {
            return Optional.of(FailureReason.USER_MODE_TRAP);
        }
        return version.panicsOnPrivate() && trap.privateAddress()
                ? Optional.of(FailureReason.PRIVATE_ADDRESS) : Optional.empty();
    }

    @Override
    public boolean needsAllBytes() {
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

    private KernelInsn decode(byte[] code, int count, Decoding decoding) {
        return KernelInsn.decode(code, count, version.decodesRex2(), decoding);
    }

    @Override
    public Admission admit(byte[] code, int count, Decoding decoding) {
        KernelInsn insn = decode(code, count, decoding);
        return KernelRefusals.of(insn, decoding).<Admission>map(refusal -> refusal)
                .orElseGet(() -> new LinuxTdxMmio(name(), version, insn, decoding));
    }
}
