package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;

/// A vector register at one of its widths, or an MMX register.
///
/// @param file MMX, XMM, YMM or ZMM
/// @param number 0 to 31; of an MMX register 0 to 7
/// @param clearsRest whether a write makes the bytes above 0 (VEX and EVEX), or keeps them (legacy encoding)
record VectorRef(RegisterFile file, int number, boolean clearsRest) {
    /// Returns the register that stands at place `index`, from 0, among the vector and MMX registers of the
    /// instruction's text, or null if there are fewer.
    static @Nullable VectorRef of(Instruction instruction, int index) {
        int left = index;
        for (Operand operand : instruction.operands()) {
            if (operand instanceof RegisterOperand register && isVector(register) && left-- == 0) {
                return new VectorRef(register.register().file(), register.register().number(),
                        instruction.encoding() != Encoding.LEGACY);
            }
        }
        return null;
    }

    /// Returns what must be switched on for an instruction on vector or MMX registers.
    static Feature feature(Instruction instruction) {
        return switch (instruction.encoding()) {
            case EVEX -> Feature.AVX512;
            case VEX -> Feature.AVX;
            default -> {
                VectorRef first = of(instruction, 0);
                yield first != null && first.file == RegisterFile.MMX ? Feature.MMX : Feature.SSE;
            }
        };
    }

    private static boolean isVector(RegisterOperand operand) {
        return operand.register().file().isVector() || operand.register().file() == RegisterFile.MMX;
    }

    /// Returns the number of bytes: 8, 16, 32 or 64.
    int size() {
        return switch (file) {
            case MMX -> 8;
            case XMM -> 16;
            case YMM -> 32;
            default -> 64;
        };
    }

    /// Copies the register to `into`, from index 0.
    void get(Execution execution, byte[] into) {
        if (file == RegisterFile.MMX) {
            Bytes.put(into, 0, 8, execution.cpu().mmx(number));
        } else {
            execution.getVector(number, into, size());
        }
    }

    /// Stages a new value, taken from index 0 of `from`.
    void set(Execution execution, byte[] from) {
        if (file == RegisterFile.MMX) {
            execution.setMmx(number, Bytes.get(from, 0, 8));
        } else {
            execution.setVector(number, from, size(), clearsRest);
        }
    }

    /// Returns the top bit of each element of `elementSize` bytes, that of element `i` as bit `i`.
    long signs(Execution execution, int elementSize) {
        long signs = 0;
        for (int i = 0; i < size() / elementSize; i++) {
            int top = 8 * elementSize * (i + 1) - 1;
            long lane = file == RegisterFile.MMX ? execution.cpu().mmx(number)
                    : execution.cpu().vector(number, top / 64);
            signs |= (lane >>> top % 64 & 1) << i;
        }
        return signs;
    }
}
