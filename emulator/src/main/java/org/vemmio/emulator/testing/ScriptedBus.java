package org.vemmio.emulator.testing;

import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;

/// A device everywhere, which answers reads in order and takes writes.
final class ScriptedBus implements MmioBus {
    private final long[] answers;
    private final int allowedAccesses;
    private int reads;
    private int accesses;

    ScriptedBus(long[] answers, int allowedAccesses) {
        this.answers = answers;
        this.allowedAccesses = allowedAccesses;
    }

    @Override
    public long read(long gpa, int size) {
        count();
        if (reads == answers.length) {
            throw new AssertionError(
                    "the instruction reads %d %s at 0x%x, for which the trap has no answer; answers(…) has %d"
                            .formatted(size, size == 1 ? "byte" : "bytes", gpa, answers.length));
        }
        return answers[reads++];
    }

    @Override
    public void write(long gpa, int size, long value) {
        count();
    }

    private void count() {
        if (accesses == allowedAccesses) {
            throw new DeviceRefusedException("the test has it refuse");
        }
        accesses++;
    }
}
