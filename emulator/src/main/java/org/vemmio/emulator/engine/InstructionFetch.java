package org.vemmio.emulator.engine;

import java.util.Arrays;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.memory.LinearMemory;

/// What a handler has fetched at an instruction pointer: bytes, how many, and how they are to be decoded. Reused from
/// trap to trap; bytes that could not be fetched are 0.
final class InstructionFetch {
    private static final int WANTED = Instruction.MAX_LENGTH;

    private final byte[] bytes = new byte[WANTED + 1];
    private int count;
    private CodeMode mode = CodeMode.CODE64;

    /// Takes over what stands at the instruction pointer of `cpu`.
    ///
    /// @param mode how the handler decodes it
    void fetch(Cpu cpu, LinearMemory memory, CodeMode mode) {
        this.mode = mode;
        // A Linux handler copies from regs->ip alone: the same in 64-bit code, the only one that a kernel runs.
        count = memory.fetch(cpu.linearRip(), bytes, WANTED);
        if (count < WANTED) {
            Arrays.fill(bytes, count, WANTED, (byte) 0);
        }
    }

    /// Makes this what was fetched where nothing was.
    void clear() {
        count = 0;
    }

    CodeMode mode() {
        return mode;
    }

    int count() {
        return count;
    }

    boolean isWhole() {
        return count == WANTED;
    }

    /// Returns the bytes: the first [#count()] of them count.
    byte[] buffer() {
        return bytes;
    }

    /// Returns a copy of what was fetched.
    byte[] code() {
        return Arrays.copyOf(bytes, count);
    }

    // The 16 bytes of a key: no instruction has the last one, which takes the count and the mode.

    long keyLow() {
        return Bytes.get(bytes, 0, Long.BYTES);
    }

    long keyHigh() {
        return Bytes.get(bytes, Long.BYTES, Long.BYTES) | (long) (count | mode.ordinal() << 4) << 56;
    }
}
