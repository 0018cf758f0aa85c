package org.vemmio.emulator.engine;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.ExecutionResult;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Outcome;

/// What a handler has answered to instruction bytes, with the outcomes that tell of its success, so that to tell one
/// again allocates nothing. For one thread.
final class Admitted {
    private static final Outcome.Effect[] EFFECTS = Outcome.Effect.values();

    private final long keyLow;
    private final long keyHigh;
    private final String handler;
    private final Admission admission;
    private final @Nullable MmioOperation operation;
    private @Nullable Decoding decoding;
    private final Outcome.@Nullable Emulated[] outcomes = new Outcome.Emulated[2 * EFFECTS.length];

    /// Creates it.
    ///
    /// @param fetched what the handler was asked about
    /// @param handler the name of the handler that was asked
    Admitted(InstructionFetch fetched, String handler, Admission admission) {
        this.keyLow = fetched.keyLow();
        this.keyHigh = fetched.keyHigh();
        this.handler = handler;
        this.admission = admission;
        this.operation = admission instanceof MmioOperation admitted ? admitted : null;
    }

    /// Returns whether it answers what has this key, as of [InstructionFetch].
    boolean answers(long keyLow, long keyHigh) {
        return this.keyLow == keyLow && this.keyHigh == keyHigh;
    }

    Admission admission() {
        return admission;
    }

    /// Returns the operation, if that is the answer.
    @Nullable MmioOperation operation() {
        return operation;
    }

    /// Returns what the processor makes of the instruction.
    ///
    /// @param decoder decodes it, where that was not told
    Decoding decoding(MmioOperation operation, Supplier<Decoding> decoder) {
        Decoding known = decoding;
        if (known == null) {
            known = operation.description().orElseGet(decoder);
            decoding = known;
        }
        return known;
    }

    /// Returns the one object that tells of this success of the operation.
    Outcome.Emulated emulated(MmioOperation operation, ExecutionResult.Done done) {
        int index = done.effect().ordinal() * 2 + (done.complete() ? 1 : 0);
        Outcome.Emulated outcome = outcomes[index];
        if (outcome == null) {
            outcome = new Outcome.Emulated(handler, operation.description(), done.complete(), done.effect(),
                    operation.hazards());
            outcomes[index] = outcome;
        }
        return outcome;
    }
}
