package org.vemmio.emulator.scenario;

import java.util.Optional;

/// How a load ends that comes between two steps of a transition, by where the processor has its translation from.
///
/// @param after the step before it, or `start`
/// @param walk from the page table, walked for this load
/// @param tlb from the TLB, if one from before is still there; else as `walk`
/// @param alias from a second mapping; empty if the page has never had one
public record LoadRow(String after, LoadEnd walk, LoadEnd tlb, Optional<LoadEnd> alias) {
    /// {@return the row as a scenario file writes it}
    @Override
    public String toString() {
        return "{after: %s, walk: %s, tlb: %s%s}".formatted(after, walk.label(), tlb.label(),
                alias.map(end -> ", alias: " + end.label()).orElse(""));
    }
}
