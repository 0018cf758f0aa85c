package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.file.ScenarioReader;

/// The scenarios on the class path.
public final class Scenarios {
    public static final List<String> NAMES = List.of("conversion-to-shared", "conversion-to-private",
            "conversion-sev-snp", "notification-kept", "notification-short-lived", "partial-write-tdx-erratum",
            "partial-write-tdx", "partial-write-sev-snp", "zeropad-to-shared", "zeropad-to-private",
            "mmio-refused-instruction");

    private Scenarios() {
    }

    public static ScenarioResult play(String scenario, String policy) {
        Scenario read = ScenarioReader.ofResource(scenario);
        return ScenarioRun.play(read, read.policy(policy));
    }

    /// Every scenario under every policy: name, scenario, policy.
    @SuppressWarnings("exports")
    public static Stream<Arguments> all() {
        return NAMES.stream().flatMap(name -> {
            Scenario scenario = ScenarioReader.ofResource(name);
            return scenario.policies().stream().map(policy ->
                    Arguments.argumentSet(name + ": " + policy.name(), scenario, policy));
        });
    }
}
