package org.vemmio.emulator.operation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;

/// An instruction made ready to execute, as one handler sees it. Free of guest state, and safe for several threads.
public abstract non-sealed class MmioOperation implements Admission {
    private final String handler;
    private final Decoding decoding;
    private final int length;
    private final Feature feature;
    private final boolean architectural;
    private final List<Hazard> hazards;
    private final Outcome.@Nullable Emulated[] outcomes = new Outcome.Emulated[2 * Outcome.Effect.values().length];

    /// Creates an operation that does what the processor does, RFLAGS.TF and RF included.
    ///
    /// @param handler the handler's name
    /// @param feature what must be switched on for it
    protected MmioOperation(String handler, Instruction instruction, Feature feature) {
        this.handler = Objects.requireNonNull(handler);
        this.decoding = instruction;
        this.length = instruction.length();
        this.feature = Objects.requireNonNull(feature);
        this.architectural = true;
        this.hazards = List.of();
    }

    /// Creates an operation of a handler that leaves RFLAGS.TF and RF alone, and needs nothing that can be switched
    /// off.
    ///
    /// @param handler the handler's name
    /// @param decoding what the processor makes of the bytes
    /// @param length bytes by which RIP advances
    /// @param hazards where it differs from the architecture
    protected MmioOperation(String handler, Decoding decoding, int length, List<Hazard> hazards) {
        this.handler = Objects.requireNonNull(handler);
        this.decoding = Objects.requireNonNull(decoding);
        this.length = length;
        this.feature = Feature.GENERAL;
        this.architectural = false;
        this.hazards = List.copyOf(hazards);
    }

    /// Does the instruction's work: opens its operands, makes the accesses, and stages what it writes to registers and
    /// flags. Does not commit, except for the whole iterations of a `rep` instruction.
    protected abstract void execute(Execution execution);

    /// {@return what the processor makes of the bytes}
    public final Decoding decoding() {
        return decoding;
    }

    /// {@return where it differs from the architecture}
    public final List<Hazard> hazards() {
        return hazards;
    }

    /// {@return why the handler refuses every trap with this instruction, if it does so only after checks that depend
    /// on the trap}
    public Optional<FailureReason> refusal() {
        return Optional.empty();
    }

    final int length() {
        return length;
    }

    final Feature feature() {
        return feature;
    }

    final boolean isArchitectural() {
        return architectural;
    }

    /// {@return the one object that tells of this operation's success}
    final Outcome.Emulated emulated(boolean complete, Outcome.Effect effect) {
        int index = effect.ordinal() * 2 + (complete ? 1 : 0);
        Outcome.Emulated outcome = outcomes[index];
        if (outcome == null) {
            outcome = new Outcome.Emulated(handler, decoding, complete, effect, hazards);
            outcomes[index] = outcome;
        }
        return outcome;
    }

    final String handler() {
        return handler;
    }
}
