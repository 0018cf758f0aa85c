package org.vemmio.emulator.scenario.run;

import java.util.Map;
import java.util.TreeMap;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.LaterAccess;

/// What an ordinary access by the guest's kernel to each page would do, once the steps are done.
final class LaterAccesses {
    private final ScenarioState state;
    private final GuestTraps traps;

    LaterAccesses(ScenarioState state, GuestTraps traps) {
        this.state = state;
        this.traps = traps;
    }

    /// Returns the accesses by the names of the pages.
    Map<String, LaterAccess> all() {
        Map<String, LaterAccess> accesses = new TreeMap<>();
        state.pages.all().forEach(page -> accesses.put(page.name, of(page)));
        return accesses;
    }

    private LaterAccess of(PageState page) {
        if (!page.present) {
            return LaterAccess.PAGE_FAULT;
        }
        return switch (PageAccess.of(state.machine, page, page.guest)) {
            case PRIVATE_MEMORY -> LaterAccess.PRIVATE_MEMORY;
            case SHARED_MEMORY -> LaterAccess.SHARED_MEMORY;
            case TRAP_ON_SHARED -> of(Attribute.SHARED);
            case TRAP_ON_PRIVATE -> of(Attribute.PRIVATE);
            case NOT_VALIDATED -> LaterAccess.TERMINATED;
            case HOST_CONVERTS -> LaterAccess.HOST_CONVERTS;
            case DAMAGED -> LaterAccess.GUEST_LOST;
        };
    }

    private LaterAccess of(Attribute address) {
        return switch (traps.ask(state.policy.kernel(), address, GuestTraps.Kind.LOAD).result()) {
            case EMULATED -> LaterAccess.HOST_ANSWERS;
            case OOPS -> LaterAccess.OOPS;
            case PANIC -> LaterAccess.PANIC;
            case FIXUP -> throw new IllegalStateException("an ordinary load has no fixup");
        };
    }
}
