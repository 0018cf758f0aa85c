package org.vemmio.emulator.cli;

import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;

/// How a handler takes an instruction, as far as that does not depend on the trap.
///
/// @param shortText for a table's cell
/// @param details a line each
record HandlerVerdict(String shortText, List<String> details) {
    static HandlerVerdict of(Decoding decoding, Admission admission) {
        return switch (admission) {
            case MmioOperation operation -> new HandlerVerdict(operation.hazards().isEmpty() ? "ok" : "ok*",
                    operation.hazards().stream().map(Hazard::toString).toList());
            case Admission.Fault fault -> new HandlerVerdict(Outcome.Exception.name(fault.vector()), List.of());
            case Admission.Refusal refusal when MemoryEffect.of(decoding).text().isEmpty() ->
                new HandlerVerdict("-", List.of());
            case Admission.Refusal refusal -> new HandlerVerdict("-" + refusal.reason().errno(),
                    List.of(refusal.reason().text() + (refusal.detail().isEmpty() ? "" : ": " + refusal.detail())));
        };
    }
}
