package org.vemmio.emulator.scenario.run;

import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Machine;

/// What the machine makes of an access by the guest through a mapping with an attribute.
enum PageAccess {
    PRIVATE_MEMORY,
    SHARED_MEMORY,
    /// #VE, the shared bit of the address being clear.
    TRAP_ON_PRIVATE,
    /// #VE, the shared bit of the address being set.
    TRAP_ON_SHARED,
    /// #VC: the page is not validated, or the host has made it so by taking it (AMD APM vol. 2, 15.36.10).
    NOT_VALIDATED,
    /// A nested page fault, which the host answers by making the page shared.
    HOST_CONVERTS,
    /// The contents fail their integrity check, or are poisoned.
    DAMAGED;

    /// Returns what becomes of an access to a page that the mapping says to be `mapping`.
    ///
    /// TDX: Linux arch/x86/coco/tdx/tdx.c, `tdx_early_init` on what a mapping that differs from the page does. SEV-SNP:
    /// AMD APM vol. 2, 15.36.10.
    static PageAccess of(Machine machine, PageState page, Attribute mapping) {
        boolean hostShares = page.host == Attribute.SHARED;
        if (machine == Machine.SEV) {
            return mapping == Attribute.PRIVATE ? PRIVATE_MEMORY : SHARED_MEMORY;
        }
        if (mapping == Attribute.SHARED) {
            return hostShares ? SHARED_MEMORY : machine.isTdx() ? TRAP_ON_SHARED : HOST_CONVERTS;
        }
        if (hostShares || !page.accepted) {
            return machine.isTdx() ? TRAP_ON_PRIVATE : NOT_VALIDATED;
        }
        return page.damage == PageState.Damage.NONE ? PRIVATE_MEMORY : DAMAGED;
    }
}
