package org.vemmio.emulator.instruction;

import java.util.HexFormat;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;

/// Vector registers as bytes in memory order.
final class VectorBytes {
    private VectorBytes() {
    }

    /// Sets the low bytes, a multiple of 8, of vector register `register`; the others stay.
    static void set(Cpu cpu, int register, byte[] bytes) {
        for (int lane = 0; lane < bytes.length / 8; lane++) {
            cpu.setVector(register, lane, Bytes.get(bytes, 8 * lane, 8));
        }
    }

    /// Returns all 64 bytes of vector register `register` in hexadecimal.
    static String get(Cpu cpu, int register) {
        byte[] bytes = new byte[64];
        for (int lane = 0; lane < 8; lane++) {
            Bytes.put(bytes, 8 * lane, 8, cpu.vector(register, lane));
        }
        return HexFormat.of().formatHex(bytes);
    }
}
