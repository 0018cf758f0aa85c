package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// A handler that refuses after it has made an access, and leaves a register changed.
class LateCheckTest {
    private static final Check LATE = Check.named("late", "too late").late().build();
    private static final Check EARLY = Check.named("early", "too early").build();

    private record ReadsFirst(Check check, boolean keeping) implements TrapHandler {
        @Override
        public Ladder ladder() {
            return Ladder.of("reads-first", List.of(EARLY, LATE));
        }

        @Override
        public Admission admit(FetchedCode code) {
            return new MmioOperation(code.decoding(), 2, List.of()) {
                @Override
                protected void execute(Execution execution) {
                    execution.setGpr(Gpr.RBX, execution.readDevice(execution.trap().gpa(), 4));
                    throw keeping ? execution.refuseKeeping(check, "") : execution.refuse(check, "");
                }
            };
        }
    }

    private static TrapRun run(TrapHandler handler) {
        return HandmadeTrap.of("8b07").with("rdi", DEVICE).answers(0x1234)
                .run(MmioEngine.builder().handler(handler));
    }

    private static Failure failure(TrapRun run) {
        return ((Outcome.Failed) run.outcome()).failure();
    }

    @Test
    void theFailureCarriesAccessesAndRegistersThatStay() {
        TrapRun run = run(new ReadsFirst(LATE, true));
        assertThat(run).isPropagated().hasCheck("late").changedOnly("rbx").hasRegister("rbx", 0x1234)
                .continuesAt(HandmadeTrap.CODE);
        assertThat(run.accesses()).are(read(DEVICE_GPA, 4, 0x1234));
        assertThat(failure(run)).accesses().are(read(DEVICE_GPA, 4, 0x1234));
        assertThat(failure(run).keptRegisters()).isEqualTo(Map.of(Gpr.RBX, 0x1234L));
    }

    @Test
    void otherwiseOnlyTheAccessesStay() {
        TrapRun run = run(new ReadsFirst(LATE, false));
        assertThat(run).isPropagated().hasCheck("late").changedNothing();
        assertThat(failure(run)).accesses().are(read(DEVICE_GPA, 4, 0x1234));
        assertThat(failure(run).keptRegisters()).isEmpty();
    }

    @Test
    void aCheckThatIsNotLateKeepsNothing() {
        assertThatThrownBy(() -> run(new ReadsFirst(EARLY, true))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the check 'early' is not late, and keeps no registers");
    }
}
