package org.vemmio.emulator.testing;

import org.vemmio.emulator.device.MmioBus;

/// A device everywhere, which answers reads in order and takes writes.
final class ScriptedBus implements MmioBus {
    private final long[] answers;
    private int reads;

    ScriptedBus(long[] answers) {
        this.answers = answers;
    }

    @Override
    public long read(long gpa, int size) {
        if (reads == answers.length) {
            throw new AssertionError(
                    "the instruction reads %d %s at 0x%x, for which the trap has no answer; answers(…) has %d"
                            .formatted(size, size == 1 ? "byte" : "bytes", gpa, answers.length));
        }
        return answers[reads++];
    }

    @Override
    public void write(long gpa, int size, long value) {
    }
}
