package org.vemmio.emulator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.kernel.ExceptionEntry;
import org.vemmio.emulator.kernel.ExceptionTable;
import org.vemmio.emulator.kernel.FixupType;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// What each preset makes of a set of Failures that tells them all apart.
class PresetsTest {
    private static final String ZEROPAD_LOAD = "48 8b 07";
    private static final long PAGE = 0xffff_8880_0000_1000L;

    /// A Failure, and how often it comes; the last time counts.
    private enum Situation {
        PRIVATE("private-address", "8b 07", 0, 1),
        USER_ADDRESS("user-address", "8b 07", 0, 1),
        UNDECODABLE("mmio-decode-failed", "f3 66 ab", 0, 1),
        MOVS("string-move", "66 a5", 0, 1),
        ZEROPAD("page-split", ZEROPAD_LOAD, 0, 1),
        USER("user-mode-trap", "8b 07", 3, 1),
        OFTEN("fetch-fault", "", 0, 10_000);

        private final String reason;
        private final String code;
        private final int cpl;
        private final int times;

        Situation(String reason, String code, int cpl, int times) {
            this.reason = reason;
            this.code = code;
            this.cpl = cpl;
            this.times = times;
        }
    }

    private static final String TABLE = """
            preset     | private    | user address | undecodable | movs       | zeropad    | user    | often
            own        | panic      | warn oops    | warn oops   | oops       | fixup      | SIGSEGV | panic
            linux-5.19 | oops       | oops         | warn oops   | oops       | oops       | SIGSEGV | oops
            linux-6.1  | panic      | oops         | warn oops   | oops       | oops       | SIGSEGV | oops
            linux-6.5  | panic      | oops         | warn oops   | oops       | fixup      | SIGSEGV | panic
            linux-6.12 | panic      | warn oops    | warn oops   | oops       | fixup      | SIGSEGV | panic
            linux-sev  | terminated | terminated   | terminated  | terminated | terminated | SIGBUS  | terminated
            bug        | panic      | warn oops    | bug oops    | bug oops   | fixup      | SIGSEGV | panic
            paranoid   | panic      | warn panic   | warn panic  | oops       | fixup      | SIGSEGV | panic
            recover    | emulate    | emulate      | emulate     | emulate    | emulate    | emulate | emulate
            propagate  | propagate  | propagate    | propagate   | propagate  | propagate  | propagate | propagate
            """;

    @Test
    void makeOfFailuresWhatTheirKernelsDo() {
        List<List<String>> rows = TABLE.lines().map(line -> Arrays.asList(line.split(" *\\| *"))).toList();
        assertThat(rows.stream().skip(1).map(List::getFirst)).containsExactlyElementsOf(FailurePolicy.presets());
        for (List<String> row : rows.subList(1, rows.size())) {
            for (Situation situation : Situation.values()) {
                assertThat(end(FailurePolicy.preset(row.getFirst()), situation)).as("%s, %s", row.getFirst(), situation)
                        .isEqualTo(row.get(situation.ordinal() + 1));
            }
        }
        assertThat(new HashSet<>(rows.stream().map(row -> row.subList(1, row.size())).toList()))
                .as("all differ, but that the handler of these Failures does by itself what linux-6.12 does")
                .hasSize(rows.size() - 1);
    }

    private static String end(FailurePolicy policy, Situation situation) {
        Failure failure =
                Failures.of(situation.reason, situation.code, situation.cpl, Failures.RIP, PAGE);
        Decision decision = policy.decide(failure);
        if (decision.action() instanceof Action.Recover) {
            return "emulate";
        }
        CpuState cpu = new CpuState();
        cpu.setCpl(situation.cpl);
        cpu.setRip(Failures.RIP);
        cpu.setGpr(Gpr.RDI, PAGE - 1);
        MemoryMap memory = MemoryMap.builder().ram(PAGE - 8, new byte[8]).device(PAGE, Failures.GPA, 4096)
                .code(Failures.RIP, HexFormat.ofDelimiter(" ").parseHex(situation.code)).build();
        GuestKernel kernel = GuestKernel.builder().exceptionTable(table(situation)).build();
        for (int i = 1; i < situation.times; i++) {
            kernel.follow(failure, decision, policy, cpu, memory);
        }
        return describe(kernel.follow(failure, decision, policy, cpu, memory));
    }

    private static ExceptionTable table(Situation situation) {
        return situation == Situation.ZEROPAD
                ? ExceptionTable.of(List.of(ExceptionEntry.of(Failures.RIP, Failures.RIP + 3, FixupType.ZEROPAD)))
                : ExceptionTable.empty();
    }

    private static String describe(Outcome.Failed outcome) {
        return switch (outcome) {
            case Outcome.GeneralProtection gp -> (gp.warned() ? "warn " : "") + describe(gp.ending());
            case Outcome.Bug bug -> "bug " + describe(bug.ending());
            case Outcome.Panic _ -> "panic";
            case Outcome.Terminated _ -> "terminated";
            case Outcome.Propagated _ -> "propagate";
            case Outcome.Recovered recovered -> "recovered " + recovered;
            case Outcome.Injected injected -> "inject " + injected.vector();
            case Outcome.Halted _ -> "halted";
            case Outcome.Aborted _ -> "aborted";
            case Outcome.VmmError _ -> "vmm-error";
        };
    }

    private static String describe(Ending ending) {
        return switch (ending) {
            case Ending.Fixup _ -> "fixup";
            case Ending.Notified _ -> "notified";
            case Ending.Oops _ -> "oops";
            case Ending.Signal(String name) -> name;
            case Ending.Panic _ -> "panic";
        };
    }
}
