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
    private final LinuxTdxLadder ladder;
    private final boolean asksForPrivate;

    private LinuxTdxHandler(KernelVersion version) {
        this.version = version;
        ladder = new LinuxTdxLadder(FAMILY + "-" + version.release(), version);
        asksForPrivate = ladder.has(LinuxTdxRung.PRIVATE_ADDRESS);
    }

    /// {@return the handler of Linux `version`}
    public static LinuxTdxHandler of(KernelVersion version) {
        return new LinuxTdxHandler(version);
    }

    @Override
    public Ladder ladder() {
        return ladder.ladder();
    }

    @Override
    public Optional<Check> refusesTrap(Trap trap, Cpu cpu) {
        // As user_mode() of asm/ptrace.h, which asks for both low bits of CS.
        if (cpu.cpl() != 0) {
            return Optional.of(ladder.check(LinuxTdxRung.USER_MODE_TRAP));
        }
        return asksForPrivate && trap.privateAddress() ? Optional.of(ladder.check(LinuxTdxRung.PRIVATE_ADDRESS))
                : Optional.empty();
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
    public Optional<KernelInsn> kernelView(FetchedCode code) {
        return Optional.of(decode(code));
    }

    private KernelInsn decode(FetchedCode code) {
        byte[] bytes = code.bytes();
        return KernelInsn.decode(bytes, bytes.length, version.decodesRex2(), code::decoding);
    }

    @Override
    public Admission admit(FetchedCode code) {
        KernelInsn insn = decode(code);
        if (!insn.decoded()) {
            return new Admission.Refusal(code.decoding(), ladder.check(LinuxTdxRung.INSN_DECODE_FAILED), "");
        }
        return insn.mmioType() == MmioType.DECODE_FAILED
                ? new Admission.Refusal(code.decoding(), ladder.check(LinuxTdxRung.MMIO_DECODE_FAILED),
                        KernelRefusals.detail(code.decoding()))
                : new LinuxTdxMmio(ladder, insn, code.description());
    }
}
