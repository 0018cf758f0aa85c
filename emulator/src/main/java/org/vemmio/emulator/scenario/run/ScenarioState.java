package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.vemmio.emulator.scenario.Injection;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;

/// How far a scenario has come. Its methods are what happens in more than one of its parts at once.
final class ScenarioState {
    private static final String PANIC_ON_WARN = "kernel: panic_on_warn set ...";

    final Machine machine;
    final ScenarioPolicy policy;
    final Pages pages;
    final Timeline timeline;
    final LossCount losses = new LossCount();
    final Knowledge knowledge = new Knowledge();
    private final List<Injection> injections;
    private ScenarioEnd end = new ScenarioEnd.Running();

    ScenarioState(Scenario scenario, ScenarioPolicy policy) {
        this.machine = scenario.machine();
        this.policy = policy;
        this.pages = new Pages(scenario.pages());
        this.timeline = new Timeline(pages);
        this.injections = Stream.concat(scenario.injections().stream(), policy.injections().stream()).toList();
    }

    /// Whether an injection of the scenario or of the policy is equal to `injection`.
    boolean fails(Injection injection) {
        return injections.contains(injection);
    }

    void log(String text) {
        timeline.add(new TimelineEvent.Logged(text));
        knowledge.tell(Witness.KERNEL_LOG);
    }

    /// Logs a warning, which is a panic where the policy says so.
    void warn(String text) {
        knowledge.addWarnings(1);
        log("WARNING: " + text);
        if (policy.failurePolicy().panicOnWarn()) {
            panic(PANIC_ON_WARN);
        }
    }

    /// Logs an oops, which kills a task.
    void oops(String headline) {
        log(headline);
        losses.addTask();
    }

    void panic(String message) {
        log("Kernel panic - not syncing: " + message);
        stop(new ScenarioEnd.Panicked(message));
    }

    /// Asks the host to end the guest.
    void terminate(String reason) {
        knowledge.tell(Witness.HOST);
        stop(new ScenarioEnd.Terminated(reason));
    }

    /// Stops the guest's processor for good, of which nobody is told.
    void halt() {
        end = new ScenarioEnd.GuestLost("its processor loops for ever");
    }

    void returnError(String error) {
        timeline.add(new TimelineEvent.Returned(error));
        knowledge.tell(Witness.CALLER);
    }

    /// Notes something that the host cannot but see.
    void hostFault(String text) {
        timeline.add(new TimelineEvent.HostFault(text));
        knowledge.tell(Witness.HOST);
    }

    void leak(List<PageState> leaked) {
        leaked.forEach(page -> page.owner = PageState.Owner.LEAKED);
        losses.addMemory(leaked);
        timeline.add(new TimelineEvent.Leaked(leaked.stream().map(page -> page.name).toList()));
    }

    void expose(PageState page, String how) {
        knowledge.addExposed(page);
        timeline.add(new TimelineEvent.Exposed(page.name, how));
    }

    void loseData(PageState page, String how) {
        losses.addData(page);
        timeline.add(new TimelineEvent.DataLost(page.name, how));
    }

    /// Ends the guest. Where the machine does it, the host is told.
    void stop(ScenarioEnd how) {
        if (how instanceof ScenarioEnd.GuestLost) {
            knowledge.tell(Witness.HOST);
        }
        end = how;
    }

    boolean isGuestOver() {
        return !(end instanceof ScenarioEnd.Running);
    }

    boolean isHostOver() {
        return end instanceof ScenarioEnd.HostLost;
    }

    /// Ends the timeline and returns what came out.
    ///
    /// @param later what an access to each page would do, by page; empty if the guest is over
    ScenarioResult finish(Map<String, LaterAccess> later) {
        List<TimelineEntry> entries = timeline.finish();
        List<LoadRow> loads = entries.stream().flatMap(entry -> entry.events().stream())
                .<LoadRow>mapMulti((event, rows) -> {
                    if (event instanceof TimelineEvent.Loaded(LoadRow row)) {
                        rows.accept(row);
                    }
                }).toList();
        return new ScenarioResult(policy, entries, end,
                new ScenarioExpectation(end.kind(), isGuestOver() ? Losses.EVERYTHING : losses.losses(),
                        knowledge.exposed(), knowledge.witnesses(), knowledge.warnings(), later, loads));
    }
}
