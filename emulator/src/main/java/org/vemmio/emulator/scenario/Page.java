package org.vemmio.emulator.scenario;

import java.util.Objects;

/// A page between two steps, in both views. Immutable.
///
/// @param name how the scenario calls it
/// @param guest what the guest's page table says
/// @param present whether the guest's page table entry is present
/// @param host what the host has it as; on [Machine#SEV], what the host has been told
/// @param accepted whether private memory has been accepted by the guest (TDX), or validated (SEV-SNP)
/// @param span how long the guest shares it
/// @param alias whether a second mapping of it is still there
/// @param cached whether lines of it are in the cache, written but not written back
public record Page(String name, Attribute guest, boolean present, Attribute host, boolean accepted, Span span,
        boolean alias, boolean cached) {
    /// How long a guest shares memory with its host.
    public enum Span {
        /// Set up at boot and kept, such as the pool for DMA (Linux kernel/dma/swiotlb.c).
        KEPT,
        /// For a short while, such as the buffer of one request.
        SHORT_LIVED
    }

    /// Creates a page.
    public Page {
        Objects.requireNonNull(name);
        Objects.requireNonNull(guest);
        Objects.requireNonNull(host);
        Objects.requireNonNull(span);
    }

    /// {@return the guest's view: `P` or `S`, or `-` if not present}
    public char guestLetter() {
        return !present ? '-' : guest == Attribute.PRIVATE ? 'P' : 'S';
    }

    /// {@return the host's view: `P` or `S`, or `p` for private memory that is not accepted}
    public char hostLetter() {
        return host == Attribute.SHARED ? 'S' : accepted ? 'P' : 'p';
    }
}
