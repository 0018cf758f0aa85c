package org.vemmio.emulator.kernel;

import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// How a guest asks its host to end it (Linux arch/x86/coco/sev/core.c, `exc_vmm_communication`).
final class TerminationPath {
    private final Incident incident;
    private final Decision decision;
    private final PanicPath panics;

    TerminationPath(Incident incident, Decision decision, PanicPath panics) {
        this.incident = incident;
        this.decision = decision;
        this.panics = panics;
    }

    /// Goes the way of a handler that does so by itself; for another one what refused is printed first.
    Outcome.Failed run() {
        Failure failure = incident.failure();
        Check.Site site = incident.site();
        Check.Termination where = incident.check().exit().termination().orElseGet(() -> {
            incident.logRefusal();
            return new Check.Termination(site.location(), site);
        });
        if (incident.isUser()) {
            return new Outcome.GeneralProtection(failure, decision, false, new Ending.Signal("SIGBUS"));
        }
        incident.log(new LogEntry.RegisterReport(where.registers(), incident.crash()));
        if (incident.configuration().hostTerminates()) {
            return incident.stop(new KernelStop.Terminated(), decision);
        }
        return new Outcome.Panic(failure, decision, panics.panic(where.returned().location(),
                "Returned from Terminate-Request to Hypervisor", where.returned().callers()));
    }
}
