package org.vemmio.emulator.recording.replay;

/// One thing in which a replay disagrees with its recording.
///
/// @param kind in what
/// @param name what exactly, such as `rax` or `memory 0x30000f84`; for an access its number, from 1
/// @param expected what the recording tells, in the notation of its values; empty where nothing was expected
/// @param got what came out; empty where nothing did
public record Difference(Kind kind, String name, String expected, String got) {
    /// In what a replay can disagree.
    public enum Kind {
        /// A device access differs, is missing, or is one too many.
        ACCESS,
        /// The instruction ended otherwise: emulated, failure or exception.
        OUTCOME,
        /// The Failure's error number.
        ERRNO,
        /// The exception's vector.
        VECTOR,
        /// The exception's error code.
        ERROR_CODE,
        /// The linear address of a #PF, for CR2.
        CR2,
        /// The check that refused.
        CHECK,
        /// How a refusal ended.
        END,
        /// The instruction pointer, a general-purpose, mask, MMX or x87 register.
        REGISTER,
        /// RFLAGS, under the mask.
        FLAGS,
        /// A vector register, in memory order.
        VECTOR_REGISTER,
        /// Bytes of memory, from the first to the last that differs.
        MEMORY,
        /// Bytes of the backing device, from the first to the last that differs.
        BACKING,
        /// What Linux's own decoder says.
        LINUX,
        /// The instruction was not completed: calling the engine again changed nothing, or the calls were used up. Or
        /// it was, where iterations were to be left.
        PROGRESS
    }
}
