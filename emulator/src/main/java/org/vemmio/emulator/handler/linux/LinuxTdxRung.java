package org.vemmio.emulator.handler.linux;

import java.util.List;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.SourceLocation;

/// The checks of the #VE handler, in the order of the source (Linux arch/x86/coco/tdx/tdx.c). With each its lines in
/// Linux 5.19, 6.1, 6.5 and 6.12.117.
enum LinuxTdxRung {
    /// A trap from user mode, where CPUID alone is dealt with.
    USER_MODE_TRAP(Check.named("user-mode-trap", "a trap from user mode")
            .at(tdx("virt_exception_user"), Frames.ENTRY).returning(Errno.EIO).ending(new Action.GeneralProtection())
            .printing(new Check.Line(tdx("virt_exception_user"), "tdx: Unexpected #VE: 48",
                    Check.Frequency.ALWAYS)),
            575, 586, 620, 734),
    /// The shared bit is clear, so that no device can be there.
    PRIVATE_ADDRESS(Check.named("private-address", CommonChecks.PRIVATE_ADDRESS.text())
            .since("6.3", LinuxTdxRung.PRIVATE_ADDRESS_COMMIT, "2023-01-27")
            .at(tdx("virt_exception_kernel"), Frames.ENTRY).returning(Errno.EIO)
            .panicking("Unexpected EPT-violation on private memory."),
            0, 0, 649, 763),
    /// User mode again, where `handle_mmio` itself asks; the first check leaves it nothing.
    USER_MODE(mmio("user-mode", "MMIO from user mode").returning(Errno.EFAULT).warningOnce(""),
            344, 355, 389, 500),
    /// Linux copies 15 bytes or gives up.
    FETCH_FAULT(mmio("fetch-fault", CommonChecks.FETCH_FAULT.text()).returning(Errno.EFAULT),
            347, 358, 392, 503),
    /// `insn_decode` cannot make an instruction of the bytes.
    INSN_DECODE_FAILED(mmio("insn-decode-failed", KernelRefusals.INSN_DECODE_FAILED).returning(Errno.EINVAL),
            350, 361, 395, 506),
    /// The bytes are an instruction, but none of `insn_decode_mmio`'s types.
    MMIO_DECODE_FAILED(KernelRefusals.hints(
            mmio("mmio-decode-failed", KernelRefusals.MMIO_DECODE_FAILED).returning(Errno.EINVAL).warningOnce("")),
            354, 365, 399, 510),
    /// ModRM.reg names a register that `pt_regs` lacks (arch/x86/lib/insn-eval.c, `insn_get_modrm_reg_ptr`); none does.
    NO_SUCH_REGISTER(mmio("no-such-register", "the register is not one of the saved ones")
            .at(new SourceLocation("arch/x86/lib/insn-eval.c", 0, "get_regno"), Frames.REGISTER)
            .returning(Errno.EINVAL).warningOnce("decoded an instruction with an invalid register"),
            0, 0, 0, 516),
    /// The linear address is not in the kernel half (arch/x86/mm/fault.c, `fault_in_kernel_space`).
    USER_ADDRESS(mmio("user-address", "an access to a userspace address")
            .since("6.12", "d4fc4d014715", "2024-09-26").returning(Errno.EINVAL)
            .warningOnce("Access to userspace address is not supported")
            .hint("*", "Map the device into the kernel (ioremap); a mapping in user space is not emulated."),
            0, 0, 0, 520),
    /// First and last byte lie on different pages.
    PAGE_SPLIT(mmio("page-split", "the access crosses a page")
            .since("5.19", "1e7769653b06", "2022-06-17").returning(Errno.EFAULT)
            .hint("*", "Align the access, or make it in parts that stay on one page."),
            373, 384, 418, 534),
    /// MOVS, which is classified, and then not dealt with.
    STRING_MOVE(mmio("string-move", "a string move").returning(Errno.EINVAL)
            .hint("*", "Use memcpy_fromio() or memcpy_toio(), which a confidential guest does by single moves."),
            400, 411, 445, 561),
    /// `insn_decode_mmio` gave a type that is not known; no recorded kernel does.
    UNKNOWN_MMIO_TYPE(mmio("unknown-mmio-type", "an unknown MMIO type").returning(Errno.EINVAL)
            .warningOnce("Unknown insn_decode_mmio() decode value?"),
            402, 413, 447, 563),
    /// The hypercall failed.
    DEVICE_REFUSED(mmio("device-refused", CommonChecks.DEVICE_REFUSED.text())
            .returning(Errno.EIO).late(),
            407, 418, 452, 568);

    static final String PRIVATE_ADDRESS_COMMIT = "47e67cf317ed";

    private final int[] lines;
    private final Check check;

    /// The functions above a statement, innermost first.
    private static final class Frames {
        static final List<String> ENTRY = List.of("tdx_handle_virt_exception", "exc_virtualization_exception",
                "asm_exc_virtualization_exception");
        static final List<String> KERNEL = Check.Site.stack("virt_exception_kernel", ENTRY);
        static final List<String> REGISTER = Check.Site.stack("get_reg_offset",
                Check.Site.stack("insn_get_modrm_reg_off",
                Check.Site.stack("insn_get_modrm_reg_ptr", Check.Site.stack("handle_mmio", KERNEL))));

        private Frames() {
        }
    }

    /// Creates a rung.
    ///
    /// @param check the check, its lines left open
    /// @param lines those of the statement in each version, oldest first; 0 where it is not there, or not known
    LinuxTdxRung(Check.Builder check, int... lines) {
        this.lines = lines;
        this.check = check.build();
    }

    private static SourceLocation tdx(String function) {
        return new SourceLocation("arch/x86/coco/tdx/tdx.c", 0, function);
    }

    private static Check.Builder mmio(String label, String text) {
        return Check.named(label, text).since("5.19", "31d58c4e557d", "2022-04-07")
                .at(tdx("handle_mmio"), Frames.KERNEL)
                .ending(new Action.GeneralProtection());
    }

    Check.Lifetime lifetime() {
        return check.lifetime();
    }

    /// Returns the check as it stands in a version.
    Check at(KernelVersion version) {
        return check.onLine(lines[version.ordinal()]);
    }
}
