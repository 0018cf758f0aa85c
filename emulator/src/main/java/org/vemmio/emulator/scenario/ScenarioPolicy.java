package org.vemmio.emulator.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.vemmio.emulator.handler.linux.KernelVersion;
import org.vemmio.emulator.policy.FailurePolicy;

/// One way of dealing with what goes wrong in a scenario, and what must come out. Immutable.
///
/// @param name how it is called
/// @param kernel the version of the guest's kernel, which decides what it does with a trap, and in which order TDX
///     pages become private
/// @param refusal what the guest does when the host refuses to convert a page
/// @param failedUndo what it does when undoing that is refused too
/// @param notification what it does when the host cannot be told of a change, for each span of sharing
/// @param kexec whether the host starts another kernel while it may have poisoned memory
/// @param failurePolicy what it does with an instruction that the handler refuses, with `panic_on_warn`, which holds
///     for the scenario's other warnings too
/// @param transition how a page changes sides beside a load
/// @param injections what fails, beside the scenario's own injections
/// @param steps what is done after the scenario's own steps
/// @param expectation what must come out
public record ScenarioPolicy(String name, KernelVersion kernel, Refusal refusal, Refusal failedUndo,
        Map<Page.Span, Notification> notification, Kexec kexec, FailurePolicy failurePolicy, Transition transition,
        List<Injection> injections, List<Step> steps, ScenarioExpectation expectation) {
    /// Creates a policy; the collections are copied.
    public ScenarioPolicy {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kernel);
        notification = Map.copyOf(notification);
        injections = List.copyOf(injections);
        steps = List.copyOf(steps);
    }

    /// What a guest does when its host refuses a conversion. Since Linux 6.9 the kernel warns, whatever its callers do
    /// then (arch/x86/mm/pat/set_memory.c, `__set_memory_enc_pgtable`).
    public enum Refusal {
        /// panic().
        PANIC,
        /// Ask the host to end the guest (Linux arch/x86/coco/sev/core.c, `__set_pages_state`).
        TERMINATE,
        /// Hand the error up, and never give the pages back to the allocator (as Linux kernel/dma/direct.c,
        /// `dma_direct_alloc`).
        LEAK,
        /// Convert all pages of the batch back, and hand the error up.
        UNDO,
        /// Go on as if it had worked.
        IGNORE
    }

    /// What a guest does when it cannot tell its host that pages have changed.
    public enum Notification {
        /// Nothing (Linux arch/x86/kernel/kvm.c, `kvm_sev_hc_page_enc_status`, whose callers return void).
        IGNORE,
        /// WARN.
        WARN,
        /// BUG(): at boot a panic, later a task less.
        BUG,
        /// Change the pages back and hand the error up.
        PROPAGATE,
        /// Clear the ready bit of the register for migration, which does not tell for how long.
        BLOCK,
        /// Block migration until the pages have changed back, and say so.
        BLOCK_FOR_NOW,
        /// Block migration for good, and say so.
        BLOCK_FOR_GOOD
    }

    /// What a host does about another kernel while there may be poison in its memory.
    public enum Kexec {
        /// Start it.
        ALLOW,
        /// Refuse, as Linux does with the erratum (arch/x86/kernel/machine_kexec_64.c, `machine_kexec_prepare`).
        REFUSE
    }

    /// How a page changes sides, and who gets the trap of a load that comes in between.
    ///
    /// @param order the steps, in order
    /// @param traps who gets a trap
    /// @param walk how the notify step finds the physical address
    public record Transition(List<TransitionStep> order, TrapTarget traps, AddressWalk walk) {
        /// Creates a transition; the list is copied.
        public Transition {
            order = List.copyOf(order);
        }
    }

    /// Who gets a #VE or #VC.
    public enum TrapTarget {
        /// The guest's kernel.
        KERNEL,
        /// A paravisor under it, as on Hyper-V (Linux arch/x86/hyperv/ivm.c, `hv_vtom_clear_present`).
        PARAVISOR
    }

    /// How a linear address becomes a physical one.
    public enum AddressWalk {
        /// Insists on entries that are present (Linux mm/vmalloc.c, `vmalloc_to_page`).
        VMALLOC_TO_PAGE,
        /// Does not (Linux arch/x86/mm/pat/set_memory.c, `slow_virt_to_phys`).
        SLOW_VIRT_TO_PHYS;

        /// {@return the name of the Linux function}
        public String function() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
