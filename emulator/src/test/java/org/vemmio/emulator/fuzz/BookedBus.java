package org.vemmio.emulator.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.outcome.DeviceAccess;

/// Devices that keep books, and complain where an engine does what [MmioBus] rules out. What a read answers depends on
/// the address and on how many accesses there were.
final class BookedBus implements MmioBus {
    final List<DeviceAccess> accesses = new ArrayList<>();
    private Oddity oddity = Oddity.NONE;
    private Runnable reentry = () -> { };
    /// Accesses begun, whatever came of them.
    private int begun;
    private int locks;

    /// Begins the next trap.
    void set(Oddity oddity, Runnable reentry) {
        this.oddity = oddity;
        this.reentry = reentry;
        accesses.clear();
        begun = 0;
        locks = 0;
    }

    int begun() {
        return begun;
    }

    boolean isLocked() {
        return locks != 0;
    }

    private void begin(boolean allowed, String what, long gpa, int size) {
        if (!allowed) {
            throw new AssertionError("%s of %d bytes at 0x%x is not what MmioBus allows".formatted(what, size, gpa));
        }
        begun++;
        if (begun == oddity.reentersAt()) {
            reentry.run();
        }
        if (begun == oddity.throwsAt()) {
            throw new Oddity.OddException();
        }
        if (begun == oddity.refusesAt()) {
            throw new DeviceRefusedException("odd");
        }
    }

    private static boolean isNarrow(int size) {
        return size == 1 || size == 2 || size == 4 || size == 8;
    }

    private static boolean isWide(int size) {
        return size == 16 || size == 32 || size == 64;
    }

    private long answer(long gpa) {
        return (gpa * 0x9e37_79b9_7f4a_7c15L) ^ begun * 0x0101_0101_0101_0101L;
    }

    @Override
    public long read(long gpa, int size) {
        begin(isNarrow(size), "read", gpa, size);
        long value = answer(gpa);
        accesses.add(DeviceAccess.read(gpa, size, value));
        return value;
    }

    @Override
    public void write(long gpa, int size, long value) {
        begin(isNarrow(size), "write", gpa, size);
        accesses.add(DeviceAccess.write(gpa, size, value));
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        begin(isWide(size), "read", gpa, size);
        for (int i = 0; i < size; i += Long.BYTES) {
            Bytes.put(into, offset + i, Long.BYTES, answer(gpa + i));
        }
        accesses.add(DeviceAccess.read(gpa, Arrays.copyOfRange(into, offset, offset + size)));
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        begin(isWide(size), "write", gpa, size);
        accesses.add(DeviceAccess.write(gpa, Arrays.copyOfRange(from, offset, offset + size)));
    }

    @Override
    public int widths(long gpa) {
        return oddity.changesAt() != 0 && begun >= oddity.changesAt() ? oddity.widthsLater() : oddity.widths();
    }

    @Override
    public void lock() {
        if (locks++ != 0) {
            throw new AssertionError("locked twice");
        }
    }

    @Override
    public void unlock() {
        if (--locks != 0) {
            throw new AssertionError("unlocked without a lock");
        }
    }

    @Override
    public boolean offersCompareAndExchange(long gpa, int size) {
        return oddity.exchanges();
    }

    @Override
    public long compareAndExchange(long gpa, int size, long expected, long value) {
        begin(isNarrow(size) && oddity.exchanges(), "compare-and-exchange", gpa, size);
        boolean succeeds = oddity.refusesAt() % 2 == 0;
        long held = succeeds ? expected : ~expected;
        accesses.add(succeeds ? DeviceAccess.write(gpa, size, value) : DeviceAccess.read(gpa, size, held));
        return held;
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        begin(true, "enqueue", gpa, 64);
        accesses.add(DeviceAccess.write(gpa, Arrays.copyOfRange(from, offset, offset + 64)));
        return (gpa & 64) == 0;
    }
}
