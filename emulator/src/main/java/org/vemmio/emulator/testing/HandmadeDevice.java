package org.vemmio.emulator.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;

/// The devices of a trap written by hand.
final class HandmadeDevice {
    private long[] answers = {};
    private byte @Nullable [] contents;
    private @Nullable ByteRange backing;
    private @Nullable MmioBus bus;
    private int allowedAccesses = Integer.MAX_VALUE;
    private int widths;

    void answers(long... values) {
        answers = values.clone();
    }

    void holds(byte[] bytes) {
        contents = bytes;
        backing = null;
    }

    void holds(long gpa, byte[] bytes) {
        backing = new ByteRange(gpa, bytes);
    }

    void widths(int widths) {
        this.widths = widths;
    }

    void refusesAfter(int accesses) {
        allowedAccesses = accesses;
    }

    void bus(MmioBus bus) {
        this.bus = bus;
    }

    DeviceWindow withWidths(DeviceWindow window) {
        return widths == 0 ? window : window.withWidths(widths);
    }

    /// Returns what a device that behaves as memory holds, and where; no byte if none does.
    ///
    /// @throws IllegalArgumentException if it is more than the window has
    ByteRange held(DeviceWindow window) {
        if (backing != null) {
            return backing;
        }
        if (contents == null) {
            return new ByteRange(window.gpa(), new byte[0]);
        }
        if (contents.length > window.size()) {
            throw new IllegalArgumentException("a device of %d bytes cannot hold %d".formatted(window.size(),
                    contents.length));
        }
        return new ByteRange(window.gpa(), Arrays.copyOf(contents, Math.toIntExact(window.size())));
    }

    /// Returns the devices of a run.
    ///
    /// @param gpa where the memory is
    /// @param memory of a device that behaves as memory
    MmioBus bus(long gpa, MemoryDevice memory) {
        MmioBus devices = bus != null ? bus : contents == null && backing == null ? new ScriptedBus(answers)
                : DeviceMap.builder().add(gpa, memory.contents().length, memory).build();
        return widths == 0 && allowedAccesses == Integer.MAX_VALUE ? devices
                : new LimitedBus(devices, widths, allowedAccesses);
    }
}
