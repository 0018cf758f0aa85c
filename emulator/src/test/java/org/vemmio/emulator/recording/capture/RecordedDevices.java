package org.vemmio.emulator.recording.capture;

import java.util.Arrays;
import java.util.Optional;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;

/// A simulator's devices, for one recorded trap after the other: they answer what was recorded, and refuse what comes
/// behind it.
final class RecordedDevices implements MmioBus {
    private RecordedTrap trap = RecordedTrap.builder().build();
    private MmioBus memory = DeviceMap.builder().build();
    private int next;

    void load(RecordedTrap recorded) {
        trap = recorded;
        next = 0;
        DeviceMap.Builder map = DeviceMap.builder();
        trap.backing().ifPresent(contents ->
                map.add(contents.address(), contents.size(), MemoryDevice.of(contents.bytes())));
        memory = map.build();
    }

    private boolean isMemory() {
        return trap.backing().isPresent();
    }

    private byte[] answer() {
        boolean refuses = trap.expectation().orElse(null) instanceof Expectation.Failed failed
                && failed.errno().equals(Optional.of(Errno.EIO));
        if (next == trap.accesses().size() && refuses) {
            throw new DeviceRefusedException("it was recorded so");
        }
        return trap.accesses().get(next++).bytes();
    }

    @Override
    public int widths(long gpa) {
        return isMemory() ? memory.widths(gpa)
                : trap.accesses().stream().mapToInt(DeviceAccess::size).reduce(UP_TO_8, (a, b) -> a | b);
    }

    @Override
    public long read(long gpa, int size) {
        return isMemory() ? memory.read(gpa, size) : Bytes.get(Arrays.copyOf(answer(), Long.BYTES), 0, size);
    }

    @Override
    public void write(long gpa, int size, long value) {
        if (isMemory()) {
            memory.write(gpa, size, value);
        } else {
            answer();
        }
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        if (isMemory()) {
            memory.read(gpa, into, offset, size);
        } else {
            System.arraycopy(answer(), 0, into, offset, size);
        }
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        if (isMemory()) {
            memory.write(gpa, from, offset, size);
        } else {
            answer();
        }
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        write(gpa, from, offset, 64);
        return true;
    }
}
