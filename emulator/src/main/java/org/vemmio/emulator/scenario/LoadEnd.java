package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// How a `load_unaligned_zeropad` that runs over into a page ends.
public enum LoadEnd {
    /// It loads.
    LOADS,
    /// A page fault, whose fixup gives zeros for what lies beyond the boundary.
    PAGE_FAULT_FIXUP,
    /// A #VE, whose handler finds the same fixup.
    TRAP_FIXUP,
    /// A #VE whose handler finds the fixup and does not take it.
    OOPS,
    /// A #VE on a private address.
    PANIC,
    /// The trap goes to a paravisor, which has no way of handing it to the guest's kernel.
    PARAVISOR;

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }
}
