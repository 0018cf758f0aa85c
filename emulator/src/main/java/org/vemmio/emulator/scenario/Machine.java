package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// The kinds of machine, which differ in what guards a page and in what a wrong access does.
public enum Machine {
    /// TDX on a processor with the partial-write erratum: a write of less than a 64-byte line by the host poisons a
    /// line of private memory, and the next read of it is a machine check (Linux arch/x86/virt/vmx/tdx/tdx.c,
    /// `check_tdx_erratum`, `X86_BUG_TDX_PW_MCE`).
    TDX_PARTIAL_WRITE,
    /// TDX without the erratum: a write by the host makes the guest's next read fail its integrity check.
    TDX,
    /// SEV-SNP: the reverse map table stops the host's write itself (AMD APM vol. 2, 15.36.10).
    SEV_SNP,
    /// SEV without SNP: nothing but the guest's C-bit decides, and the host knows of a page what it has been told.
    SEV;

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return whether it is an Intel TDX machine, with the partial-write erratum or without}
    public boolean isTdx() {
        return this == TDX || this == TDX_PARTIAL_WRITE;
    }
}
