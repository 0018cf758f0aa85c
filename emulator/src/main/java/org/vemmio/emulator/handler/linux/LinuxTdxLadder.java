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
    private final Map<LinuxTdxRung.Stage, LinuxTdxRung[]> stages = new EnumMap<>(LinuxTdxRung.Stage.class);

    LinuxTdxLadder(String handler, KernelVersion version) {
        // Linux arch/x86/kernel/traps.c, VE_FAULT_STR and ve_raise_fault; X86_TRAP_VE is 20.
        Check.Raised exception = new Check.Raised("VE fault", 20, version.tellsAddress());
        List<LinuxTdxRung> rungs = Arrays.stream(LinuxTdxRung.values())
                .filter(rung -> version.has(rung.lifetime())).toList();
        rungs.forEach(rung -> checks.put(rung, rung.at(version).raising(exception)));
        for (LinuxTdxRung.Stage stage : LinuxTdxRung.Stage.values()) {
            stages.put(stage, rungs.stream().filter(rung -> rung.stage() == stage).toArray(LinuxTdxRung[]::new));
        }
        ladder = Ladder.of(handler, List.copyOf(checks.values()));
    }

    Ladder ladder() {
        return ladder;
    }

    /// Returns the rungs of a stage in order; not to be changed.
    LinuxTdxRung[] rungs(LinuxTdxRung.Stage stage) {
        return Objects.requireNonNull(stages.get(stage));
    }

    Check check(LinuxTdxRung rung) {
        return Objects.requireNonNull(checks.get(rung));
    }
}
