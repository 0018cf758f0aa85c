package org.vemmio.emulator.cli;

import java.util.List;
import java.util.stream.Stream;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import tools.jackson.core.JsonGenerator;

/// How a handler takes an instruction, as far as that does not depend on the trap.
sealed interface HandlerVerdict {
    /// The handler emulates it.
    record Emulated(List<Hazard> hazards) implements HandlerVerdict {
    }

    /// The handler refuses it.
    record Refused(FailureReason reason, String detail) implements HandlerVerdict {
    }

    /// The processor faults on it.
    record Faulted(int vector) implements HandlerVerdict {
    }

    /// It leaves memory alone, so it cannot have trapped.
    record Idle() implements HandlerVerdict {
    }

    /// Returns what an `admission` comes to.
    ///
    /// @param decoding what the processor makes of the bytes
    static HandlerVerdict of(Decoding decoding, Admission admission) {
        return switch (admission) {
            case MmioOperation operation when operation.hazards().isEmpty()
                    && MemoryEffect.of(decoding).accesses().isEmpty() -> new Idle();
            case MmioOperation operation -> operation.refusal().<HandlerVerdict>map(reason -> new Refused(reason, ""))
                    .orElseGet(() -> new Emulated(operation.hazards()));
            case Admission.Fault fault -> new Faulted(fault.vector());
            case Admission.Refusal _ when decoding instanceof Instruction
                    && MemoryEffect.of(decoding).accesses().isEmpty() -> new Idle();
            case Admission.Refusal refusal ->
                new Refused(refusal.reason(), decoding instanceof DecodeFailure ? "" : refusal.detail());
        };
    }

    /// Returns a word for a table.
    default Table.Cell cell() {
        return switch (this) {
            case Emulated(List<Hazard> hazards) when hazards.isEmpty() -> new Table.Cell("ok", Paint.GOOD);
            case Emulated _ -> new Table.Cell("ok*", Paint.DOUBTFUL);
            case Refused(FailureReason reason, String _) -> new Table.Cell("-" + reason.errno(), Paint.BAD);
            case Faulted(int vector) -> new Table.Cell(Outcome.Exception.name(vector), Paint.DOUBTFUL);
            case Idle _ -> Table.Cell.plain("-");
        };
    }

    /// Returns what the word leaves open.
    default Stream<String> details() {
        return switch (this) {
            case Emulated(List<Hazard> hazards) -> hazards.stream().map(Hazard::toString);
            case Refused(FailureReason reason, String detail) ->
                Stream.of(reason.text() + (detail.isEmpty() ? "" : ": " + detail));
            case Faulted _, Idle _ -> Stream.empty();
        };
    }

    /// Writes the members of an object.
    default void write(JsonGenerator json) {
        switch (this) {
            case Emulated(List<Hazard> hazards) -> {
                json.writeStringProperty("verdict", "emulated");
                json.writeArrayPropertyStart("hazards");
                for (Hazard hazard : hazards) {
                    json.writeStartObject();
                    json.writeStringProperty("kind", hazard.kind().label());
                    json.writeStringProperty("detail", hazard.detail());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            case Refused(FailureReason reason, String detail) -> {
                json.writeStringProperty("verdict", "refused");
                json.writeStringProperty("failure", reason.label());
                json.writeStringProperty("errno", reason.errno().name());
                json.writeStringProperty("detail", detail);
            }
            case Faulted(int vector) -> {
                json.writeStringProperty("verdict", "exception");
                json.writeNumberProperty("vector", vector);
            }
            case Idle _ -> json.writeStringProperty("verdict", "no-access");
        }
    }
}
