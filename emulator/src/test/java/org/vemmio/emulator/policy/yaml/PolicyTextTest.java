package org.vemmio.emulator.policy.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.policy.CheckPattern;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;
import org.vemmio.emulator.policy.Rule;

/// A policy written as a file, and read back.
class PolicyTextTest {
    @Test
    void readsWhatItWrites() {
        for (String preset : FailurePolicy.presets()) {
            assertSame(FailurePolicy.preset(preset));
        }
        assertSame(FailurePolicy.of("a: \"b\" \\ \n# é 😀", List.of(), Knobs.DEFAULT.withWarnLimit(3)));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            FailurePolicy.Builder builder = FailurePolicy.builder("random-" + seed)
                    .knobs(new Knobs(random.nextBoolean(), random.nextBoolean(), random.nextInt(9), random.nextInt(9),
                            Knobs.FaultAddress.values()[random.nextInt(2)]));
            List<Action> actions = new ArrayList<>(List.of(new Action.Halt(), new Action.Abort(), new Action.VmmError(),
                    new Action.Inject(random.nextInt(32), OptionalInt.empty()),
                    new Action.Inject(random.nextInt(32), OptionalInt.of(random.nextInt()))));
            FailurePolicy.presets().forEach(name ->
                    FailurePolicy.preset(name).rules().forEach(rule -> actions.add(rule.then())));
            long used = 0;
            for (int j = random.nextInt(4); j > 0; j--) {
                builder.rule(condition(random, used++), actions.get(random.nextInt(actions.size())));
            }
            assertSame(builder.build());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "true", "False", "TRUE", "null", "Null", "NULL", "~", "6.12", "12", "0x1f", "1e3", ".inf", "-", "*",
        "a: b", " a", "yes", "off"})
    void aNameThatYamlTakesForSomethingElseStaysAName(String name) {
        assertSame(FailurePolicy.of(name, List.of(), Knobs.DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "null", "12", "0x1f", "1e3", "*", "?", "_"})
    void aMnemonicThatYamlTakesForSomethingElseStaysAMnemonic(String mnemonic) {
        assertSame(FailurePolicy.builder("p").rule(Condition.any().withMnemonics(mnemonic), new Action.Bug()).build());
    }

    /// Conditions of which none covers another, since each has a linear address of its own.
    private static Condition condition(Random random, long address) {
        Condition condition = Condition.any().withGla(address, address);
        long start = random.nextLong();
        if (random.nextBoolean()) {
            List<String> labels = TrapHandlers.labels(TrapHandlers.installed().ladders());
            condition = condition.withFailures(random.ints(3, 0, labels.size()).distinct()
                    .mapToObj(i -> (i % 2 == 0 ? "" : "architectural/") + labels.get(i))
                    .filter(label -> CheckPattern.parse(label).problem(TrapHandlers.installed()).isEmpty())
                    .toArray(String[]::new));
        }
        if (random.nextBoolean()) {
            condition = condition.withMnemonics("*", "mov?", "stos*").withCpls(random.nextInt(4));
        }
        return random.nextBoolean() ? condition.withGpa(start, start | 0xfff) : condition;
    }

    private static void assertSame(FailurePolicy policy) {
        FailurePolicy again = PolicyFile.parse("p", policy.text());
        assertThat(again.name()).isEqualTo(policy.name());
        assertThat(again.rules()).as(policy.text()).isEqualTo(policy.rules());
        assertThat(again.knobs()).isEqualTo(policy.knobs());
        assertThat(again.text()).isEqualTo(policy.text());
    }

    @Test
    void writesAPresetAsAFile() {
        assertThat(FailurePolicy.preset("linux-6.12").text()).isEqualTo("""
                name: linux-6.12
                panic_on_warn: false
                panic_on_oops: false
                warn_limit: 0
                oops_limit: 10000
                fault_address: linear
                rules:
                  - {when: {failure: private-address, cpl: 0}, then: panic}
                  - {when: {failure: [user-mode, mmio-decode-failed, unsupported-instruction, no-memory-operand,\
                 no-such-register, user-address, unknown-mmio-type]}, then: warn-once}
                  - {when: any, then: general-protection}
                """);
    }
}
