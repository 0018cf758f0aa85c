package org.vemmio.emulator.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;

/// What the scenarios on the class path come to: what their files expect, and, said once more, what they are there to
/// show.
class ScenariosTest {
    @ParameterizedTest
    @MethodSource("org.vemmio.emulator.scenario.run.Scenarios#all")
    void endsAsItsFileExpects(Scenario scenario, ScenarioPolicy policy) {
        assertThat(ScenarioRun.play(scenario, policy).differences()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("org.vemmio.emulator.scenario.run.Scenarios#all")
    void comesToTheSameWheneverItIsPlayed(Scenario scenario, ScenarioPolicy policy) {
        assertThat(ScenarioRun.play(scenario, policy)).isEqualTo(ScenarioRun.play(scenario, policy));
    }

    @Test
    void allFilesAreOnTheClassPath() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "testdata", "scenarios"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length())))
                    .containsExactlyInAnyOrderElementsOf(Scenarios.NAMES);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            conversion-to-shared  | panic                                | []
            conversion-to-shared  | leak                                 | []
            conversion-to-shared  | undo                                 | []
            conversion-to-shared  | undo fails, then leak                | []
            conversion-to-shared  | undo fails, unchecked                | [p0, p1, p2, p3]
            conversion-to-shared  | undo fails, unchecked, Linux 6.1     | []
            conversion-to-shared  | undo fails, unchecked, Linux 5.19    | [p0, p1]
            conversion-to-private | leak                                 | []
            conversion-to-private | undo                                 | [p0, p1, p2, p3]
            conversion-to-private | unchecked                            | [p0, p1, p2, p3]
            conversion-sev-snp    | unchecked                            | []
            """)
    void privateDataReachesTheHostOnlyWherePagesAreUsedAgainUnconverted(String scenario, String policy, String pages) {
        assertThat(Scenarios.play(scenario, policy).outcome().exposed()).hasToString(pages);
    }

    @ParameterizedTest
    @CsvSource({"6.1, PANIC", "5.19, HOST_ANSWERS"})
    void anAccessToAPrivateAddressThatTheHostHasIsAPanicSinceLinux61(String kernel, LaterAccess later) {
        String text = """
                title: a page that the two views differ on
                machine: tdx
                pages: [{name: p0, guest: private, host: shared}]
                policies: [{name: touch, kernel: %s, expect: {end: running, loses: nothing, touch: {p0: %s}}}]
                """.formatted(kernel, later.label());
        Scenario scenario = ScenarioFiles.parse(text);
        assertThat(ScenarioRun.playAll(scenario).getFirst().differences()).isEmpty();
        assertThat(ScenarioRun.playAll(scenario).getFirst().outcome().laterAccesses()).containsEntry("p0", later);
    }

    /// KVM answers the nested page fault by making the page what the guest's mapping says.
    @Test
    void aStoreThatMakesTheHostConvertAPageLeavesItShared() {
        ScenarioResult result = ScenarioRun.playAll(ScenarioFiles.parse("""
                title: a page that only the guest takes for shared
                machine: sev-snp
                pages: [{name: p0, guest: shared, host: private}]
                steps: [{free: [p0]}, {store: [p0]}]
                policies:
                  - name: one
                    expect: {end: running, loses: nothing, host-learns: [p0], touch: {p0: shared-memory}}
                """)).getFirst();
        assertThat(result.differences()).isEmpty();
    }

    @Test
    void whoeverWaitsForMigrationTellsABlockForNowFromOneForGood() {
        assertThat(answers("notification-short-lived", "block migration for now"))
                .containsExactly(MigrationControl.NOT_NOW, MigrationControl.READY);
        assertThat(answers("notification-short-lived", "block migration for good"))
                .containsExactly(MigrationControl.NEVER, MigrationControl.NEVER);
        assertThat(answers("notification-short-lived", "block migration"))
                .containsExactly(MigrationControl.NOT_READY, MigrationControl.NOT_READY);
        assertThat(answers("notification-kept", "block migration for now")).containsExactly(MigrationControl.NOT_NOW);
    }

    @Test
    void aPolicyTellsRangesApartByTheirSpan() {
        assertThat(answers("notification-kept", "by span, for good or for now"))
                .containsExactly(MigrationControl.NEVER);
        assertThat(answers("notification-short-lived", "by span, for good or for now"))
                .containsExactly(MigrationControl.NOT_NOW, MigrationControl.READY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            block-for-good | block-for-now  | NEVER, NEVER
            block-for-good | block          | NEVER, NEVER
            block-for-now  | block-for-good | NOT_NOW, NEVER
            block          | block-for-good | NOT_READY, NEVER
            block-for-now  | block          | NOT_NOW, NOT_READY
            """)
    void aBlockOfMigrationForGoodStandsWhateverIsBlockedLater(String first, String second, String answers) {
        assertThat(answers(ScenarioRun.playAll(ScenarioFiles.parse("""
                title: two notifications that fail
                machine: sev
                pages:
                  - {name: ring, guest: private, host: private, span: kept}
                  - {name: buf, guest: private, host: private, span: short-lived}
                inject: [{notification-fails: 1}, {notification-fails: 2}]
                steps:
                  - convert: {pages: [ring], to: shared}
                  - guest: migrate
                  - convert: {pages: [buf], to: shared}
                  - guest: migrate
                policies:
                  - name: by span
                    notification: {kept: %s, short-lived: %s}
                    expect: {end: running, loses: nothing}
                """.formatted(first, second))).getFirst())).hasToString("[" + answers + "]");
    }

    /// Where the guest has taken its change back, there is nothing left that its host was not told.
    @Test
    void aChangeThatWasTakenBackBlocksNoMigration() {
        assertThat(answers(ScenarioRun.playAll(ScenarioFiles.parse("""
                title: two notifications that fail
                machine: sev
                pages:
                  - {name: ring, guest: private, host: private, span: kept}
                  - {name: buf, guest: private, host: private, span: short-lived}
                inject: [{notification-fails: 1}, {notification-fails: 2}]
                steps:
                  - convert: {pages: [ring], to: shared}
                  - convert: {pages: [buf], to: shared}
                  - guest: migrate
                  - release: [buf]
                  - guest: migrate
                policies:
                  - name: by span
                    notification: {kept: propagate, short-lived: block-for-now}
                    expect: {end: running, loses: nothing}
                """)).getFirst())).containsExactly(MigrationControl.NOT_NOW, MigrationControl.READY);
    }

    private static List<MigrationControl> answers(String scenario, String policy) {
        return answers(Scenarios.play(scenario, policy));
    }

    private static List<MigrationControl> answers(ScenarioResult result) {
        return result.timeline().stream().flatMap(entry -> entry.events().stream())
                .filter(TimelineEvent.Answered.class::isInstance).map(event -> ((TimelineEvent.Answered) event).control()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            partial-write-tdx-erratum | nobody reads it                               | RUNNING    | GUEST_LOST
            partial-write-tdx-erratum | the host reads it                             | HOST_LOST  |
            partial-write-tdx-erratum | the guest reads it                            | GUEST_LOST |
            partial-write-tdx-erratum | whole lines, then the host reads              | RUNNING    | GUEST_LOST
            partial-write-tdx-erratum | reboot                                        | RESTARTED  |
            partial-write-tdx-erratum | kexec                                         | RESTARTED  |
            partial-write-tdx-erratum | kexec, and the next kernel reads              | HOST_LOST  |
            partial-write-tdx-erratum | whole lines, kexec, and the next kernel reads | RESTARTED  |
            partial-write-tdx         | the host reads it                             | RUNNING    | GUEST_LOST
            partial-write-tdx         | the guest reads it                            | GUEST_LOST |
            partial-write-tdx         | kexec, and the next kernel reads              | RESTARTED  |
            partial-write-sev-snp     | the host reads it                             | RUNNING    | PRIVATE_MEMORY
            partial-write-sev-snp     | the guest reads it                            | RUNNING    | PRIVATE_MEMORY
            """)
    void poisonHurtsWhoReadsIt(String scenario, String policy, ScenarioEnd.Kind end, LaterAccess later) {
        ScenarioResult result = Scenarios.play(scenario, policy);
        assertThat(result.end().kind()).isEqualTo(end);
        assertThat(result.outcome().laterAccesses().get("page")).isEqualTo(later);
    }

    /// Linux arch/x86/coco/tdx/tdx.c, `tdx_enc_status_change_prepare`: since 6.5 the host goes first where memory becomes
    /// private.
    @ParameterizedTest
    @CsvSource({
        "shared, private, 5.19, true", "shared, private, 6.1, true", "shared, private, 6.5, false",
        "shared, private, 6.12, false", "private, shared, 6.1, true", "private, shared, 6.12, true"})
    void aConversionGoesInTheOrderOfItsKernel(String from, String to, String kernel, boolean tableFirst) {
        ScenarioResult result = ScenarioRun.playAll(ScenarioFiles.parse("""
                title: one page
                machine: tdx
                pages: [{name: p0, guest: %1$s, host: %1$s}]
                steps: [{convert: {pages: p0, to: %2$s}}]
                policies: [{name: one, kernel: %3$s, expect: {end: running, loses: nothing}}]
                """.formatted(from, to, kernel))).getFirst();
        List<String> steps = result.timeline().stream().map(TimelineEntry::step).toList();
        String table = "page table: p0 " + to;
        String host = "ask the host to make p0 " + to;
        assertThat(steps).contains(table, host);
        assertThat(steps.indexOf(table) < steps.indexOf(host)).isEqualTo(tableFirst);
    }

    /// A reset clears the poison (Linux arch/x86/virt/vmx/tdx/tdx.c, `check_tdx_erratum`); the start of another kernel
    /// without one does not.
    @ParameterizedTest
    @CsvSource({"reboot, RESTARTED", "kexec, HOST_LOST"})
    void poisonOutlivesAKernelButNotAReset(String how, ScenarioEnd.Kind end) {
        ScenarioResult result = ScenarioRun.playAll(ScenarioFiles.parse("""
                title: what the next kernel reads
                machine: tdx-partial-write
                pages: [{name: page, guest: private, host: private}]
                steps: [{host-write: {page: page, bytes: 8}}, {host: %s}, {host-read: page}]
                policies: [{name: one, expect: {end: restarted, loses: everything}}]
                """.formatted(how))).getFirst();
        assertThat(result.end().kind()).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BUG                        | RUNNING | 3 | 9520 | 0
            BUG, panic_on_warn         | RUNNING | 3 | 9520 | 0
            WARN and #GP               | RUNNING | 3 | 9520 | 1
            WARN and #GP, panic_on_warn | PANIC  | 0 | 0    | 1
            recovery                   | RUNNING | 0 | 0    | 0
            recovery, panic_on_warn    | RUNNING | 0 | 0    | 0
            """)
    void refusedInstructionsEndAsThePolicySays(String policy, ScenarioEnd.Kind end, int tasks, int accesses,
            int warnings) {
        ScenarioExpectation outcome = Scenarios.play("mmio-refused-instruction", policy).outcome();
        assertThat(outcome.end()).isEqualTo(end);
        assertThat(outcome.losses().tasks()).isEqualTo(tasks);
        assertThat(outcome.losses().accesses()).isEqualTo(accesses);
        assertThat(outcome.warnings()).isEqualTo(warnings);
    }
}
