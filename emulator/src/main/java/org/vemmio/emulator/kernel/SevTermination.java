package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// How a guest asks its host to end it (Linux arch/x86/coco/sev/core.c, `exc_vmm_communication`).
final class SevTermination {
    private final Incident incident;
    private final Decision decision;
    private final PanicPath panics;

    SevTermination(Incident incident, Decision decision, PanicPath panics) {
        this.incident = incident;
        this.decision = decision;
        this.panics = panics;
    }

    Outcome.Failed run() {
        Failure failure = incident.failure();
        ReportSite site = incident.site();
        if (ReportSite.warnsByItself(failure) && incident.kernel().fire(site.place())) {
            Optional<Ending.Panic> end = panics.warn();
            if (end.isPresent()) {
                return new Outcome.Panic(failure, decision, end.get());
            }
        }
        Cpu cpu = incident.trapped().cpu();
        CommunicationFailure kind = CommunicationFailure.of(failure);
        incident.logLimited(kind.place(), kind.text(cpu.rip()));
        if (incident.isUser()) {
            return new Outcome.GeneralProtection(failure, decision, false, new Ending.Signal("SIGBUS"));
        }
        incident.log(new LogEntry.RegisterReport(CommunicationFailure.SHOW_REGS, incident.crash()));
        if (incident.configuration().hostTerminates()) {
            incident.kernel().terminate();
            return new Outcome.Terminated(failure, decision);
        }
        return new Outcome.Panic(failure, decision, panics.panic(CommunicationFailure.RETURNED,
                "Returned from Terminate-Request to Hypervisor", List.of(CommunicationFailure.ENTRY)));
    }
}
