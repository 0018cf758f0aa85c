package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.handler.linux.KernelVersion;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Injection;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Page;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;

/// Converting a batch of pages in two steps, the page table and the host, and what follows when the host does not do
/// its part.
///
/// The guest learns of a refusal, and nothing that it could rely on of how far the host has come: what the host says of
/// that is the host's word.
final class Conversion {
    private final ScenarioState state;
    private int requests;
    private int undoRequests;
    private int notifications;

    Conversion(ScenarioState state) {
        this.state = state;
    }

    void convert(List<PageState> pages, Attribute to) {
        if (change(pages, to, false)) {
            return;
        }
        if (state.machine == Machine.SEV) {
            unnotified(pages, to);
        } else {
            refused(pages, to, state.policy.refusal());
        }
    }

    /// Does the two steps in the order of the machine and the kernel, and returns whether both worked.
    private boolean change(List<PageState> pages, Attribute to, boolean undo) {
        boolean tableFirst = tableFirst(to);
        if (tableFirst) {
            setAttribute(pages, to);
        }
        boolean done = state.machine == Machine.SEV ? notify(pages, to) : ask(pages, to, undo);
        if (done && !tableFirst) {
            setAttribute(pages, to);
        }
        return done;
    }

    /// Whether the page table is changed before the host is asked. TDX: arch/x86/coco/tdx/tdx.c,
    /// `tdx_enc_status_change_prepare`, since Linux 6.5. SEV-SNP: arch/x86/mm/mem_encrypt_amd.c,
    /// `amd_enc_status_change_prepare`.
    private boolean tableFirst(Attribute to) {
        return switch (state.machine) {
            case SEV -> true;
            case SEV_SNP -> to == Attribute.PRIVATE;
            case TDX, TDX_PARTIAL_WRITE ->
                to == Attribute.SHARED || state.policy.kernel().compareTo(KernelVersion.V6_5) < 0;
        };
    }

    private void setAttribute(List<PageState> pages, Attribute to) {
        state.timeline.begin("page table: %s %s".formatted(Pages.names(pages), to.label()));
        for (PageState page : pages) {
            page.guest = to;
            page.tlb = page.present ? to : null;
        }
    }

    private boolean ask(List<PageState> pages, Attribute to, boolean undo) {
        for (PageState page : pages) {
            String what = "make %s %s".formatted(page.name, to.label());
            state.timeline.begin("ask the host to " + what);
            if (undo ? state.fails(new Injection.UndoFails(++undoRequests)) : isNextRefused()) {
                state.timeline.add(new TimelineEvent.Refused(what));
                return false;
            }
            page.convert(to);
        }
        return true;
    }

    /// Counts a request to the host, and returns whether it is refused.
    boolean isNextRefused() {
        return state.fails(new Injection.HostRefuses(++requests));
    }

    /// One hypercall for the batch (Linux arch/x86/mm/mem_encrypt_amd.c, `enc_dec_hypercall`, `KVM_HC_MAP_GPA_RANGE`).
    private boolean notify(List<PageState> pages, Attribute to) {
        state.timeline.begin("tell the host that %s %s %s"
                .formatted(Pages.names(pages), pages.size() == 1 ? "is" : "are", to.label()));
        if (state.fails(new Injection.NotificationFails(++notifications))) {
            state.timeline.add(new TimelineEvent.Refused("the hypercall fails"));
            pages.forEach(page -> page.untold = true);
            return false;
        }
        pages.forEach(page -> {
            page.host = to;
            page.untold = false;
        });
        return true;
    }

    /// Deals with a refusal.
    void refused(List<PageState> pages, Attribute to, ScenarioPolicy.Refusal reaction) {
        switch (reaction) {
            case PANIC -> state.panic("the host does not convert memory");
            case TERMINATE -> state.terminate("page state change");
            case IGNORE -> warn(pages, to);
            case LEAK -> {
                warn(pages, to);
                if (!state.isGuestOver()) {
                    state.returnError("-EIO");
                    state.leak(pages);
                }
            }
            case UNDO -> {
                warn(pages, to);
                if (!state.isGuestOver()) {
                    undo(pages, to);
                }
            }
        }
    }

    /// The kernel itself warns since Linux 6.9 (arch/x86/mm/pat/set_memory.c, `__set_memory_enc_pgtable`).
    private void warn(List<PageState> pages, Attribute to) {
        if (state.policy.kernel().compareTo(KernelVersion.V6_12) >= 0) {
            state.warn("CPA VMM failure to convert memory (%d pages) to %s".formatted(pages.size(), to.label()));
        }
    }

    private void undo(List<PageState> pages, Attribute to) {
        if (change(pages, to.opposite(), true)) {
            state.returnError("-EIO, and its pages as they were");
        } else if (state.policy.failedUndo() == ScenarioPolicy.Refusal.UNDO) {
            throw new IllegalArgumentException("an undo that failed is not undone");
        } else {
            refused(pages, to.opposite(), state.policy.failedUndo());
        }
    }

    private void unnotified(List<PageState> pages, Attribute to) {
        Page.Span span = pages.getFirst().span;
        ScenarioPolicy.Notification reaction =
                state.policy.notification().getOrDefault(span, ScenarioPolicy.Notification.IGNORE);
        switch (reaction) {
            case IGNORE -> state.timeline.note("nobody looks at what the hypercall returns");
            case WARN -> state.warn("the host could not be told that %s changed".formatted(Pages.names(pages)));
            case BUG -> bug(pages, span);
            case PROPAGATE -> {
                setAttribute(pages, to.opposite());
                pages.forEach(page -> page.untold = false);
                state.returnError("-EIO, and its pages as they were");
                state.losses.addTransfers(pages);
            }
            case BLOCK -> block(MigrationControl.NOT_READY);
            case BLOCK_FOR_NOW -> block(MigrationControl.NOT_NOW);
            case BLOCK_FOR_GOOD -> block(MigrationControl.NEVER);
        }
    }

    private void bug(List<PageState> pages, Page.Span span) {
        state.log("kernel BUG: the host could not be told");
        if (span == Page.Span.KEPT) {
            state.panic("Attempted to kill init! exitcode=0x0000000b");
        } else {
            state.losses.addTask();
            state.leak(pages);
        }
    }

    private void block(MigrationControl control) {
        state.knowledge.tell(Witness.HOST);
        // A block for good is not softened by a later one.
        if (state.losses.migration() != MigrationControl.NEVER) {
            state.losses.setMigration(control);
        }
        state.timeline.note("the register for migration: " + control.text());
    }

    /// Takes pages back that are shared for a short while.
    void release(List<PageState> pages) {
        List<PageState> shared = pages.stream()
                .filter(page -> page.guest == Attribute.SHARED && page.owner == PageState.Owner.CALLER).toList();
        if (shared.isEmpty()) {
            state.timeline.note("there is nothing to take back");
            return;
        }
        convert(shared, Attribute.PRIVATE);
        if (state.losses.migration() == MigrationControl.NOT_NOW
                && state.pages.all().stream().noneMatch(page -> page.untold)) {
            state.losses.setMigration(MigrationControl.READY);
            state.timeline.note("the register for migration: " + MigrationControl.READY.text());
        }
    }
}
