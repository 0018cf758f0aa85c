package org.vemmio.emulator.recording.capture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;

/// Other devices, of which it notes what they answer and which widths they take. For one thread.
final class ObservedBus implements MmioBus {
    private static final int COMMAND = 64;

    private final MmioBus bus;
    private final List<DeviceAccess> accesses = new ArrayList<>();
    private final Map<Long, Integer> widths = new HashMap<>();

    ObservedBus(MmioBus bus) {
        this.bus = bus;
    }

    void clear() {
        accesses.clear();
        widths.clear();
    }

    /// Returns the accesses that were made, in order.
    List<DeviceAccess> accesses() {
        return accesses;
    }

    /// Returns the widths that all devices at some addresses take; empty where nobody has asked, or where they are what
    /// a hypercall carries.
    OptionalInt widths(long gpa, long size) {
        OptionalInt common = OptionalInt.empty();
        for (Map.Entry<Long, Integer> device : widths.entrySet()) {
            if (Long.compareUnsigned(device.getKey() - gpa, size) < 0) {
                common = OptionalInt.of(common.orElse(UP_TO_64) & device.getValue());
            }
        }
        return common.equals(OptionalInt.of(UP_TO_8)) ? OptionalInt.empty() : common;
    }

    private void note(boolean write, long gpa, int size, long value) {
        byte[] bytes = new byte[size];
        Bytes.put(bytes, 0, size, value);
        accesses.add(write ? DeviceAccess.write(gpa, bytes) : DeviceAccess.read(gpa, bytes));
    }

    private void note(boolean write, long gpa, byte[] bytes) {
        accesses.add(write ? DeviceAccess.write(gpa, bytes) : DeviceAccess.read(gpa, bytes));
    }

    @Override
    public int widths(long gpa) {
        int taken = bus.widths(gpa);
        widths.merge(gpa & -LinearMemory.PAGE_SIZE, taken, (a, b) -> a & b);
        return taken;
    }

    @Override
    public long read(long gpa, int size) {
        long value = bus.read(gpa, size);
        note(false, gpa, size, value);
        return value;
    }

    @Override
    public void write(long gpa, int size, long value) {
        bus.write(gpa, size, value);
        note(true, gpa, size, value);
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        bus.read(gpa, into, offset, size);
        note(false, gpa, Arrays.copyOfRange(into, offset, offset + size));
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        bus.write(gpa, from, offset, size);
        note(true, gpa, Arrays.copyOfRange(from, offset, offset + size));
    }

    @Override
    public void lock() {
        bus.lock();
    }

    @Override
    public void unlock() {
        bus.unlock();
    }

    @Override
    public boolean offersCompareAndExchange(long gpa, int size) {
        return bus.offersCompareAndExchange(gpa, size);
    }

    @Override
    public long compareAndExchange(long gpa, int size, long expected, long value) {
        long held = bus.compareAndExchange(gpa, size, expected, value);
        boolean written = ((held ^ expected) & -1L >>> Long.SIZE - Byte.SIZE * size) == 0;
        note(written, gpa, size, written ? value : held);
        return held;
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        boolean taken = bus.enqueue(gpa, from, offset);
        note(true, gpa, Arrays.copyOfRange(from, offset, offset + COMMAND));
        return taken;
    }
}
