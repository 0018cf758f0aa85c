package org.vemmio.emulator.kernel;

import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.SourceLocation;

/// How a guest asks its host to end it (Linux arch/x86/coco/sev/core.c, `exc_vmm_communication`).
final class SevTermination {
    private static final String CORE = "arch/x86/coco/sev/core.c";
    private static final SourceLocation SHOW_REGS = new SourceLocation(CORE, 2129, "exc_vmm_communication");
    /// Where the kernel panics if the host lets it go on.
    private static final SourceLocation RETURNED = new SourceLocation(CORE, 2135, "exc_vmm_communication");
    /// The function above both.
    private static final String ENTRY = "asm_exc_vmm_communication";

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
        if (incident.check().printed().warnsOnce() && incident.kernel().fire(incident.site().location())) {
            Optional<Ending.Panic> end = panics.warn();
            if (end.isPresent()) {
                return new Outcome.Panic(failure, decision, end.get());
            }
        }
        incident.logGivingUp();
        if (incident.isUser()) {
            return new Outcome.GeneralProtection(failure, decision, false, new Ending.Signal("SIGBUS"));
        }
        incident.log(new LogEntry.RegisterReport(SHOW_REGS, incident.crash()));
        if (incident.configuration().hostTerminates()) {
            return incident.stop(new KernelStop.Terminated(), decision);
        }
        return new Outcome.Panic(failure, decision, panics.panic(RETURNED,
                "Returned from Terminate-Request to Hypervisor", List.of(ENTRY)));
    }
}
