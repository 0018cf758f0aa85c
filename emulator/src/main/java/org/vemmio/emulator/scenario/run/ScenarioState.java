package org.vemmio.emulator.scenario.run;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.scenario.Injection;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;

/// How far a scenario has come: the pages, the timeline, and what has come out.
final class ScenarioState {
    private static final String PANIC_ON_WARN = "kernel: panic_on_warn set ...";

    final Machine machine;
    final ScenarioPolicy policy;
    private final List<Injection> injections;
    private final Map<String, PageState> pages = new LinkedHashMap<>();
    private final List<TimelineEntry> timeline = new ArrayList<>();
    private final Set<String> memory = new TreeSet<>();
    private final Set<String> data = new TreeSet<>();
    private final Set<String> transfers = new TreeSet<>();
    private final Set<String> exposed = new TreeSet<>();
    private final Set<Witness> witnesses = EnumSet.noneOf(Witness.class);
    private final List<LoadRow> loads = new ArrayList<>();
    private String step = "at the start";
    private List<Event> events = new ArrayList<>();
    private int tasks;
    private int accesses;
    private int warnings;
    private MigrationControl migration = MigrationControl.READY;
    private ScenarioEnd end = new ScenarioEnd.Running();

    ScenarioState(Scenario scenario, ScenarioPolicy policy) {
        this.machine = scenario.machine();
        this.policy = policy;
        this.injections = scenario.injections();
        scenario.pages().forEach(page -> pages.put(page.name(), new PageState(page)));
    }

    PageState page(String name) {
        PageState page = pages.get(name);
        if (page == null) {
            throw new IllegalArgumentException(
                    "no page '%s'; %s".formatted(name, Suggestions.hint(name, pages.keySet(), "there are")));
        }
        return page;
    }

    List<PageState> pages(List<String> names) {
        return names.stream().map(this::page).toList();
    }

    List<PageState> pages() {
        return List.copyOf(pages.values());
    }

    /// Ends the moment that goes on, and begins another.
    void begin(String what) {
        endMoment();
        step = what;
        events = new ArrayList<>();
    }

    private void endMoment() {
        timeline.add(new TimelineEntry(step, events, pages.values().stream().map(PageState::snapshot).toList()));
    }

    void add(Event event) {
        events.add(event);
    }

    void tell(Witness witness) {
        witnesses.add(witness);
    }

    void log(String text) {
        add(new Event.Logged(text));
        tell(Witness.KERNEL_LOG);
    }

    /// Logs a warning, which is a panic where the policy says so.
    void warn(String text) {
        warnings++;
        log("WARNING: " + text);
        if (policy.failurePolicy().panicOnWarn()) {
            panic(PANIC_ON_WARN);
        }
    }

    /// Counts warnings that a [org.vemmio.emulator.kernel.GuestKernel] has logged.
    void countWarnings(int number) {
        warnings += number;
        if (number > 0) {
            tell(Witness.KERNEL_LOG);
        }
    }

    void panic(String message) {
        log("Kernel panic - not syncing: " + message);
        stop(new ScenarioEnd.Panicked(message));
    }

    void returnError(String error) {
        add(new Event.Returned(error));
        tell(Witness.CALLER);
    }

    void leak(List<PageState> leaked) {
        leaked.forEach(page -> {
            page.owner = PageState.Owner.LEAKED;
            memory.add(page.name);
        });
        add(new Event.Leaked(leaked.stream().map(page -> page.name).toList()));
    }

    void expose(PageState page, String how) {
        exposed.add(page.name);
        add(new Event.Exposed(page.name, how));
    }

    void loseData(PageState page, String how) {
        data.add(page.name);
        add(new Event.DataLost(page.name, how));
    }

    void loseTransfers(List<PageState> lost) {
        lost.forEach(page -> transfers.add(page.name));
    }

    void loseTask() {
        tasks++;
    }

    void loseAccesses(int number) {
        accesses += number;
    }

    void addLoad(LoadRow row) {
        loads.add(row);
        add(new Event.Loaded(row));
    }

    MigrationControl migration() {
        return migration;
    }

    void control(MigrationControl control) {
        migration = control;
    }

    /// Ends the guest. Where the machine does it, the host is told.
    void stop(ScenarioEnd how) {
        if (how instanceof ScenarioEnd.GuestLost) {
            tell(Witness.HOST);
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
    ScenarioResult account(Map<String, LaterAccess> touches) {
        endMoment();
        boolean over = isGuestOver();
        Losses losses = over ? Losses.EVERYTHING
                : new Losses(false, memory, data, transfers, tasks, accesses, migration);
        Map<String, LaterAccess> later = over ? Map.of() : new TreeMap<>(touches);
        return new ScenarioResult(policy, timeline, end,
                new ScenarioExpectation(end.kind(), losses, exposed, witnesses, warnings, later, loads));
    }

    /// Whether an injection of the scenario or of the policy is equal to `injection`.
    boolean fails(Injection injection) {
        return injections.contains(injection) || policy.injections().contains(injection);
    }
}
