package org.vemmio.emulator.kernel;

import org.vemmio.emulator.outcome.Failure;

/// What the handler of #VC prints before it gives up, each kind with a rate limit of its own
/// (Linux arch/x86/coco/sev/core.c, `vc_raw_handle_exception`).
enum CommunicationFailure {
    UNSUPPORTED(2053, "Unsupported exit-code 0x%02x in #VC exception (IP: 0x%x)"),
    VMM_ERROR(2058, "Failure in communication with VMM (exit-code 0x%02x IP: 0x%x)"),
    DECODE_FAILED(2063, "Failed to decode instruction (exit-code 0x%02x IP: 0x%x)");

    /// Where the registers are shown before the request to the host.
    static final SourceLocation SHOW_REGS =
            new SourceLocation("arch/x86/coco/sev/core.c", 2129, "exc_vmm_communication");
    /// Where the kernel panics if the host lets it go on.
    static final SourceLocation RETURNED =
            new SourceLocation("arch/x86/coco/sev/core.c", 2135, "exc_vmm_communication");
    /// The function above both.
    static final String ENTRY = "asm_exc_vmm_communication";

    /// The exit code of a nested page fault (AMD APM vol. 2, appendix C).
    private static final int NESTED_PAGE_FAULT = 0x400;

    private final SourceLocation place;
    private final String format;

    CommunicationFailure(int line, String format) {
        this.place = new SourceLocation("arch/x86/coco/sev/core.c", line, "vc_raw_handle_exception");
        this.format = format;
    }

    static CommunicationFailure of(Failure failure) {
        return switch (failure.reason()) {
            case INSN_DECODE_FAILED, MMIO_DECODE_FAILED, NO_SUCH_REGISTER, UNKNOWN_MMIO_TYPE, UNDECODABLE,
                    UNSUPPORTED_INSTRUCTION, NO_MEMORY_OPERAND -> DECODE_FAILED;
            case DEVICE_REFUSED, LOCK_CONTENTION, WIDTH_REFUSED -> VMM_ERROR;
            case USER_MODE_TRAP, PRIVATE_ADDRESS, USER_MODE, FETCH_FAULT, USER_ADDRESS, PAGE_SPLIT, STRING_MOVE,
                    NO_ADDRESS, NOT_TRANSLATED -> UNSUPPORTED;
        };
    }

    SourceLocation place() {
        return place;
    }

    String text(long rip) {
        return "SEV: " + format.formatted(NESTED_PAGE_FAULT, rip);
    }
}
