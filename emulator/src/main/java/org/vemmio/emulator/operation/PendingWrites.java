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
    private int vectorRegister;
    private int vectorSize;
    private boolean vectorClearsRest;
    private int mmxRegister;
    private long mmx;
    private int maskRegister;
    private long mask;

    void clear() {
        flags.clear();
        gprCount = 0;
        vectorRegister = NONE;
        mmxRegister = NONE;
        maskRegister = NONE;
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
        vectorSize = size;
        vectorClearsRest = clearsRest;
    }

    void setMmx(int register, long value) {
        mmxRegister = register;
        mmx = value;
    }

    void setMask(int register, long value) {
        maskRegister = register;
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
        long before = cpu.rflags();
        long after = flags.apply(before);
        if (after != before) {
            cpu.setRflags(after);
        }
    }
}
