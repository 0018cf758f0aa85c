package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Knobs;

/// From BUG(), or from an exception that nothing fixes up, to the death of a task or a panic (Linux
/// arch/x86/kernel/dumpstack.c, `die`, `die_addr`, `oops_end`; kernel/exit.c, `make_task_dead`).
final class OopsPath {
    private static final int SIGSEGV = 11;
    private static final String MACHINE = " PREEMPT SMP NOPTI";
    private static final String DUMPSTACK = "arch/x86/kernel/dumpstack.c";
    private static final SourceLocation DIE_ADDR = new SourceLocation(DUMPSTACK, 475, "die_addr");
    private static final SourceLocation DIE = new SourceLocation(DUMPSTACK, 465, "die");
    private static final SourceLocation OOPS_IN_INTERRUPT = new SourceLocation(DUMPSTACK, 398, "oops_end");
    private static final SourceLocation OOPS_IS_PANIC = new SourceLocation(DUMPSTACK, 400, "oops_end");
    private static final SourceLocation DEAD_IDLE = new SourceLocation("kernel/exit.c", 1017, "make_task_dead");
    private static final SourceLocation DEAD_TOO_OFTEN = new SourceLocation("kernel/exit.c", 1043, "make_task_dead");
    private static final SourceLocation DEAD_INIT = new SourceLocation("kernel/exit.c", 914, "do_exit");

    private final Incident incident;
    private final PanicPath panics;

    OopsPath(Incident incident, PanicPath panics) {
        this.incident = incident;
        this.panics = panics;
    }

    /// Follows BUG() in the handler itself.
    Ending bug() {
        Check.Site site = incident.site();
        incident.log(new LogEntry.BugReport(site.location()));
        if (incident.taken(DieEvent.TRAP)) {
            return new Ending.Notified();
        }
        return oops(DIE, "invalid opcode", site.stack());
    }

    /// Follows an exception of the instruction that trapped, which has no fixup.
    Ending exception() {
        if (incident.taken(DieEvent.GPF)) {
            return new Ending.Notified();
        }
        return oops(DIE_ADDR, incident.check().exit().exception().dieString(), List.of());
    }

    private Ending oops(SourceLocation place, String what, List<String> handlerStack) {
        KernelMemory kernel = incident.kernel();
        Optional<Registers> shown =
                handlerStack.isEmpty() ? Optional.of(incident.trapped().registers()) : Optional.empty();
        String headline = "Oops: " + what + ": 0000 [#" + kernel.countOops(shown) + "]" + MACHINE;
        incident.log(new LogEntry.Oops(place, headline, handlerStack, incident.crash(), kernel.firstOops()));
        boolean taken = incident.taken(DieEvent.OOPS);
        kernel.taint(Taint.DIE);
        return taken ? new Ending.Notified() : die(headline);
    }

    private Ending die(String headline) {
        Knobs knobs = incident.knobs();
        Context.Kind kind = incident.trapped().context().kind();
        if (kind == Context.Kind.INTERRUPT) {
            return panic(OOPS_IN_INTERRUPT, "Fatal exception in interrupt");
        }
        if (knobs.panicOnOops()) {
            return panic(OOPS_IS_PANIC, "Fatal exception");
        }
        if (kind == Context.Kind.IDLE) {
            return panic(DEAD_IDLE, "Attempted to kill the idle task!");
        }
        int deaths = incident.kernel().countDeath();
        if (knobs.oopsLimit() != 0 && deaths >= knobs.oopsLimit()) {
            return panic(DEAD_TOO_OFTEN, "Oopsed too often (kernel.oops_limit is %d)".formatted(knobs.oopsLimit()));
        }
        if (kind == Context.Kind.INIT) {
            return panic(DEAD_INIT, "Attempted to kill init! exitcode=0x%08x".formatted(SIGSEGV));
        }
        return new Ending.Oops(headline);
    }

    private Ending.Panic panic(SourceLocation place, String message) {
        return panics.panic(place, message, List.of());
    }
}
