package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.Witness;

/// What a guest does with pages that it does not convert, and how it fares when it is to be migrated.
final class GuestSteps {
    private final ScenarioState state;
    private final GuestTraps traps;

    GuestSteps(ScenarioState state, GuestTraps traps) {
        this.state = state;
        this.traps = traps;
    }

    void free(List<PageState> pages) {
        List<PageState> leaked = pages.stream().filter(page -> page.owner == PageState.Owner.LEAKED).toList();
        pages.stream().filter(page -> !leaked.contains(page)).forEach(page -> page.owner = PageState.Owner.ALLOCATOR);
        if (!leaked.isEmpty()) {
            state.timeline.note("out of use for ever: " + Pages.names(leaked));
        }
    }

    void store(List<PageState> pages) {
        List<PageState> owned = pages.stream().filter(page -> page.owner == PageState.Owner.ALLOCATOR).toList();
        if (owned.size() < pages.size()) {
            state.timeline.note("nobody owns "
                    + Pages.names(pages.stream().filter(page -> !owned.contains(page)).toList()));
        }
        owned.forEach(this::store);
    }

    private void store(PageState page) {
        if (state.isGuestOver()) {
            return;
        }
        switch (PageAccess.of(state.machine, page, page.guest)) {
            case PRIVATE_MEMORY -> state.timeline.note(page.name + " is private");
            case SHARED_MEMORY -> state.expose(page, "it is shared");
            case HOST_CONVERTS -> {
                page.convert(Attribute.SHARED);
                state.expose(page, "the host has made it shared");
            }
            case TRAP_ON_SHARED -> trappedStore(page, Attribute.SHARED);
            case TRAP_ON_PRIVATE -> trappedStore(page, Attribute.PRIVATE);
            case NOT_VALIDATED -> terminate();
            case DAMAGED -> lose(page);
        }
    }

    private void trappedStore(PageState page, Attribute address) {
        GuestTraps.Answer answer = traps.ask(state.policy.kernel(), address, GuestTraps.Kind.STORE);
        if (answer.result() == GuestTraps.Result.EMULATED) {
            state.expose(page, "the handler sends the value in a hypercall");
        } else {
            die(answer);
        }
    }

    void load(PageState page) {
        switch (PageAccess.of(state.machine, page, page.guest)) {
            case PRIVATE_MEMORY, SHARED_MEMORY -> state.timeline.note("it reads what is there");
            case HOST_CONVERTS -> {
                page.convert(Attribute.SHARED);
                state.loseData(page, "the host has made it shared");
            }
            case TRAP_ON_SHARED -> trappedLoad(Attribute.SHARED);
            case TRAP_ON_PRIVATE -> trappedLoad(Attribute.PRIVATE);
            case NOT_VALIDATED -> terminate();
            case DAMAGED -> lose(page);
        }
    }

    private void trappedLoad(Attribute address) {
        GuestTraps.Answer answer = traps.ask(state.policy.kernel(), address, GuestTraps.Kind.LOAD);
        if (answer.result() == GuestTraps.Result.EMULATED) {
            state.timeline.note("the host answers");
        } else {
            die(answer);
        }
    }

    private void die(GuestTraps.Answer answer) {
        if (answer.result() == GuestTraps.Result.PANIC) {
            state.panic(answer.message());
        } else {
            state.oops(answer.message());
        }
    }

    private void terminate() {
        state.terminate("#VC on a page that is not validated");
    }

    private void lose(PageState page) {
        state.stop(new ScenarioEnd.GuestLost(page.damage == PageState.Damage.POISON
                ? "it reads a poisoned line" : "what it reads fails its integrity check"));
    }

    void migrate() {
        state.timeline.add(new TimelineEvent.Answered(state.losses.migration()));
        if (state.losses.migration() != MigrationControl.READY) {
            state.knowledge.tell(Witness.MIGRATION);
            return;
        }
        for (PageState page : state.pages.all()) {
            if (page.guest != page.host) {
                state.loseData(page, "moved as %s memory, which it is not".formatted(page.host.label()));
            }
        }
    }
}
