package org.vemmio.emulator.testing;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.AbstractAssert;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;

/// Assertions about an Outcome, alone or with what else came of its trap.
///
/// @param <S> the type of the assertion itself
/// @param <A> the type of what it is about
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public abstract sealed class AbstractOutcomeAssert<S extends AbstractOutcomeAssert<S, A>, A>
        extends AbstractAssert<S, A> permits OutcomeAssert, AbstractRunAssert {
    AbstractOutcomeAssert(A actual, Class<?> selfType) {
        super(actual, selfType);
    }

    /// Returns the Outcome.
    abstract Outcome outcome();

    /// Returns what a message shows beside what was expected.
    abstract Report report();

    /// Returns an error that says what was expected, and shows all that is known.
    final AssertionError unexpected(String expected) {
        return failure("%s", report().contradicting(expected));
    }

    final void check(boolean holds, String expected) {
        isNotNull();
        if (!holds) {
            throw unexpected(expected);
        }
    }

    private <T extends Outcome> T expect(Class<T> kind, String expected) {
        isNotNull();
        if (!kind.isInstance(outcome())) {
            throw unexpected(expected);
        }
        return kind.cast(outcome());
    }

    private Outcome.Failed failed(String expected) {
        return expect(Outcome.Failed.class, expected);
    }

    // The kinds of Outcome

    /// Asserts that the handler emulated the instruction. One that the policy had another handler emulate has been
    /// recovered, and not this.
    public S isEmulated() {
        expect(Outcome.Emulated.class, "emulated");
        return myself;
    }

    /// Asserts that the instruction itself faulted or trapped.
    ///
    /// @param vector such as [Outcome.Exception#PF]
    public S isException(int vector) {
        String expected = Outcome.Exception.name(vector);
        check(expect(Outcome.Exception.class, expected).vector() == vector, expected);
        return myself;
    }

    /// Asserts that the instruction itself faulted or trapped.
    ///
    /// @param name such as `#PF`, as [Outcome.Exception#name] gives it
    public S isException(String name) {
        check(Outcome.Exception.name(expect(Outcome.Exception.class, name).vector()).equals(name), name);
        return myself;
    }

    /// Asserts that it was a BUG().
    public S isBug() {
        expect(Outcome.Bug.class, "BUG()");
        return myself;
    }

    /// Asserts that it was the path of a #GP, whatever its end.
    public S isGeneralProtection() {
        expect(Outcome.GeneralProtection.class, "the #GP path");
        return myself;
    }

    /// Asserts that the guest goes on after a Failure.
    public S isRecovered() {
        expect(Outcome.Recovered.class, "recovered");
        return myself;
    }

    /// Asserts that the Failure was handed to the caller.
    public S isPropagated() {
        expect(Outcome.Propagated.class, "propagated");
        return myself;
    }

    /// Asserts that the kernel stopped because the policy said so, or had stopped before. Of a path that ended in a
    /// panic, [#endsInPanic()] tells.
    public S isPanic() {
        expect(Outcome.Panic.class, "a panic");
        return myself;
    }

    /// Asserts that the guest asked its host to end it.
    public S isTerminated() {
        expect(Outcome.Terminated.class, "terminated");
        return myself;
    }

    /// Asserts that the policy had an exception injected into the guest. One that the instruction itself raised is
    /// [#isException(int)].
    ///
    /// @param vector 0 to 31
    public S isInjected(int vector) {
        String expected = "injected " + Outcome.Exception.name(vector);
        check(expect(Outcome.Injected.class, expected).vector() == vector, expected);
        return myself;
    }

    /// Asserts that the virtual processor stopped for good.
    public S isHalted() {
        expect(Outcome.Halted.class, "halted");
        return myself;
    }

    /// Asserts that the monitor tore the virtual machine down.
    public S isAborted() {
        expect(Outcome.Aborted.class, "aborted");
        return myself;
    }

    /// Asserts that the monitor got an error.
    public S isVmmError() {
        expect(Outcome.VmmError.class, "an error for the monitor");
        return myself;
    }

    // Of an emulated instruction, and of an exception

    /// Asserts that it was emulated, and that no iterations are left.
    public S isComplete() {
        String expected = "emulated, with no iterations left";
        check(expect(Outcome.Emulated.class, expected).complete(), expected);
        return myself;
    }

    /// Asserts that it was emulated in part, with iterations left.
    public S isIncomplete() {
        String expected = "emulated in part, with iterations left";
        check(!expect(Outcome.Emulated.class, expected).complete(), expected);
        return myself;
    }

    /// Asserts that it was emulated, with this effect on the devices.
    public S hasEffect(Outcome.Effect effect) {
        String expected = "emulated, " + Report.text(effect);
        check(expect(Outcome.Emulated.class, expected).effect() == effect, expected);
        return myself;
    }

    /// Asserts that it was emulated, and differs from the architecture in this.
    public S hasHazard(Hazard.Kind kind) {
        String expected = "emulated with the hazard " + Report.text(kind);
        check(hazards(expected).stream().anyMatch(hazard -> hazard.kind() == kind), expected);
        return myself;
    }

    /// Asserts that it was emulated, and differs from the architecture in this.
    public S hasHazard(Hazard hazard) {
        String expected = "emulated with the hazard " + hazard;
        check(hazards(expected).contains(hazard), expected);
        return myself;
    }

    /// Asserts that it was emulated as the processor would have done.
    public S hasNoHazards() {
        String expected = "emulated without hazards";
        check(hazards(expected).isEmpty(), expected);
        return myself;
    }

    /// Asserts that it was passed over, and reported as emulated. One that a policy skipped has been recovered, and not
    /// this.
    public S hasSkipped() {
        return hasHazard(Hazard.Kind.SKIPPED);
    }

    private List<Hazard> hazards(String expected) {
        return expect(Outcome.Emulated.class, expected).hazards();
    }

    /// Asserts that it was an exception, of the instruction itself or injected, with this error code.
    public S hasErrorCode(int errorCode) {
        String expected = "an exception with error code 0x" + Integer.toHexString(errorCode);
        isNotNull();
        check(switch (outcome()) {
            case Outcome.Exception exception -> exception.errorCode() == errorCode;
            case Outcome.Injected injected -> injected.errorCode().equals(OptionalInt.of(errorCode));
            default -> false;
        }, expected);
        return myself;
    }

    /// Asserts that it was a #PF with this linear address.
    public S hasFaultAddress(long address) {
        String expected = "#PF at 0x" + Long.toHexString(address);
        Outcome.Exception exception = expect(Outcome.Exception.class, expected);
        check(exception.vector() == Outcome.Exception.PF && exception.address() == address, expected);
        return myself;
    }

    // Of a Failure

    /// Asserts that the handler could not deal with the trap, whatever became of it then, and which check refused.
    ///
    /// @param label the check's label, such as `page-split`
    public S hasCheck(String label) {
        String expected = "a Failure of the check " + label;
        check(failed(expected).failure().check().label().equals(label), expected);
        return myself;
    }

    /// Asserts that the handler could not deal with the trap, whatever became of it then, and what it returned.
    ///
    /// @param errno what it returned, as a negative number, or what recordings give for it
    public S hasErrno(Errno errno) {
        String expected = "a Failure with -" + errno;
        check(failed(expected).failure().errno().equals(Optional.of(errno)), expected);
        return myself;
    }

    /// {@return assertions about the Failure, which there must be}
    public FailureAssert failure() {
        return new FailureAssert(failed("a Failure").failure());
    }

    /// Asserts that this policy decided.
    ///
    /// @param policy its name
    public S wasDecidedBy(String policy) {
        String expected = "decided by " + policy;
        check(failed(expected).decision().policy().equals(policy), expected);
        return myself;
    }

    /// Asserts that this rule of this policy decided.
    ///
    /// @param policy its name
    /// @param rule the number of the rule, from 1
    public S wasDecidedBy(String policy, int rule) {
        String expected = "decided by rule %d of %s".formatted(rule, policy);
        Decision decision = failed(expected).decision();
        check(decision.policy().equals(policy) && decision.rule() == rule, expected);
        return myself;
    }

    /// Asserts that a warning was printed, and the path of a #GP taken.
    public S hasWarned() {
        String expected = "the #GP path, with a warning";
        check(expect(Outcome.GeneralProtection.class, expected).warned(), expected);
        return myself;
    }

    /// Asserts that the path of a #GP was taken without a warning, or after one that prints only once and had printed
    /// before.
    public S hasNotWarned() {
        String expected = "the #GP path, without a warning";
        check(!expect(Outcome.GeneralProtection.class, expected).warned(), expected);
        return myself;
    }

    // How a kernel path ended

    /// Asserts that the task that trapped was killed, and the kernel goes on.
    public S endsInOops() {
        check(ending().filter(Ending.Oops.class::isInstance).isPresent(), "an end in an oops");
        return myself;
    }

    /// Asserts that the kernel stopped.
    public S endsInPanic() {
        check(ending().filter(Ending.Panic.class::isInstance).isPresent(), "an end in a panic");
        return myself;
    }

    /// Asserts that the kernel stopped.
    ///
    /// @param message the text of the panic line behind `Kernel panic - not syncing: `
    public S endsInPanic(String message) {
        check(ending().filter(new Ending.Panic(message)::equals).isPresent(), "an end in a panic: " + message);
        return myself;
    }

    /// Asserts that the user process got a signal.
    ///
    /// @param name such as `SIGSEGV`
    public S endsInSignal(String name) {
        check(ending().filter(new Ending.Signal(name)::equals).isPresent(), "an end in " + name);
        return myself;
    }

    /// Asserts that a notifier took the event.
    public S endsInNotifier() {
        check(ending().filter(Ending.Notified.class::isInstance).isPresent(), "an end in a notifier");
        return myself;
    }

    /// Asserts that an entry of the exception table took over, on the #GP path or by recovery.
    ///
    /// @param rip where the kernel goes on
    public S recoversTo(long rip) {
        check(ending().filter(end -> end instanceof Ending.Fixup fixup && fixup.rip() == rip).isPresent(),
                "a fixup that goes on at 0x" + Long.toHexString(rip));
        return myself;
    }

    /// Asserts that the policy had another handler emulate the instruction, and it did.
    ///
    /// @param handler its name
    public S isRecoveredBy(String handler) {
        String expected = "recovered by " + handler;
        check(expect(Outcome.Recovered.class, expected).by() instanceof Outcome.Emulated emulated
                && emulated.handler().equals(handler), expected);
        return myself;
    }

    private Optional<Ending> ending() {
        isNotNull();
        return Report.ending(outcome());
    }
}
