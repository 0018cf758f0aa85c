package org.vemmio.emulator.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.LoadEnd;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;

/// Whatever of an expectation is changed, the scenario no longer ends as expected.
class TamperingTest {
    @ParameterizedTest
    @MethodSource("org.vemmio.emulator.scenario.run.Scenarios#all")
    void anyChangeOfAnExpectationIsFound(Scenario scenario, ScenarioPolicy policy) {
        ScenarioExpectation outcome = ScenarioRun.play(scenario, policy).outcome();
        for (Tampered tampered : tampered(policy.expectation())) {
            assertThat(tampered.expectation.differences(outcome)).as(tampered.toString()).isNotEmpty()
                    .allSatisfy(line -> assertThat(line).startsWith(tampered.key + ": expected "));
        }
    }

    private record Tampered(String key, ScenarioExpectation expectation) {
    }

    private static List<Tampered> tampered(ScenarioExpectation e) {
        List<Tampered> all = new ArrayList<>();
        for (ScenarioEnd.Kind end : EnumSet.complementOf(EnumSet.of(e.end()))) {
            all.add(new Tampered("end", new ScenarioExpectation(end, e.losses(), e.exposed(), e.witnesses(),
                    e.warnings(), e.laterAccesses(), e.loads())));
        }
        for (Losses losses : otherLosses(e.losses())) {
            all.add(new Tampered("loses", new ScenarioExpectation(e.end(), losses, e.exposed(), e.witnesses(),
                    e.warnings(), e.laterAccesses(), e.loads())));
        }
        all.add(new Tampered("host-learns", new ScenarioExpectation(e.end(), e.losses(), other(e.exposed(), "other"),
                e.witnesses(), e.warnings(), e.laterAccesses(), e.loads())));
        for (Witness witness : Witness.values()) {
            all.add(new Tampered("known-to", new ScenarioExpectation(e.end(), e.losses(), e.exposed(),
                    other(e.witnesses(), witness), e.warnings(), e.laterAccesses(), e.loads())));
        }
        all.add(new Tampered("warnings", new ScenarioExpectation(e.end(), e.losses(), e.exposed(), e.witnesses(),
                e.warnings() + 1, e.laterAccesses(), e.loads())));
        all.add(new Tampered("touch", new ScenarioExpectation(e.end(), e.losses(), e.exposed(), e.witnesses(),
                e.warnings(), otherAccesses(e.laterAccesses()), e.loads())));
        all.add(new Tampered("loads", new ScenarioExpectation(e.end(), e.losses(), e.exposed(), e.witnesses(),
                e.warnings(), e.laterAccesses(), otherLoads(e.loads()))));
        return all;
    }

    private static Map<String, LaterAccess> otherAccesses(Map<String, LaterAccess> accesses) {
        Map<String, LaterAccess> others = new TreeMap<>(accesses);
        others.replaceAll((page, access) -> access == LaterAccess.OOPS ? LaterAccess.PANIC : LaterAccess.OOPS);
        others.putIfAbsent("other", LaterAccess.OOPS);
        return others;
    }

    private static List<LoadRow> otherLoads(List<LoadRow> loads) {
        List<LoadRow> others = new ArrayList<>(loads);
        if (others.isEmpty()) {
            others.add(new LoadRow("start", LoadEnd.LOADS, LoadEnd.LOADS, Optional.empty()));
        } else {
            LoadRow last = others.removeLast();
            others.add(new LoadRow(last.after(), last.walk(), last.tlb(), Optional.of(LoadEnd.PARAVISOR)));
        }
        return others;
    }

    private static List<Losses> otherLosses(Losses l) {
        return List.of(
                new Losses(!l.everything(), l.memory(), l.data(), l.transfers(), l.tasks() + 1, l.accesses(),
                        l.migration()),
                new Losses(false, other(l.memory(), "m"), l.data(), l.transfers(), l.tasks(), l.accesses(),
                        l.migration()),
                new Losses(false, l.memory(), other(l.data(), "d"), l.transfers(), l.tasks(), l.accesses(),
                        l.migration()),
                new Losses(false, l.memory(), l.data(), other(l.transfers(), "t"), l.tasks(), l.accesses(),
                        l.migration()),
                new Losses(false, l.memory(), l.data(), l.transfers(), l.tasks(), l.accesses() + 1, l.migration()),
                new Losses(false, l.memory(), l.data(), l.transfers(), l.tasks(), l.accesses(),
                        l.migration() == MigrationControl.NEVER ? MigrationControl.NOT_NOW : MigrationControl.NEVER));
    }

    /// The set with the element taken out, or put in.
    private static <T> Set<T> other(Set<T> elements, T element) {
        Set<T> others = new TreeSet<>(elements);
        if (!others.remove(element)) {
            others.add(element);
        }
        return others;
    }
}
