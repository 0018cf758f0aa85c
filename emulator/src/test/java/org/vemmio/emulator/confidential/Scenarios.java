package org.vemmio.emulator.confidential;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// The scenarios on the class path.
final class Scenarios {
    static final List<String> NAMES = List.of("conversion-to-shared", "conversion-to-private", "conversion-sev-snp",
            "notification-kept", "notification-short-lived", "partial-write-tdx-erratum", "partial-write-tdx",
            "partial-write-sev-snp", "zeropad-to-shared", "zeropad-to-private", "mmio-refused-instruction");

    private Scenarios() {
    }

    static Account play(String scenario, String policy) {
        Scenario read = ScenarioReader.ofResource(scenario);
        return read.play(read.policy(policy));
    }

    /// Every scenario under every policy: name, scenario, policy.
    static Stream<Arguments> all() {
        return NAMES.stream().flatMap(name -> {
            Scenario scenario = ScenarioReader.ofResource(name);
            return scenario.policies().stream().map(policy ->
                    Arguments.argumentSet(name + ": " + policy.name(), scenario, policy));
        });
    }
}
