package org.vemmio.emulator.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.scenario.LoadEnd;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.TransitionStep;
import org.vemmio.emulator.scenario.file.ScenarioReader;

/// A load beside a page that changes sides, in every place between two steps, and in every order of the steps.
class InterleavingsTest {
    private static final Set<LoadEnd> HARMLESS = EnumSet.of(LoadEnd.LOADS, LoadEnd.PAGE_FAULT_FIXUP);
    private static final List<TransitionStep> NEW_ORDER = List.of(TransitionStep.values());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            zeropad-to-shared  | old order, Linux 6.12          | 7 | 3 TRAP_FIXUP
            zeropad-to-shared  | old order, Linux 6.1           | 7 | 3 OOPS
            zeropad-to-shared  | old order, paravisor           | 7 | 3 PARAVISOR
            zeropad-to-shared  | new order, Linux 6.12          | 8 |
            zeropad-to-shared  | new order, Linux 6.1           | 8 |
            zeropad-to-shared  | new order, paravisor           | 8 |
            zeropad-to-shared  | new order, vmalloc_to_page     | 8 | 2 TRAP_FIXUP
            zeropad-to-private | page table first, Linux 6.1    | 7 | 3 PANIC
            zeropad-to-private | page table first, Linux 5.19   | 7 | 3 OOPS
            zeropad-to-private | host first, Linux 6.5          | 7 | 3 TRAP_FIXUP
            zeropad-to-private | host first, paravisor          | 7 | 3 PARAVISOR
            zeropad-to-private | new order, Linux 6.12          | 8 |
            zeropad-to-private | new order, paravisor           | 8 |
            zeropad-to-private | new order, vmalloc_to_page     | 8 | 2 PANIC
            """)
    void everyPlaceIsJudged(String scenario, String policy, int places, String harm) {
        List<LoadRow> loads = Scenarios.play(scenario, policy).outcome().loads();
        assertThat(loads).hasSize(places);
        List<LoadEnd> harmful = loads.stream().flatMap(InterleavingsTest::ends).filter(end -> !HARMLESS.contains(end))
                .toList();
        assertThat(harmful.stream().distinct()).hasSizeLessThanOrEqualTo(1);
        assertThat(harmful.isEmpty() ? null : harmful.size() + " " + harmful.getFirst()).isEqualTo(harm);
    }

    @Test
    void aWalkThatInsistsOnPresentEntriesFindsNoAddressToNotify() {
        assertThat(notified("new order, vmalloc_to_page")).containsExactly(
                new TimelineEvent.Refused("vmalloc_to_page finds no present entry, so no address"));
        assertThat(notified("new order, Linux 6.12")).isEmpty();
    }

    @Test
    void aConversionBeforeLeavesNoStaleTranslation() {
        ScenarioResult result = ScenarioRun.playAll(ScenarioFiles.parse("""
                title: a page that becomes shared, and private again
                machine: tdx
                pages: [{name: page, guest: private, host: private}]
                steps: [{convert: {pages: [page], to: shared}}, {change: {page: page, to: private}}]
                policies:
                  - name: host first
                    order: [flush-tlb, notify, change-attribute]
                    expect: {end: running, loses: nothing}
                """)).getFirst();
        assertThat(result.outcome().loads().getFirst())
                .isEqualTo(new LoadRow("start", LoadEnd.LOADS, LoadEnd.LOADS, Optional.empty()));
    }

    private static List<TimelineEvent> notified(String policy) {
        return Scenarios.play("zeropad-to-shared", policy).timeline().stream()
                .filter(entry -> entry.step().equals(TransitionStep.NOTIFY.text()))
                .flatMap(entry -> entry.events().stream()).filter(event -> !(event instanceof TimelineEvent.Loaded)).toList();
    }

    /// All 5,040 orders of the seven steps, held against what must hold for an order to be safe: the host changes its
    /// view only when the aliases are gone, the cache is written back, and the TLB is flushed of what was there before
    /// the page stopped being present; and the page is not present from before the attribute changes until both views
    /// agree again.
    @ParameterizedTest
    @ValueSource(strings = {"zeropad-to-shared", "zeropad-to-private"})
    void anOrderIsSafeIfAndOnlyIfNoStepIsTooEarly(String name) {
        Scenario scenario = ScenarioReader.ofResource(name);
        ScenarioPolicy policy = scenario.policy("new order, paravisor");
        List<List<TransitionStep>> orders = new ArrayList<>();
        permute(new ArrayList<>(), orders);
        assertThat(orders).hasSize(5040);
        long safe = orders.stream().filter(order -> {
            ScenarioExpectation outcome = ScenarioRun.play(scenario, withOrder(policy, order)).outcome();
            boolean harmless = outcome.loads().stream().flatMap(InterleavingsTest::ends).allMatch(HARMLESS::contains)
                    && outcome.losses().data().isEmpty();
            assertThat(harmless).as(order.toString()).isEqualTo(isSafe(order));
            return harmless;
        }).count();
        assertThat(isSafe(NEW_ORDER)).isTrue();
        assertThat(safe).isBetween(1L, 5039L);
    }

    private static boolean isSafe(List<TransitionStep> order) {
        int notify = order.indexOf(TransitionStep.NOTIFY);
        int clear = order.indexOf(TransitionStep.CLEAR_PRESENT);
        int flush = order.indexOf(TransitionStep.FLUSH_TLB);
        int change = order.indexOf(TransitionStep.CHANGE_ATTRIBUTE);
        int set = order.indexOf(TransitionStep.SET_PRESENT);
        return order.indexOf(TransitionStep.REMOVE_ALIASES) < notify
                && order.indexOf(TransitionStep.FLUSH_CACHE) < notify
                && clear < flush && flush < notify && clear < change
                && (set < clear || set > Math.max(notify, change));
    }

    private static void permute(List<TransitionStep> begun, List<List<TransitionStep>> all) {
        if (begun.size() == NEW_ORDER.size()) {
            all.add(List.copyOf(begun));
        }
        for (TransitionStep step : NEW_ORDER) {
            if (!begun.contains(step)) {
                begun.add(step);
                permute(begun, all);
                begun.removeLast();
            }
        }
    }

    private static ScenarioPolicy withOrder(ScenarioPolicy policy, List<TransitionStep> order) {
        return new ScenarioPolicy(policy.name(), policy.kernel(), policy.refusal(), policy.failedUndo(),
                policy.notification(), policy.kexec(), policy.failurePolicy(),
                new ScenarioPolicy.Transition(order, policy.transition().traps(), policy.transition().walk()),
                policy.injections(), policy.steps(), policy.expectation());
    }

    private static Stream<LoadEnd> ends(LoadRow row) {
        return Stream.of(Optional.of(row.walk()), Optional.of(row.tlb()), row.alias()).flatMap(Optional::stream);
    }
}
