package org.vemmio.emulator.operation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Hazard;

/// An instruction made ready to execute, as a handler sees it. Free of guest state, and safe for several threads.
public abstract non-sealed class MmioOperation implements Admission {
    private final Optional<Decoding> description;
    private final int length;
    private final Feature feature;
    private final boolean architectural;
    private final List<Hazard> hazards;

    /// Creates an operation that does what the processor does, RFLAGS.TF and RF included.
    ///
    /// @param feature what must be switched on for it
    protected MmioOperation(Instruction instruction, Feature feature) {
        this.description = Optional.of(instruction);
        this.length = instruction.length();
        this.feature = Objects.requireNonNull(feature);
        this.architectural = true;
        this.hazards = List.of();
    }

    /// Creates an operation of a handler that leaves RFLAGS.TF and RF alone, and needs nothing that can be switched
    /// off.
    ///
    /// @param decoding what the processor makes of the bytes
    /// @param length bytes by which RIP advances
    /// @param hazards where it differs from the architecture
    protected MmioOperation(Decoding decoding, int length, List<Hazard> hazards) {
        this(Optional.of(decoding), length, hazards);
    }

    /// Creates an operation of a handler that leaves RFLAGS.TF and RF alone, needs nothing that can be switched off, and
    /// does not go by what the processor makes of the bytes.
    ///
    /// @param description as [FetchedCode#description]
    /// @param length bytes by which RIP advances
    /// @param hazards where it differs from the architecture
    protected MmioOperation(Optional<Decoding> description, int length, List<Hazard> hazards) {
        this.description = Objects.requireNonNull(description);
        this.length = length;
        this.feature = Feature.GENERAL;
        this.architectural = false;
        this.hazards = List.copyOf(hazards);
    }

    /// Does the instruction's work: opens its operands, makes the accesses, and stages what it writes to registers and
    /// flags. Does not commit, except for the whole iterations of a `rep` instruction.
    protected abstract void execute(Execution execution);

    /// {@return what the processor makes of the bytes; empty where the handler did not go by it and nobody was to be told}
    public final Optional<Decoding> description() {
        return description;
    }

    /// {@return where it differs from the architecture}
    public final List<Hazard> hazards() {
        return hazards;
    }

    /// {@return the check that refuses every trap with this instruction, if it comes only after checks that depend on the
    /// trap}
    public Optional<Check> refusal() {
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
}
