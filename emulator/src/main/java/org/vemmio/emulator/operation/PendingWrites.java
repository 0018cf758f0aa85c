package org.vemmio.emulator.operation;

import java.util.SortedMap;
import java.util.TreeMap;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;

/// What an instruction writes to registers and flags, kept back until it can no longer fail.
final class PendingWrites {
    /// As many as any instruction writes: RAX, RCX, RSI and RDI.
    private static final int GPRS = 4;
    private static final int NONE = -1;

    private final Flags flags = new Flags();
    private final int[] gprs = new int[GPRS];
    private final long[] gprValues = new long[GPRS];
    private int gprCount;
    private final byte[] vector = new byte[Execution.WIDEST];
    private int vectorRegister = NONE;
    private int vectorSize;
    private boolean vectorClearsRest;
    private int mmxRegister = NONE;
    private long mmx;
    private int maskRegister = NONE;
    private long mask;
    /// Whether anything but general-purpose registers and flags is staged, which is rare.
    private boolean others;

    void clear() {
        flags.clear();
        gprCount = 0;
        if (others) {
            vectorRegister = NONE;
            mmxRegister = NONE;
            maskRegister = NONE;
            others = false;
        }
    }

    Flags flags() {
        return flags;
    }

    void setGpr(int register, long value) {
        gprs[gprCount] = register;
        gprValues[gprCount] = value;
        gprCount++;
    }

    void setVector(int register, byte[] from, int size, boolean clearsRest) {
        System.arraycopy(from, 0, vector, 0, size);
        vectorRegister = register;
        others = true;
        vectorSize = size;
        vectorClearsRest = clearsRest;
    }

    void setMmx(int register, long value) {
        mmxRegister = register;
        others = true;
        mmx = value;
    }

    void setMask(int register, long value) {
        maskRegister = register;
        others = true;
        mask = value;
    }

    /// Returns the general-purpose registers that are staged, by number.
    SortedMap<Integer, Long> gprs() {
        SortedMap<Integer, Long> staged = new TreeMap<>();
        for (int i = 0; i < gprCount; i++) {
            staged.put(gprs[i], gprValues[i]);
        }
        return staged;
    }

    void commitGprs(Cpu cpu) {
        for (int i = 0; i < gprCount; i++) {
            cpu.setGpr(gprs[i], gprValues[i]);
        }
    }

    void commit(Cpu cpu) {
        commitGprs(cpu);
        if (others) {
            commitOthers(cpu);
        }
        if (flags.areStaged()) {
            cpu.setRflags(flags.apply(cpu.rflags()));
        }
    }

    private void commitOthers(Cpu cpu) {
        if (vectorRegister != NONE) {
            int lanes = vectorSize / 8;
            for (int lane = 0; lane < lanes; lane++) {
                cpu.setVector(vectorRegister, lane, Bytes.get(vector, 8 * lane, 8));
            }
            for (int lane = lanes; vectorClearsRest && lane < Execution.WIDEST / 8; lane++) {
                cpu.setVector(vectorRegister, lane, 0);
            }
        }
        if (mmxRegister != NONE) {
            cpu.setMmx(mmxRegister, mmx);
        }
        if (maskRegister != NONE) {
            cpu.setMask(maskRegister, mask);
        }
    }
}
