package org.vemmio.emulator.outcome;

import org.vemmio.emulator.input.Labels;

/// Why a trap could not be dealt with: a closed set, over all handlers.
///
/// The constants stand in the order in which a handler comes across them. The names in lower case with hyphens
/// ([#label]) are those of policy files.
public enum FailureReason {
    /// The trap was raised in user mode, for which the handler of #VE deals with CPUID alone
    /// (Linux arch/x86/coco/tdx/tdx.c, `virt_exception_user`).
    USER_MODE_TRAP(Errno.EIO, "a trap from user mode"),
    /// The address is private, the shared bit being clear: no device can be there
    /// (Linux arch/x86/coco/tdx/tdx.c, `virt_exception_kernel`).
    PRIVATE_ADDRESS(Errno.EIO, "an access to private memory"),
    /// The MMIO handler itself was called for user mode (Linux, `handle_mmio`).
    USER_MODE(Errno.EFAULT, "MMIO from user mode"),
    /// The instruction bytes cannot be read; Linux copies 15 or gives up.
    FETCH_FAULT(Errno.EFAULT, "the instruction bytes cannot be read"),
    /// The kernel's `insn_decode` cannot make an instruction of the bytes.
    INSN_DECODE_FAILED(Errno.EINVAL, "the kernel's decoder makes no instruction of the bytes"),
    /// The bytes are an instruction, but none of `insn_decode_mmio`'s types.
    MMIO_DECODE_FAILED(Errno.EINVAL, "no MMIO instruction that the kernel knows"),
    /// ModRM.reg names a register that `pt_regs` lacks (Linux, `insn_get_modrm_reg_ptr`).
    NO_SUCH_REGISTER(Errno.EINVAL, "the register is not one of the saved ones"),
    /// The linear address is not in the kernel half (Linux, `fault_in_kernel_space`).
    USER_ADDRESS(Errno.EINVAL, "an access to a userspace address"),
    /// First and last byte lie on different pages, which the handler does not split.
    PAGE_SPLIT(Errno.EFAULT, "the access crosses a page"),
    /// MOVS, which the TDX handler classifies and then refuses.
    STRING_MOVE(Errno.EINVAL, "a string move"),
    /// `insn_decode_mmio` gave a type that the handler does not know; no recorded kernel does.
    UNKNOWN_MMIO_TYPE(Errno.EINVAL, "an unknown MMIO type"),
    /// No address can be computed: two segment overrides (Linux arch/x86/coco/sev, `vc_do_mmio`).
    NO_ADDRESS(Errno.EINVAL, "no address can be computed"),
    /// The decoded address is no shared memory (Linux arch/x86/coco/sev, `vc_slow_virt_to_phys`).
    NOT_TRANSLATED(Errno.EFAULT, "the decoded address is no device"),

    /// The decoder finds no valid instruction in the bytes.
    UNDECODABLE(Errno.EINVAL, "no valid instruction"),
    /// The instruction is valid, and not one that the handler executes.
    UNSUPPORTED_INSTRUCTION(Errno.EINVAL, "an instruction that is not supported"),
    /// The instruction has no operand in memory, so it cannot have trapped: a stale trap, or a race on the code.
    NO_MEMORY_OPERAND(Errno.EINVAL, "an instruction without a memory operand"),
    /// The device takes no access of this width, and the engine is configured not to split.
    WIDTH_REFUSED(Errno.EINVAL, "a width that the device does not take"),
    /// A locked read-modify-write lost every race for the device's compare-and-exchange that it was allowed.
    LOCK_CONTENTION(Errno.EIO, "the device's value kept changing under a locked instruction"),

    /// The device, or the hypercall that stands for it, failed.
    DEVICE_REFUSED(Errno.EIO, "the device refused the access");

    private final Errno errno;
    private final String text;

    FailureReason(Errno errno, String text) {
        this.errno = errno;
        this.text = text;
    }

    /// {@return what the Linux handler returns, or would, as a negative number; never visible outside it}
    public Errno errno() {
        return errno;
    }

    /// {@return the reason in a few words of English, without a full stop}
    public String text() {
        return text;
    }

    /// {@return the name in lower case with hyphens, as policy files write it}
    public String label() {
        return Labels.of(this);
    }
}
