package org.vemmio.emulator.testing;

import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;

/// Other devices, which take the widths they are told, and refuse every access after some.
final class LimitedBus implements MmioBus {
    private final MmioBus bus;
    private final int widths;
    private int left;

    /// @param widths as [MmioBus#widths]; 0 for those of the devices
    LimitedBus(MmioBus bus, int widths, int allowedAccesses) {
        this.bus = bus;
        this.widths = widths;
        this.left = allowedAccesses;
    }

    private void take() {
        if (left == 0) {
            throw new DeviceRefusedException("the test has it refuse");
        }
        left--;
    }

    @Override
    public long read(long gpa, int size) {
        take();
        return bus.read(gpa, size);
    }

    @Override
    public void write(long gpa, int size, long value) {
        take();
        bus.write(gpa, size, value);
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        take();
        bus.read(gpa, into, offset, size);
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        take();
        bus.write(gpa, from, offset, size);
    }

    @Override
    public int widths(long gpa) {
        return widths != 0 ? widths : bus.widths(gpa);
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
        take();
        return bus.compareAndExchange(gpa, size, expected, value);
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        take();
        return bus.enqueue(gpa, from, offset);
    }
}
