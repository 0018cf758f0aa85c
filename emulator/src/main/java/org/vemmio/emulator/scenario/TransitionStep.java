package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// The steps in which a page changes sides, with the effects that a load beside it can see.
public enum TransitionStep {
    /// Take away second mappings, their translations included (Linux mm/vmalloc.c, `vm_unmap_aliases`).
    REMOVE_ALIASES("remove the aliases"),
    /// Clear the present bit (Linux arch/x86/mm/pat/set_memory.c, `set_memory_np`), without a flush.
    CLEAR_PRESENT("clear the present bit"),
    /// Flush the TLB of every processor.
    FLUSH_TLB("flush the TLB"),
    /// Write the page's cache lines back.
    FLUSH_CACHE("flush the cache"),
    /// Change the attribute in the page table.
    CHANGE_ATTRIBUTE("change the attribute"),
    /// Tell the host, which changes its view; to private, accept the page too.
    NOTIFY("notify the host"),
    /// Set the present bit.
    SET_PRESENT("set the present bit");

    private final String text;

    TransitionStep(String text) {
        this.text = text;
    }

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return the step in a few words}
    public String text() {
        return text;
    }
}
