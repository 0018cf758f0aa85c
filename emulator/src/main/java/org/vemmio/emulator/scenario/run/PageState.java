package org.vemmio.emulator.scenario.run;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Page;

/// A page while a scenario is played.
final class PageState {
    /// What has been done to a page's contents behind the guest's back.
    enum Damage {
        NONE,
        /// The guest's next read fails its integrity check.
        INTEGRITY,
        /// The next read, the host's or the guest's, is a machine check.
        POISON
    }

    /// In whose hands it is.
    enum Owner {
        CALLER,
        ALLOCATOR,
        /// Nobody's for ever: never given back to the allocator.
        LEAKED
    }

    final String name;
    final Page.Span span;
    /// Whether it began with a second mapping.
    final boolean hadAlias;
    Attribute guest;
    boolean present;
    /// The translation that a processor has had since before the last change, if none has flushed it.
    @Nullable Attribute tlb;
    @Nullable Attribute alias;
    boolean cached;
    Attribute host;
    boolean accepted;
    /// Whether the guest could not tell its host the last change.
    boolean untold;
    Damage damage = Damage.NONE;
    Owner owner = Owner.CALLER;

    PageState(Page page) {
        name = page.name();
        span = page.span();
        hadAlias = page.alias();
        guest = page.guest();
        present = page.present();
        tlb = page.present() ? page.guest() : null;
        alias = page.alias() ? page.guest() : null;
        cached = page.cached();
        host = page.host();
        accepted = page.accepted();
    }

    Page snapshot() {
        return new Page(name, guest, present, host, accepted, span, alias != null, cached);
    }

    /// Returns what the page table says, or null where the entry is not present.
    @Nullable Attribute mapping() {
        return present ? guest : null;
    }

    void convert(Attribute to) {
        host = to;
        accepted = to == Attribute.PRIVATE;
    }
}
