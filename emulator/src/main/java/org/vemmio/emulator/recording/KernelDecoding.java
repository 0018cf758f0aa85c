package org.vemmio.emulator.recording;

import java.util.OptionalInt;
import org.vemmio.decoder.linux.MmioType;

/// What Linux's own decoder says about the bytes of a trap (Linux arch/x86/lib/insn-eval.c, `insn_decode_mmio`).
///
/// @param type the type it answers
/// @param length the instruction's length in bytes; not given, and not compared, for `DECODE_FAILED`
/// @param size the size of the memory operand in bytes; likewise
public record KernelDecoding(MmioType type, OptionalInt length, OptionalInt size) {
    /// {@return the decoding of an instruction that is classified}
    public static KernelDecoding of(MmioType type, int length, int size) {
        return new KernelDecoding(type, OptionalInt.of(length), OptionalInt.of(size));
    }

    /// {@return that the bytes are none of the types}
    public static KernelDecoding failed() {
        return new KernelDecoding(MmioType.DECODE_FAILED, OptionalInt.empty(), OptionalInt.empty());
    }
}
