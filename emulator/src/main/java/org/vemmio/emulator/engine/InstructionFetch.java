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
    private static final int LONGEST = Instruction.MAX_LENGTH;
    /// One byte more than any instruction has is asked for: 16 are copied and compared as two numbers.
    private static final int WANTED = LONGEST + 1;
    private static final long LAST_BYTE = 0xffL << 56;

    private final byte[] bytes = new byte[WANTED];
    private int count;
    private CodeMode mode = CodeMode.CODE64;

    /// Takes over what stands at the instruction pointer of `cpu`.
    ///
    /// @param mode how the handler decodes it
    void fetch(Cpu cpu, LinearMemory memory, CodeMode mode) {
        this.mode = mode;
        // A Linux handler copies from regs->ip alone: the same in 64-bit code, the only one that a kernel runs.
        int fetched = memory.fetch(cpu.linearRip(), bytes, WANTED);
        if (fetched < LONGEST) {
            Arrays.fill(bytes, fetched, LONGEST, (byte) 0);
        }
        count = Math.min(fetched, LONGEST);
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
        return count == LONGEST;
    }

    /// Returns the bytes: the first [#count()] of them count.
    byte[] buffer() {
        return bytes;
    }

    /// Returns a copy of what was fetched.
    byte[] code() {
        return Arrays.copyOf(bytes, count);
    }

    // The 16 bytes of a key, of which the last takes the count and the mode.

    long keyLow() {
        return Bytes.get(bytes, 0, Long.BYTES);
    }

    long keyHigh() {
        return Bytes.get(bytes, Long.BYTES, Long.BYTES) & ~LAST_BYTE | (long) (count | mode.ordinal() << 4) << 56;
    }
}
