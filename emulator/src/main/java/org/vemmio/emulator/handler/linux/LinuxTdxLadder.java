package org.vemmio.emulator.handler.linux;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;

/// The checks that one version of the #VE handler has.
final class LinuxTdxLadder {
    private final Ladder ladder;
    private final Map<LinuxTdxRung, Check> checks = new EnumMap<>(LinuxTdxRung.class);

    LinuxTdxLadder(String handler, KernelVersion version) {
        // Linux arch/x86/kernel/traps.c, VE_FAULT_STR and ve_raise_fault; X86_TRAP_VE is 20.
        Check.Raised exception = new Check.Raised("VE fault", 20, version.tellsAddress());
        Arrays.stream(LinuxTdxRung.values()).filter(rung -> version.has(rung.lifetime()))
                .forEach(rung -> checks.put(rung, rung.at(version).raising(exception)));
        ladder = Ladder.of(handler, version.source(), List.copyOf(checks.values()));
    }

    Ladder ladder() {
        return ladder;
    }

    boolean has(LinuxTdxRung rung) {
        return checks.containsKey(rung);
    }

    /// Returns a check that the version has.
    Check check(LinuxTdxRung rung) {
        return Objects.requireNonNull(checks.get(rung));
    }
}
