package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;

/// The statement of the kernel's source that a Failure ends at: the one that warns of it, or, where Linux is silent,
/// the one that returns the error.
///
/// A once-only warning is once per statement. A reason of the architectural handler shares the statement with the
/// reason of the Linux handlers to which it corresponds.
///
/// @param place where it stands
/// @param message what it prints beside its place; may be empty
/// @param callers the functions on the stack above it, innermost first
record ReportSite(SourceLocation place, String message, List<String> callers) {
    /// What the handler calls the exception of an instruction that it refuses (Linux arch/x86/kernel/traps.c,
    /// `VE_FAULT_STR`).
    static final String DIE_STRING = "VE fault";

    private static final String TDX = "arch/x86/coco/tdx/tdx.c";
    private static final List<String> ENTRY =
            List.of("tdx_handle_virt_exception", "exc_virtualization_exception", "asm_exc_virtualization_exception");
    private static final List<String> KERNEL_ENTRY = LogMarkers.stack("virt_exception_kernel", ENTRY);
    private static final List<String> MMIO = LogMarkers.stack("handle_mmio", KERNEL_ENTRY);
    private static final List<String> REGISTER_LOOKUP = LogMarkers.stack("get_reg_offset",
            LogMarkers.stack("insn_get_modrm_reg_off", LogMarkers.stack("insn_get_modrm_reg_ptr", MMIO)));
    private static final String SEV = "arch/x86/coco/sev/core.c";
    private static final List<String> SEV_ENTRY =
            List.of("vc_raw_handle_exception", "exc_vmm_communication", "asm_exc_vmm_communication");
    private static final List<String> SEV_MMIO = LogMarkers.stack("vc_handle_mmio", SEV_ENTRY);
    private static final List<String> SEV_DO_MMIO = LogMarkers.stack("vc_do_mmio", SEV_MMIO);
    private static final List<String> SEV_DECODE =
            LogMarkers.stack("vc_decode_insn", LogMarkers.stack("vc_init_em_ctxt", SEV_ENTRY));

    private static final ReportSite PRIVATE_ADDRESS = new ReportSite(TDX, 763, "virt_exception_kernel",
            "Unexpected EPT-violation on private memory.", ENTRY);
    private static final ReportSite USER_MODE_TRAP = new ReportSite(TDX, 734, "virt_exception_user", "", ENTRY);
    private static final ReportSite USER_MODE = handleMmio(500, "");
    private static final ReportSite FETCH = handleMmio(503, "");
    private static final ReportSite INSN_DECODE = handleMmio(506, "");
    private static final ReportSite MMIO_DECODE = handleMmio(510, "");
    private static final ReportSite REGISTER = new ReportSite("arch/x86/lib/insn-eval.c", 516, "get_regno",
            "decoded an instruction with an invalid register", REGISTER_LOOKUP);
    private static final ReportSite USER_ADDRESS = handleMmio(520, "Access to userspace address is not supported");
    private static final ReportSite PAGE_SPLIT = handleMmio(534, "");
    private static final ReportSite STRING_MOVE = handleMmio(561, "");
    private static final ReportSite UNKNOWN_TYPE = handleMmio(563, "Unknown insn_decode_mmio() decode value?");
    private static final ReportSite ACCESS = handleMmio(568, "");
    private static final ReportSite SEV_INSN_DECODE = sev(360, "__vc_decode_kern_insn", SEV_DECODE);
    private static final ReportSite SEV_MMIO_DECODE = sev(1727, "vc_handle_mmio", SEV_ENTRY);
    private static final ReportSite SEV_USER_MODE = sev(1736, "vc_handle_mmio", SEV_ENTRY);
    private static final ReportSite SEV_ADDRESS = sev(1628, "vc_do_mmio", SEV_MMIO);
    private static final ReportSite SEV_TRANSLATION = sev(553, "vc_slow_virt_to_phys", SEV_DO_MMIO);
    private static final ReportSite SEV_ACCESS = sev(1646, "vc_do_mmio", SEV_MMIO);

    private ReportSite(String file, int line, String function, String message, List<String> callers) {
        this(new SourceLocation(file, line, function), message, callers);
    }

    private static ReportSite handleMmio(int line, String message) {
        return new ReportSite(TDX, line, "handle_mmio", message, KERNEL_ENTRY);
    }

    private static ReportSite sev(int line, String function, List<String> callers) {
        return new ReportSite(SEV, line, function, "", callers);
    }

    /// The stack at the statement, innermost function first.
    List<String> stack() {
        return LogMarkers.stack(place.function(), callers);
    }

    static ReportSite of(Failure failure) {
        return failure.handler().startsWith("linux-sev") ? ofSev(failure.reason()) : ofTdx(failure.reason());
    }

    /// Returns what the handler itself prints of a trap in user mode, before the signal.
    static Optional<String> userMessage(Failure failure) {
        return failure.reason() == FailureReason.USER_MODE_TRAP ? Optional.of("tdx: Unexpected #VE: 48")
                : Optional.empty();
    }

    /// Returns whether the statement warns once, whatever follows (Linux arch/x86/coco/sev/core.c,
    /// `vc_slow_virt_to_phys`).
    static boolean warnsByItself(Failure failure) {
        return failure.reason() == FailureReason.NOT_TRANSLATED;
    }

    private static ReportSite ofSev(FailureReason reason) {
        return switch (reason) {
            case INSN_DECODE_FAILED -> SEV_INSN_DECODE;
            case MMIO_DECODE_FAILED -> SEV_MMIO_DECODE;
            case USER_MODE -> SEV_USER_MODE;
            case DEVICE_REFUSED -> SEV_ACCESS;
            default -> ofTdx(reason);
        };
    }

    private static ReportSite ofTdx(FailureReason reason) {
        return switch (reason) {
            case USER_MODE_TRAP -> USER_MODE_TRAP;
            case PRIVATE_ADDRESS -> PRIVATE_ADDRESS;
            case USER_MODE -> USER_MODE;
            case FETCH_FAULT -> FETCH;
            case INSN_DECODE_FAILED, UNDECODABLE -> INSN_DECODE;
            case MMIO_DECODE_FAILED, UNSUPPORTED_INSTRUCTION, NO_MEMORY_OPERAND -> MMIO_DECODE;
            case NO_SUCH_REGISTER -> REGISTER;
            case USER_ADDRESS -> USER_ADDRESS;
            case PAGE_SPLIT -> PAGE_SPLIT;
            case STRING_MOVE -> STRING_MOVE;
            case UNKNOWN_MMIO_TYPE -> UNKNOWN_TYPE;
            case NO_ADDRESS -> SEV_ADDRESS;
            case NOT_TRANSLATED -> SEV_TRANSLATION;
            case WIDTH_REFUSED, LOCK_CONTENTION, DEVICE_REFUSED -> ACCESS;
        };
    }
}
