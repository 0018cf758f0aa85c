package org.vemmio.emulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Recovery;

class FailurePolicyTest {
    private static final Action BUG = new Action.Bug();
    private static final Action PANIC = new Action.Panic();

    @Test
    void letsTheFirstRuleThatMatchesDecide() {
        FailurePolicy policy = FailurePolicy.builder("mine")
                .rule(Condition.failure("page-split"), PANIC)
                .rule(Condition.failure("string-move"), BUG)
                .rule(Condition.any().withMnemonics("stos*"), PANIC)
                .build();
        assertThat(policy.decide(Failures.of("string-move")))
                .isEqualTo(new Decision("mine", 2, "{when: {failure: string-move}, then: bug}", BUG));
        assertThat(policy.decide(Failures.of("user-address")))
                .isEqualTo(new Decision("mine", 3, "{when: {mnemonic: \"stos*\"}, then: panic}", PANIC));
    }

    @Test
    void propagatesWhereNoRuleMatches() {
        FailurePolicy policy = FailurePolicy.of("mine",
                List.of(new Rule(Condition.failure("page-split"), PANIC)), false, true);
        assertThat(policy.decide(Failures.of("string-move")))
                .isEqualTo(new Decision("mine", 2, "{when: any, then: propagate}", new Action.Propagate()));
        assertThat(policy.rules()).hasSize(2);
        assertThat(policy.panicOnWarn()).isFalse();
        assertThat(policy.panicOnOops()).isTrue();
    }

    @Test
    void addsNoRuleBehindOneForEveryFailure() {
        assertThat(FailurePolicy.builder("mine").rule(Condition.any(), BUG).build().rules())
                .containsExactly(new Rule(Condition.any(), BUG));
        assertThat(FailurePolicy.builder("empty").build().rules())
                .containsExactly(new Rule(Condition.any(), new Action.Propagate()));
    }

    @Test
    void takesTheRulesAndKnobsOfAnother() {
        FailurePolicy base = FailurePolicy.preset("paranoid");
        FailurePolicy policy = FailurePolicy.builder("mine")
                .rule(Condition.failure("string-move"),
                        new Action.Recover(new Recovery.Handler("architectural")))
                .extend(base).build();
        assertThat(policy.knobs()).isEqualTo(base.knobs());
        assertThat(policy.rules().subList(1, policy.rules().size())).isEqualTo(base.rules());
        assertThat(policy.decide(Failures.of("string-move")).text())
                .isEqualTo("{when: {failure: string-move}, then: {recover: {handler: architectural}}}");
    }

    static List<String> labels() {
        return TrapHandlers.labels(TrapHandlers.installed().ladders());
    }

    @ParameterizedTest
    @MethodSource("labels")
    void decidesOnEveryReasonInEveryPreset(String reason) {
        for (String preset : FailurePolicy.presets()) {
            Decision decision = FailurePolicy.preset(preset).decide(Failures.of(reason));
            assertThat(decision.policy()).isEqualTo(preset);
            assertThat(decision.text()).startsWith("{when: ").contains("then: ");
            assertThat(decision.action()).isNotInstanceOf(Action.Own.class);
        }
    }

    @Test
    void namesThePresetMeantOrAllWhereOneIsUnknown() {
        assertThatThrownBy(() -> FailurePolicy.preset("linux-6.2")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no preset 'linux-6.2'; did you mean 'linux-6.1'?");
        assertThatThrownBy(() -> FailurePolicy.preset("windows")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no preset 'windows'; there are own, linux-5.19, linux-6.1, linux-6.5, linux-6.12,"
                        + " linux-sev, bug, paranoid, recover, propagate");
    }

    @Test
    void writesEveryActionAsAPolicyFileDoes() {
        assertThat(List.of(
                text(new Action.WarnAndGeneralProtection(true)), text(new Action.WarnAndGeneralProtection(false)),
                text(new Action.GeneralProtection()), text(PANIC), text(BUG), text(new Action.Terminate()),
                text(new Action.Halt()), text(new Action.Abort()), text(new Action.VmmError()),
                text(new Action.Inject(6, OptionalInt.empty())), text(new Action.Inject(13, OptionalInt.of(0))),
                text(new Action.Inject(31, OptionalInt.of(-1))), text(new Action.Propagate()),
                text(new Action.Recover(new Recovery.Fixup())),
                text(new Action.Recover(new Recovery.Zeropad())), text(new Action.Recover(new Recovery.Skip(true))),
                text(new Action.Recover(new Recovery.Skip(false)))))
                .containsExactly("warn-once", "warn", "general-protection", "panic", "bug", "terminate", "halt",
                        "abort", "vmm-error", "{inject: {vector: 6}}", "{inject: {vector: 13, error_code: 0x0}}",
                        "{inject: {vector: 31, error_code: 0xffffffff}}", "propagate", "{recover: exception-table}",
                        "{recover: zeropad}", "{recover: skip-ones}", "{recover: skip-zeros}");
    }

    @Test
    void writesEveryConditionAsAPolicyFileDoes() {
        assertThat(Condition.failure("string-move", "page-split")
                .withMnemonics("movs*", "stosw")
                .withGpa(0xa0000, 0xbffff).withGla(16, 16).withCpls(3, 0).text())
                .isEqualTo("{failure: [string-move, page-split], mnemonic: [\"movs*\", \"stosw\"],"
                        + " gpa: 0xa0000-0xbffff, gla: 0x10, cpl: [0, 3]}");
    }

    @Test
    void refusesNegativeLimits() {
        assertThatThrownBy(() -> Knobs.DEFAULT.withWarnLimit(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a limit is 0 or more, not -1");
        assertThatThrownBy(() -> Knobs.DEFAULT.withOopsLimit(-2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a limit is 0 or more, not -2");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 32, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesAVectorThatIsNoException(int vector) {
        assertThatThrownBy(() -> new Action.Inject(vector, OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the vector of an exception is 0 to 31, not " + vector);
    }

    private static String text(Action action) {
        String text = new Rule(Condition.any(), action).text();
        return text.substring("{when: any, then: ".length(), text.length() - 1);
    }
}
