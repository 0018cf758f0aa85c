package org.vemmio.emulator.engine;

import java.util.Arrays;
import org.vemmio.emulator.device.MmioBus;

/// What answers while an instruction is skipped: reads give all ones or zeros, writes are dropped.
final class AbsentDevices implements MmioBus {
    private final byte answer;

    AbsentDevices(boolean ones) {
        answer = (byte) (ones ? -1 : 0);
    }

    @Override
    public long read(long gpa, int size) {
        return answer;
    }

    @Override
    public void write(long gpa, int size, long value) {
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        Arrays.fill(into, offset, offset + size, answer);
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
    }

    @Override
    public int widths(long gpa) {
        return UP_TO_64;
    }
}
