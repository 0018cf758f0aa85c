package org.vemmio.emulator.kernel;

import java.util.Optional;
import java.util.OptionalInt;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.outcome.SourceLocation;

/// The way of one Failure through a kernel that runs, from what the policy decided to what became of the guest.
final class FailurePath {
    private static final SourceLocation SHOW_SIGNAL =
            new SourceLocation("arch/x86/kernel/traps.c", 208, "show_signal");
    private static final SourceLocation SEARCH = new SourceLocation("arch/x86/mm/extable.c", 319, "fixup_exception");

    private final Incident incident;
    private final Failure failure;
    private final Decision decision;
    private final PanicPath panics;
    private final OopsPath oopses;

    FailurePath(Incident incident, Decision decision) {
        this.incident = incident;
        this.failure = incident.failure();
        this.decision = decision;
        this.panics = new PanicPath(incident);
        this.oopses = new OopsPath(incident, panics);
    }

    /// Where the policy does what the handler does by itself, the handler prints what it prints.
    Outcome.Failed run() {
        boolean byItself = decision.action().equals(incident.check().own());
        Check.Printed printed = byItself ? incident.check().printed() : Check.Printed.NOTHING;
        boolean warnsApart = !(decision.action() instanceof Action.WarnAndGeneralProtection);
        if (warnsApart && printed.warning().map(Check.Warning::frequency).filter(incident::warns).isPresent()) {
            Optional<Ending.Panic> end = panics.warn();
            if (end.isPresent()) {
                return new Outcome.Panic(failure, decision, end.get());
            }
        }
        if (warnsApart) {
            printed.line().ifPresent(incident::log);
        }
        return act(printed);
    }

    private Outcome.Failed act(Check.Printed printed) {
        return switch (decision.action()) {
            case Action.Own _ -> throw new IllegalArgumentException("a decision tells what 'own' is");
            case Action.Propagate _ -> propagated();
            case Action.Recover(Recovery how) -> recover(how);
            case Action.Panic _ -> new Outcome.Panic(failure, decision, panics.panicAtSite());
            case Action.Terminate _ -> new TerminationPath(incident, decision, panics).run();
            case Action.Halt _ -> incident.stop(new KernelStop.Halted(), decision);
            case Action.Abort _ -> incident.stop(new KernelStop.Aborted(), decision);
            case Action.Inject(int vector, OptionalInt errorCode) ->
                new Outcome.Injected(failure, decision, vector, errorCode);
            case Action.VmmError _ -> new Outcome.VmmError(failure, decision);
            case Action.Bug _ -> new Outcome.Bug(failure, decision, oopses.bug());
            case Action.GeneralProtection _ -> generalProtection(false);
            case Action.WarnAndGeneralProtection(boolean once) -> {
                boolean prints = !once || incident.kernel().fire(incident.site().location());
                Optional<Ending.Panic> end = prints ? panics.warn() : Optional.empty();
                if (end.isEmpty()) {
                    printed.line().ifPresent(incident::log);
                }
                yield end.<Outcome.Failed>map(panic -> ending(true, panic)).orElseGet(() -> generalProtection(prints));
            }
        };
    }

    private Outcome.Failed recover(Recovery how) {
        return switch (how) {
            case Recovery.Fixup _ -> recover(find());
            case Recovery.Zeropad _ -> recover(find().filter(entry -> entry.type() == FixupType.ZEROPAD));
            case Recovery.Skip _, Recovery.Handler _ ->
                throw new IllegalArgumentException("'" + decision.text() + "' needs an engine");
        };
    }

    private Outcome.Failed recover(Optional<ExceptionEntry> entry) {
        return entry.filter(this::isModelled).flatMap(this::apply)
                .<Outcome.Failed>map(fixup -> new Outcome.Recovered(failure, decision, fixup, null))
                .orElseGet(this::propagated);
    }

    private Outcome.Failed generalProtection(boolean warned) {
        if (incident.isUser()) {
            return ending(warned, signal());
        }
        Optional<ExceptionEntry> entry = find();
        if (entry.isPresent()) {
            if (!isModelled(entry.get())) {
                return propagated();
            }
            Optional<Ending.Fixup> fixup = apply(entry.get());
            if (fixup.isPresent()) {
                return ending(warned, fixup.get());
            }
        }
        return ending(warned, oopses.exception());
    }

    private Optional<ExceptionEntry> find() {
        return incident.isUser() ? Optional.empty()
                : incident.configuration().exceptionTable().find(incident.trapped().cpu().rip());
    }

    private boolean isModelled(ExceptionEntry entry) {
        if (!entry.type().isModelled()) {
            incident.log(new LogEntry.Message(SEARCH,
                    "the exception table's entry for 0x%x has type %s, which is not modelled"
                            .formatted(entry.insn(), entry.type().label())));
        }
        return entry.type().isModelled();
    }

    private Optional<Ending.Fixup> apply(ExceptionEntry entry) {
        Check.Raised exception = incident.check().exit().exception();
        boolean addressed = switch (incident.knobs().faultAddress()) {
            case LINEAR -> true;
            case ZERO -> false;
            case OWN -> exception.addressed();
        };
        return Fixups.apply(entry, new Fixups.Fault(exception.vector(), addressed ? failure.gla() : 0),
                incident.trapped().cpu(), incident.trapped().memory());
    }

    private Ending signal() {
        Cpu cpu = incident.trapped().cpu();
        Context context = incident.trapped().context();
        incident.logLimited(SHOW_SIGNAL, "traps: %s[%d] %s ip:%x sp:%x error:0".formatted(context.comm(),
                context.pid(), incident.check().exit().exception().dieString(), cpu.rip(), cpu.gpr(Gpr.RSP)));
        return new Ending.Signal("SIGSEGV");
    }

    private Outcome.Failed propagated() {
        return new Outcome.Propagated(failure, decision);
    }

    private Outcome.Failed ending(boolean warned, Ending ending) {
        return new Outcome.GeneralProtection(failure, decision, warned, ending);
    }
}
