package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.file.ScenarioReader;
import org.vemmio.emulator.scenario.run.ScenarioFiles;
import org.vemmio.emulator.scenario.run.ScenarioResult;
import org.vemmio.emulator.scenario.run.ScenarioRun;
import org.vemmio.emulator.scenario.run.Scenarios;

class ScenarioTextTest {
    @ParameterizedTest
    @MethodSource("org.vemmio.emulator.scenario.run.Scenarios#all")
    void fits80Columns(Scenario scenario, ScenarioPolicy policy) {
        assertThat(ScenarioText.head(scenario)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(ScenarioText.lines(ScenarioRun.play(scenario, policy)))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80).isEqualTo(line.stripTrailing()));
    }

    @Test
    void aTimelineShowsBothViewsOfEachPage() {
        assertThat(ScenarioText.lines(Scenarios.play("conversion-to-shared", "leak"))).containsExactly("""
                policy: leak (linux 6.12)
                                                                                    guest  host
                  at the start                                                      PPPP   PPPP
                  convert p0 p1 p2 p3 to shared                                     PPPP   PPPP
                  page table: p0 p1 p2 p3 shared                                    SSSS   PPPP
                  ask the host to make p0 shared                                    SSSS   SPPP
                  ask the host to make p1 shared                                    SSSS   SSPP
                  ask the host to make p2 shared                                    SSSS   SSPP
                      refused: make p2 shared
                      kernel log: WARNING: CPA VMM failure to convert memory (4 pages) to shared
                      the caller gets -EIO
                      kept for ever: p0 p1 p2 p3
                  free p0 p1 p2 p3                                                  SSSS   SSPP
                      out of use for ever: p0 p1 p2 p3
                  the next owner stores in p0 p1 p2 p3                              SSSS   SSPP
                      nobody owns p0 p1 p2 p3
                  the end                 the guest goes on
                  the guest loses         the memory of p0 p1 p2 p3
                  the host could learn    nothing
                  who gets to know        the guest's kernel log, the caller
                  a later touch of        p0 p1: memory shared with the host
                  a later touch of        p2 p3: a trap; the host answers
                  as expected
                """.lines().toArray(String[]::new));
    }

    @Test
    void anEndThatDiffersIsShown() {
        ScenarioResult result = ScenarioRun.playAll(ScenarioFiles.parse("""
                title: a page
                machine: tdx
                pages: [{name: p0, guest: private, host: private}]
                policies: [{name: one, expect: {end: panic, loses: nothing, touch: {p0: private-memory}}}]
                """)).getFirst();
        assertThat(ScenarioText.lines(result)).endsWith("  NOT AS EXPECTED: end: expected panic, got running");
    }

    @Test
    void theTableHasARowForEachScenarioAndPolicy() {
        List<String> table = new ArrayList<>(ScenarioText.tableHead());
        int policies = 0;
        for (String name : Scenarios.NAMES) {
            Scenario scenario = ScenarioReader.ofResource(name);
            table.addAll(ScenarioText.tableRows(name, ScenarioRun.playAll(scenario)));
            policies += scenario.policies().size();
        }
        assertThat(table).hasSize(2 + policies).doesNotHaveDuplicates()
                .contains("| `notification-kept` | block migration for good | running "
                        + "| migration (never) | nothing | the host, whoever waits for migration |")
                .contains("| `conversion-to-shared` | unchecked | running | nothing "
                        + "| what the next owner stores in p0 p1 p2 p3 | the guest's kernel log |");
        assertThat(table).allSatisfy(row -> assertThat(row.chars().filter(c -> c == '|').count()).isEqualTo(7));
    }
}
