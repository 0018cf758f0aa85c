package org.vemmio.emulator.recording;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;

/// What must come out of a trap. Immutable. What is empty is not compared, unless it says otherwise.
public sealed interface Expectation {
    /// {@return registers, memory and device after}
    StateAfter after();

    /// {@return what Linux's own decoder says about the bytes}
    Optional<KernelDecoding> linux();

    /// {@return what came out, as something to be expected: of a trap that another handler dealt with in the end, that
    /// handler's outcome; of any other that a policy decided, the refusal, whatever the end}
    ///
    /// @param after registers, memory and device after; with an exception all of RFLAGS are compared unless they have
    ///     changed
    static Expectation of(Outcome outcome, StateAfter after) {
        return switch (outcome) {
            case Outcome.Emulated emulated -> new Emulated(after, !emulated.complete(), Optional.empty());
            case Outcome.Exception exception -> new Exception(Event.of(exception),
                    after.withRflagsMask(StateAfter.defaultMask(true, after.rflags())), Optional.empty());
            case Outcome.Recovered recovered when recovered.by() != null
                    && recovered.decision().action() instanceof Action.Recover(Recovery.Handler _) ->
                of(recovered.by(), after);
            case Outcome.Failed failed -> {
                Failure failure = failed.failure();
                yield new Failed(failure.errno(), Optional.empty(), Event.ANY, failure.check().label(),
                        failure.check().site().location().toString(), StateAfter.UNTOLD, Optional.empty());
            }
        };
    }

    /// The instruction is emulated.
    ///
    /// @param after registers, memory and device after
    /// @param remaining whether a `rep` instruction has stopped at the bound with iterations left: the instruction
    ///     pointer, where it is not told, is as before
    /// @param linux what Linux's own decoder says about the bytes
    record Emulated(StateAfter after, boolean remaining, Optional<KernelDecoding> linux) implements Expectation {
        /// {@return the expectation that the instruction is completed and leaves this}
        public static Emulated of(StateAfter after) {
            return new Emulated(after, false, Optional.empty());
        }

        /// {@return the expectation that nothing but the instruction pointer changes}
        public static Emulated at(long rip) {
            return of(StateAfter.UNTOLD.withRip(rip));
        }
    }

    /// The handler refuses.
    ///
    /// @param errno what the handler returns, as a negative number
    /// @param end how that ends under the handler's own policy
    /// @param injected of the end [End#INJECT], which exception
    /// @param check the label of the check that refused; empty where it is not told
    /// @param where the place of that in the handler's source; empty where it is not told; not compared
    /// @param after registers, memory and device after; not compared
    /// @param linux what Linux's own decoder says about the bytes
    record Failed(Optional<Errno> errno, Optional<End> end, Event injected, String check, String where,
            StateAfter after, Optional<KernelDecoding> linux) implements Expectation {
        /// {@return the expectation that the handler refuses with an error number, whatever the end}
        public static Failed of(Errno errno) {
            return new Failed(Optional.of(errno), Optional.empty(), Event.ANY, "", "", StateAfter.UNTOLD,
                    Optional.empty());
        }
    }

    /// The instruction itself faults.
    ///
    /// @param event which exception
    /// @param after registers, memory and device after a fault in the middle of a `rep` instruction; what is empty is
    ///     as before the instruction
    /// @param linux what Linux's own decoder says about the bytes
    record Exception(Event event, StateAfter after, Optional<KernelDecoding> linux) implements Expectation {
        /// {@return the expectation of a fault that leaves everything as before}
        ///
        /// @param vector 0 to 31
        public static Exception of(int vector) {
            return new Exception(new Event(OptionalInt.of(vector), OptionalLong.empty(), OptionalLong.empty()),
                    StateAfter.AS_BEFORE, Optional.empty());
        }
    }

    /// An exception.
    ///
    /// @param vector 0 to 31
    /// @param errorCode 32 bits, unsigned
    /// @param cr2 the linear address in CR2; compared for vector 14 alone
    record Event(OptionalInt vector, OptionalLong errorCode, OptionalLong cr2) {
        /// Nothing is told.
        public static final Event ANY = new Event(OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty());

        /// {@return the exception that an instruction raised}
        ///
        /// A page is never told to be present: a recording has no place for memory that may not be accessed.
        static Event of(Outcome.Exception exception) {
            boolean pageFault = exception.vector() == Outcome.Exception.PF;
            boolean present = pageFault && (exception.errorCode() & LinearMemory.PF_PRESENT) != 0;
            return new Event(OptionalInt.of(exception.vector()),
                    present ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(exception.errorCode())),
                    pageFault ? OptionalLong.of(exception.address()) : OptionalLong.empty());
        }
    }

    /// How a refusal ends under the handler's own policy.
    enum End {
        /// The virtual processor stops for good.
        HALT,
        /// The guest's kernel panics.
        PANIC,
        /// An exception is injected into the guest.
        INJECT,
        /// The host is asked to end the guest.
        TERMINATE,
        /// The monitor gives up.
        ABORT,
        /// The caller gets an error.
        ERROR,
        /// The instruction is passed over: RIP moves, and nothing else has happened.
        SKIP;

        /// {@return the name in lower case, as recordings write it}
        public String label() {
            return Labels.of(this);
        }
    }
}
