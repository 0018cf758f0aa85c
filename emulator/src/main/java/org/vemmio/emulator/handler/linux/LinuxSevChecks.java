package org.vemmio.emulator.handler.linux;

import java.util.List;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.SourceLocation;

/// The checks of the #VC handler on the way of a nested page fault (Linux arch/x86/coco/sev/core.c); lines are those of
/// Linux 6.12.117.
///
/// What the handler forwards as an exception of the guest's (`ES_EXCEPTION`: a fetch that faults, an address without a
/// translation) is no refusal here.
final class LinuxSevChecks {
    private static final List<String> ENTRY =
            List.of("vc_raw_handle_exception", "kernel_exc_vmm_communication", "asm_exc_vmm_communication");
    private static final List<String> USER_ENTRY =
            List.of("vc_raw_handle_exception", "user_exc_vmm_communication", "asm_exc_vmm_communication");
    private static final List<String> HANDLE_MMIO = Check.Site.stack("vc_handle_mmio", ENTRY);
    private static final List<String> DO_MMIO = Check.Site.stack("vc_do_mmio", HANDLE_MMIO);
    private static final List<String> DECODE = Check.Site.stack("vc_decode_insn",
            Check.Site.stack("vc_init_em_ctxt", ENTRY));

    static final Check INSN_DECODE_FAILED =
            check("insn-decode-failed", KernelRefusals.INSN_DECODE_FAILED, Result.DECODE_FAILED, Errno.EINVAL)
                    .at(core(360, "__vc_decode_kern_insn"), DECODE).build();
    static final Check MMIO_DECODE_FAILED = KernelRefusals.hints(
            check("mmio-decode-failed", KernelRefusals.MMIO_DECODE_FAILED, Result.DECODE_FAILED, Errno.EINVAL)
                    .at(core(1727, "vc_handle_mmio"), ENTRY)).build();
    /// ModRM.reg names a register that `pt_regs` lacks (arch/x86/lib/insn-eval.c, `insn_get_modrm_reg_ptr`); none does.
    static final Check NO_SUCH_REGISTER =
            check("no-such-register", "the register is not one of the saved ones", Result.DECODE_FAILED, Errno.EINVAL)
                    .at(core(0, "vc_handle_mmio"), ENTRY).build();
    static final Check USER_MODE = check("user-mode", "MMIO from user mode", Result.UNSUPPORTED, Errno.EFAULT)
            .at(core(1736, "vc_handle_mmio"), USER_ENTRY).build();
    /// Two segment overrides.
    static final Check NO_ADDRESS = check("no-address", "no address can be computed", Result.UNSUPPORTED, Errno.EINVAL)
            .since("5.10", "51ee7d6e3d2b", "2020-09-09").at(core(1628, "vc_do_mmio"), HANDLE_MMIO).build();
    /// The page is encrypted. Of MOVS the element may have been read by then.
    static final Check NOT_TRANSLATED =
            check("not-translated", "the decoded address is no device", Result.UNSUPPORTED, Errno.EFAULT)
                    .since("5.10", "2411cd821123", "2020-10-29")
                    .at(core(553, "vc_slow_virt_to_phys"), DO_MMIO).warningOnce("").late().build();
    static final Check DEVICE_REFUSED =
            check("device-refused", CommonChecks.DEVICE_REFUSED.text(), Result.VMM_ERROR, Errno.EIO)
                    .since("5.10", "51ee7d6e3d2b", "2020-09-09")
                    .at(core(1646, "vc_do_mmio"), HANDLE_MMIO).late().build();

    static final Ladder LADDER = Ladder.of("linux-sev", "Linux 6.12.117", List.of(INSN_DECODE_FAILED,
            MMIO_DECODE_FAILED, NO_SUCH_REGISTER, USER_MODE, NO_ADDRESS, NOT_TRANSLATED, DEVICE_REFUSED));

    private LinuxSevChecks() {
    }

    /// What the handler's functions return (`enum es_result`), and what is printed of it (`vc_raw_handle_exception`).
    /// Exit code 0x400 is the nested page fault (AMD APM vol. 2, appendix C).
    private enum Result {
        UNSUPPORTED(2053, "Unsupported exit-code 0x400 in #VC exception (IP: 0x%IP%)"),
        VMM_ERROR(2058, "Failure in communication with VMM (exit-code 0x400 IP: 0x%IP%)"),
        DECODE_FAILED(2063, "Failed to decode instruction (exit-code 0x400 IP: 0x%IP%)");

        private final Check.Line line;

        Result(int line, String text) {
            this.line = new Check.Line(core(line, "vc_raw_handle_exception"), "SEV: " + text, Check.Frequency.LIMITED);
        }
    }

    private static Check.Builder check(String label, String text, Result result, Errno recorded) {
        return Check.named(label, text).returning("ES_" + result, recorded).printing(result.line)
                .terminating(new Check.Termination(core(2129, "exc_vmm_communication"), new Check.Site(
                        core(2135, "exc_vmm_communication"), List.of("asm_exc_vmm_communication"))));
    }

    private static SourceLocation core(int line, String function) {
        return new SourceLocation("arch/x86/coco/sev/core.c", line, function);
    }
}
