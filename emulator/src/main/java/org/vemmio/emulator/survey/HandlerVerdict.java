package org.vemmio.emulator.survey;

import java.util.List;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Ladder;

/// How a handler takes an instruction, as far as that does not depend on the trap. Immutable.
public sealed interface HandlerVerdict {
    /// The handler emulates it.
    ///
    /// @param hazards where that differs from the architecture
    record Emulated(List<Hazard> hazards) implements HandlerVerdict {
        /// Creates a verdict; `hazards` is copied.
        public Emulated {
            hazards = List.copyOf(hazards);
        }
    }

    /// The handler refuses it.
    ///
    /// @param check which check refuses
    /// @param detail what the check leaves open; may be empty
    record Refused(Check check, String detail) implements HandlerVerdict {
    }

    /// The processor itself faults on it.
    ///
    /// @param vector the exception's vector, 0 to 31
    record Exception(int vector) implements HandlerVerdict {
    }

    /// It leaves memory alone, so it cannot have trapped.
    record Idle() implements HandlerVerdict {
    }

    /// {@return what an admission comes to}
    ///
    /// @param decoding what the processor makes of the bytes
    /// @param ladder of the handler that was asked
    static HandlerVerdict of(Decoding decoding, Admission admission, Ladder ladder) {
        boolean idle = decoding instanceof Instruction && MemoryEffect.of(decoding).accesses().isEmpty();
        return switch (admission) {
            case MmioOperation operation when operation.hazards().isEmpty() && idle -> new Idle();
            case MmioOperation operation -> operation.refusal().<HandlerVerdict>map(check -> new Refused(ladder.own(check), ""))
                    .orElseGet(() -> new Emulated(operation.hazards()));
            case Admission.Exception exception -> new Exception(exception.vector());
            case Admission.Refusal _ when idle -> new Idle();
            case Admission.Refusal refusal ->
                new Refused(ladder.own(refusal.check()), decoding instanceof DecodeFailure ? "" : refusal.detail());
        };
    }
}
