package org.vemmio.emulator.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.yaml.PolicyFile;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Step;
import org.vemmio.emulator.scenario.file.ScenarioReader;

/// How a guest fares whose recorded traps end as a policy says.
class TrapEndsTest {
    private static final Scenario REFUSED = ScenarioReader.ofResource("mmio-refused-instruction");

    private static ScenarioResult play(Scenario scenario, FailurePolicy failures) {
        ScenarioPolicy base = scenario.policies().getFirst();
        return ScenarioRun.play(scenario, new ScenarioPolicy("test", base.kernel(), base.refusal(), base.failedUndo(),
                base.notification(), base.kexec(), failures, base.transition(), base.injections(), base.steps(),
                base.expectation()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            halt                  | GUEST_LOST | []                 | the guest is lost: its processor loops for ever
            abort                 | GUEST_LOST | [HOST]             | the guest is lost: its monitor gives up for mmio-decode-failed
            terminate             | TERMINATED | [KERNEL_LOG, HOST] | the guest asks its host to end it: mmio-decode-failed
            vmm-error             | RUNNING    | [HOST]             | the guest goes on
            '{inject: {vector: 6}}' | RUNNING  | [KERNEL_LOG]       | the guest goes on
            """)
    void aRefusedInstructionEndsTheGuestAsThePolicySays(String action, ScenarioEnd.Kind kind, String witnesses,
            String text) {
        ScenarioResult result =
                play(REFUSED, PolicyFile.parse("p", "rules: [{when: any, then: %s}]".formatted(action)));
        assertThat(result.end().kind()).isEqualTo(kind);
        assertThat(result.end().text()).isEqualTo(text);
        assertThat(result.outcome().witnesses()).hasToString(witnesses);
        if (kind != ScenarioEnd.Kind.RUNNING) {
            assertThat(result.outcome().losses()).isEqualTo(Losses.EVERYTHING);
            assertThat(result.timeline()).as("the steps until the first refusal").hasSize(4);
        }
    }

    @Test
    void anInjectedExceptionKillsTheTask() {
        ScenarioResult result =
                play(REFUSED, PolicyFile.parse("p", "rules: [{when: any, then: {inject: {vector: 6}}}]"));
        assertThat(result.outcome().losses().tasks()).isEqualTo(3);
        assertThat(texts(result)).contains("kernel log: Oops: #UD")
                .anyMatch(text -> text.endsWith("#UD injected for string-move, 0 accesses"));
    }

    @Test
    void aTerminationStandsInTheKernelsLogFirst() {
        assertThat(texts(play(REFUSED, FailurePolicy.preset("linux-sev"))))
                .anyMatch(text -> text.endsWith("the host ends the guest for mmio-decode-failed, 0 accesses"))
                .anyMatch(text -> text.startsWith("kernel log: linux-tdx-6.12: no MMIO instruction that"));
    }

    /// A trap from user mode, where the kernel kills the process and goes on.
    @ParameterizedTest
    @CsvSource({"linux-6.12", "linux-sev"})
    void aTrapFromUserModeCostsAProcess(String preset) {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'8807','cpl':3,'regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000'}""");
        Scenario scenario = new Scenario(REFUSED.title(), REFUSED.machine(), REFUSED.pages(),
                List.of(new Step.ReplayTraps("text", List.of(trap, trap))), REFUSED.injections(), REFUSED.policies());
        ScenarioResult result = play(scenario, FailurePolicy.preset(preset));
        assertThat(result.end()).isEqualTo(new ScenarioEnd.Running());
        assertThat(result.outcome().losses().tasks()).isEqualTo(2);
        assertThat(result.outcome().witnesses()).hasToString("[KERNEL_LOG]");
        assertThat(result.outcome().laterAccesses()).isEqualTo(Map.of());
    }

    private static List<String> texts(ScenarioResult result) {
        return result.timeline().stream().flatMap(entry -> entry.events().stream()).map(TimelineEvent::text).toList();
    }
}
