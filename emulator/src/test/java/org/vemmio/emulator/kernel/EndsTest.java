package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

/// The ends of a Failure that no path of the kernel leads to.
class EndsTest {
    private static final String CHECK = "mmio-decode-failed";
    private static final Action HALT = new Action.Halt();
    private static final Action ABORT = new Action.Abort();
    private static final Action VMM_ERROR = new Action.VmmError();
    private static final Action INJECT = new Action.Inject(13, OptionalInt.of(0x18));

    static Stream<Action> actions() {
        return Stream.of(HALT, ABORT, VMM_ERROR, INJECT, new Action.Propagate(), Guest.BUG, Guest.PANIC, Guest.TERMINATE,
                Guest.GENERAL_PROTECTION);
    }

    /// The handler's warning and its line are printed where the policy does what the handler does by itself.
    @ParameterizedTest
    @MethodSource("actions")
    void whatAHandlerPrintsComesBeforeItsEnd(Action action) {
        Check.Line line = new Check.Line(new SourceLocation("mine.c", 7, "give_up"), "gave up at 0x%IP%",
                Check.Frequency.LIMITED);
        Ladder ladder = Ladder.of("mine", List.of(Check.named("sick", "feels sick").warningOnce("not well")
                .printing(line).ending(action).build()));
        Failure failure = new Failure(ladder.checks().getFirst(), "mine", "",
                Failures.trapped("8b07", 0, Failures.RIP, Failures.GLA), Failure.Kept.NOTHING);
        Guest guest = Guest.create();
        guest.fail(failure, failure.check().own(), Knobs.DEFAULT);
        assertThat(guest.kernel.log().getFirst()).isInstanceOfSatisfying(LogEntry.Warning.class, warning ->
                assertThat(warning.message()).isEqualTo("not well"));
        assertThat(guest.kernel.log().get(1).lines()).containsExactly("gave up at 0xffffffff81001abc");

        Guest other = Guest.create();
        other.fail(failure, action.equals(HALT) ? ABORT : HALT, Knobs.DEFAULT);
        assertThat(other.kernel.log()).as("another policy").isEmpty();

        Guest paranoid = Guest.create();
        assertThat(Guest.ending(paranoid.fail(failure, failure.check().own(), Knobs.DEFAULT.withPanicOnWarn(true))))
                .isEqualTo(new Ending.Panic("kernel: panic_on_warn set ..."));
    }

    @Test
    void aPanicSaysWhatItsStatementSays() {
        Check quiet = Check.named("sick", "feels sick").ending(Guest.PANIC).build();
        Check loud = Check.named("sick", "feels sick").panicking("Dying of it").build();
        assertThat(quiet.panicText()).isEqualTo("feels sick");
        assertThat(loud.panicText()).isEqualTo("Dying of it");
        assertThat(loud.own()).isEqualTo(Guest.PANIC);
    }

    static Stream<Arguments> stops() {
        return Stream.of(Arguments.of(HALT, Outcome.Halted.class), Arguments.of(ABORT, Outcome.Aborted.class));
    }

    @ParameterizedTest
    @MethodSource("stops")
    void stopsForGoodAndLogsNothing(Action action, Class<? extends Outcome> end) {
        Guest guest = Guest.create();
        assertThat(guest.kernel.hasStopped()).isFalse();
        assertThat(guest.fail(CHECK, action)).isInstanceOf(end);
        assertThat(guest.kernel.hasStopped()).isTrue();
        assertThat(guest.kernel.isHalted()).isEqualTo(action == HALT);
        assertThat(guest.kernel.isAborted()).isEqualTo(action == ABORT);
        assertThat(guest.kernel.isTerminated()).isFalse();
        assertThat(guest.kernel.panic()).isEmpty();
        for (Action later : new Action[]{action, HALT, ABORT, VMM_ERROR, INJECT, Guest.PANIC, Guest.WARN, Guest.BUG,
            Guest.TERMINATE}) {
            Outcome.Failed outcome = guest.fail(CHECK, later);
            assertThat(outcome).as("%s", later).isInstanceOf(end);
            assertThat(outcome.decision().action()).isEqualTo(later);
            assertThat(outcome.kernelEnding()).isEmpty();
        }
        assertThat(guest.fail(CHECK, new Action.Propagate())).isInstanceOf(Outcome.Propagated.class);
        assertThat(guest.kernel.log()).isEmpty();
        assertThat(guest.kernel.warnings() + guest.kernel.oopses()).isZero();
    }

    @ParameterizedTest
    @MethodSource("stops")
    void aKernelThatHasPanickedStaysSo(Action action) {
        Guest guest = Guest.create();
        guest.fail(CHECK, Guest.PANIC);
        assertThat(guest.fail(CHECK, action)).isInstanceOf(Outcome.Panic.class);
        assertThat(guest.kernel.isHalted() || guest.kernel.isAborted()).isFalse();
        assertThat(guest.kernel.panic()).isPresent();
    }

    @Test
    void injectsWhatThePolicySaysAndGoesOn() {
        Guest guest = Guest.create();
        CpuState before = CpuState.copyOf(guest.cpu);
        Outcome.Failed outcome = guest.fail(CHECK, INJECT);
        assertThat(outcome).isEqualTo(
                new Outcome.Injected(outcome.failure(), outcome.decision(), 13, OptionalInt.of(0x18)));
        assertThat(guest.fail(CHECK, new Action.Inject(6, OptionalInt.empty())))
                .isInstanceOfSatisfying(Outcome.Injected.class, injected -> {
                    assertThat(injected.vector()).isEqualTo(6);
                    assertThat(injected.errorCode()).isEmpty();
                });
        assertUntouched(guest, before);
    }

    @Test
    void leavesAnErrorToTheMonitorAndGoesOn() {
        Guest guest = Guest.create();
        CpuState before = CpuState.copyOf(guest.cpu);
        assertThat(guest.fail(CHECK, VMM_ERROR)).isInstanceOf(Outcome.VmmError.class);
        assertUntouched(guest, before);
    }

    private static void assertUntouched(Guest guest, CpuState before) {
        assertThat(guest.cpu).isEqualTo(before);
        assertThat(guest.kernel.log()).isEmpty();
        assertThat(guest.kernel.hasStopped()).isFalse();
        assertThat(guest.fail(CHECK, Guest.PANIC)).isInstanceOf(Outcome.Panic.class);
    }
}
