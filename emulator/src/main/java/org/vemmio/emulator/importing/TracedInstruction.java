package org.vemmio.emulator.importing;

import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;

/// An instruction that a trace shows.
///
/// @param instruction as decoded
/// @param code the bytes as the trace has them; may be more than the instruction has
/// @param place where it ran
record TracedInstruction(Instruction instruction, byte[] code, Place place) {
    /// Where an instruction ran, and what the trace tells of the processor there.
    ///
    /// @param protection real mode, virtual-8086 mode, or neither
    /// @param modeTold whether the trace tells the mode
    /// @param csBase the base of CS
    /// @param rip the instruction pointer, an offset into CS
    record Place(Protection protection, boolean modeTold, long csBase, long rip) {
    }

    /// How segments and privileges work.
    enum Protection {
        /// Linear addresses are physical ones, and the privilege level is 0.
        REAL,
        /// The privilege level is 3.
        VIRTUAL_8086,
        PROTECTED
    }

    CodeMode mode() {
        return instruction.mode();
    }

    /// Returns whether segment bases are selectors times 16.
    boolean hasRealSegments() {
        return place.protection != Protection.PROTECTED;
    }

    boolean is64() {
        return mode() == CodeMode.CODE64;
    }

    /// Returns whether the code is in the upper half of the 64-bit address space, where kernels are.
    boolean isInUpperHalf() {
        return is64() && place.rip < 0;
    }
}
