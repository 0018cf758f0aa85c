package org.vemmio.emulator.operation;

import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.outcome.Check;

/// A handler's answer to an instruction, as far as it does not depend on the trap: an [MmioOperation] to execute, a
/// [Refusal], or a [Exception]. Immutable.
public sealed interface Admission permits MmioOperation, Admission.Refusal, Admission.Exception {
    /// The handler does not take the instruction.
    ///
    /// @param decoding what the processor makes of the bytes
    /// @param check which check refuses
    /// @param detail what the check leaves open; may be empty
    record Refusal(Decoding decoding, Check check, String detail) implements Admission {
    }

    /// The processor itself faults on the instruction, before it accesses memory.
    ///
    /// @param decoding what the processor makes of the bytes
    /// @param vector the exception's vector
    record Exception(Decoding decoding, int vector) implements Admission {
    }
}
