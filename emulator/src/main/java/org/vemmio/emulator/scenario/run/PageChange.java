package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.LoadEnd;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.TransitionStep;

/// A page that changes sides step by step, while a `load_unaligned_zeropad` of its private neighbour may run over into
/// it at any time.
///
/// A load is one event, so that its interleavings with n steps are the n + 1 places between them. In each it is tried
/// with every translation that a processor may have: that of the page table; one in the TLB, on a processor that
/// refills its TLB as soon as it can; and that of a second mapping.
final class PageChange {
    private final ScenarioState state;
    private final GuestTraps traps;
    private final Conversion conversion;
    private final PageState page;
    private final Attribute to;
    private final ScenarioPolicy.Transition transition;
    private boolean refused;
    private @Nullable LoadEnd worst;
    private String worstAfter = "";

    PageChange(ScenarioState state, GuestTraps traps, Conversion conversion, PageState page, Attribute to) {
        this.state = state;
        this.traps = traps;
        this.conversion = conversion;
        this.page = page;
        this.to = to;
        this.transition = state.policy.transition();
    }

    void run() {
        judge("start");
        for (TransitionStep step : transition.order()) {
            state.timeline.begin(step.text());
            carryOut(step);
            if (page.present && page.tlb == null) {
                page.tlb = page.guest;
            }
            judge(step.label());
        }
        finish();
    }

    private void carryOut(TransitionStep step) {
        switch (step) {
            case REMOVE_ALIASES -> page.alias = null;
            case CLEAR_PRESENT -> page.present = false;
            case FLUSH_TLB -> page.tlb = null;
            case FLUSH_CACHE -> page.cached = false;
            case CHANGE_ATTRIBUTE -> page.guest = to;
            case NOTIFY -> notifyHost();
            case SET_PRESENT -> page.present = true;
        }
    }

    private void notifyHost() {
        if (!page.present && transition.walk() == ScenarioPolicy.AddressWalk.VMALLOC_TO_PAGE) {
            state.timeline.add(new TimelineEvent.Refused(
                    "%s finds no present entry, so no address".formatted(transition.walk().function())));
            refused = true;
        } else if (conversion.isNextRefused()) {
            state.timeline.add(new TimelineEvent.Refused("make %s %s".formatted(page.name, to.label())));
            refused = true;
        } else {
            page.convert(to);
            if (page.cached) {
                state.loseData(page, "cache lines from before are written back over them");
                page.cached = false;
            }
        }
    }

    private void judge(String after) {
        LoadEnd walk = load(page.mapping());
        LoadEnd tlb = page.tlb == null ? walk : load(page.tlb);
        Optional<LoadEnd> alias = page.hadAlias ? Optional.of(load(page.alias)) : Optional.empty();
        state.timeline.add(new TimelineEvent.Loaded(new LoadRow(after, walk, tlb, alias)));
    }

    private LoadEnd load(@Nullable Attribute mapping) {
        LoadEnd end = mapping == null ? LoadEnd.PAGE_FAULT_FIXUP : end(PageAccess.of(state.machine, page, mapping));
        if (end.compareTo(LoadEnd.OOPS) >= 0 && (worst == null || end.compareTo(worst) > 0)) {
            worst = end;
        }
        return end;
    }

    private LoadEnd end(PageAccess access) {
        return switch (access) {
            case PRIVATE_MEMORY, SHARED_MEMORY -> LoadEnd.LOADS;
            case TRAP_ON_PRIVATE -> trap(Attribute.PRIVATE);
            case TRAP_ON_SHARED -> trap(Attribute.SHARED);
            case NOT_VALIDATED, HOST_CONVERTS, DAMAGED ->
                throw new IllegalArgumentException("a load beside a page that changes sides is modelled for TDX alone");
        };
    }

    private LoadEnd trap(Attribute address) {
        if (transition.traps() == ScenarioPolicy.TrapTarget.PARAVISOR) {
            return LoadEnd.PARAVISOR;
        }
        return switch (traps.ask(state.policy.kernel(), address, GuestTraps.Kind.ZEROPAD).result()) {
            case EMULATED -> throw new IllegalStateException("a load that crosses a page was emulated");
            case FIXUP -> LoadEnd.TRAP_FIXUP;
            case OOPS -> LoadEnd.OOPS;
            case PANIC -> LoadEnd.PANIC;
        };
    }

    private void finish() {
        if (refused) {
            state.timeline.begin("the notification has failed");
            conversion.refused(List.of(page), to, state.policy.refusal());
        }
        if (worst != null && !state.isGuestOver()) {
            state.timeline.begin("a load at the worst place");
            switch (worst) {
                case PANIC -> state.panic(traps.ask(state.policy.kernel(), Attribute.PRIVATE,
                        GuestTraps.Kind.ZEROPAD).message());
                case PARAVISOR -> state.stop(new ScenarioEnd.GuestLost("a trap that nobody can fix up"));
                default -> state.oops("Oops: VE fault");
            }
        }
    }
}
