package org.vemmio.emulator.operation;

import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.outcome.FailureReason;

/// A handler's answer to an instruction, as far as it does not depend on the trap: an [MmioOperation] to execute, a
/// [Refusal], or a [Exception]. Immutable.
public sealed interface Admission permits MmioOperation, Admission.Refusal, Admission.Exception {
    /// {@return what the processor makes of the bytes}
    Decoding decoding();

    /// The handler does not take the instruction.
    ///
    /// @param reason why
    /// @param detail what the reason leaves open; may be empty
    record Refusal(Decoding decoding, FailureReason reason, String detail) implements Admission {
    }

    /// The processor itself faults on the instruction, before it accesses memory.
    ///
    /// @param vector the exception's vector
    record Exception(Decoding decoding, int vector) implements Admission {
    }
}
