package org.vemmio.emulator.recording.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Devices;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;

/// The devices of the trap that is being replayed: they answer as recorded, and note every access that is not. For one
/// thread.
final class ReplayBus implements MmioBus {
    private static final int MAX_DIFFERENCES = 16;

    private final List<Difference> differences = new ArrayList<>();
    private List<DeviceAccess> script = List.of();
    private List<String> assumed = List.of();
    private int next;
    private int widths = UP_TO_8;
    private List<DeviceWindow> told = List.of();
    private boolean failsAtEnd;
    private boolean diverged;
    private byte @Nullable [] backing;
    private long backingAddress;
    /// What the volatile cell is going to hold; null once it does.
    private @Nullable ByteRange change;

    /// Takes over the devices of a trap.
    void load(RecordedTrap trap) {
        differences.clear();
        script = List.of();
        assumed = trap.assumed();
        backing = null;
        change = null;
        next = 0;
        diverged = false;
        widths = UP_TO_8;
        told = List.of();
        for (DeviceWindow window : trap.guestMemory().windows()) {
            if (window.widths().isPresent()) {
                told = trap.guestMemory().windows();
            }
        }
        switch (trap.devices()) {
            case Devices.Script(List<DeviceAccess> accesses) -> {
                script = accesses;
                for (DeviceAccess access : accesses) {
                    widths |= access.size();
                }
            }
            case Devices.Backing(ByteRange contents, Optional<ByteRange> changed) -> {
                backing = contents.bytes();
                backingAddress = contents.address();
                change = changed.orElse(null);
                widths = UP_TO_64;
            }
        }
        failsAtEnd = trap.expectation().orElse(null) instanceof Expectation.Failed failed
                && failed.errno().equals(Optional.of(Errno.EIO));
    }

    /// Returns whether an access was not as recorded.
    boolean hasDiverged() {
        return diverged;
    }

    /// Returns the accesses that were not as recorded; the first few, if there were many.
    List<Difference> differences() {
        return differences;
    }

    /// Returns the accesses that were recorded and have not been made; the first few, if there are many.
    List<Difference> missing() {
        if (next >= script.size()) {
            return List.of();
        }
        List<Difference> missing = new ArrayList<>();
        for (int i = next; i < script.size() && missing.size() < MAX_DIFFERENCES; i++) {
            missing.add(difference(i, script.get(i).toString(), ""));
        }
        return missing;
    }

    /// Returns the contents of the backing device, if there is one.
    Optional<ByteRange> backing() {
        return backing == null ? Optional.empty() : Optional.of(new ByteRange(backingAddress, backing));
    }

    private static Difference difference(int index, String expected, String got) {
        return new Difference(Difference.Kind.ACCESS, Integer.toString(index + 1), expected, got);
    }

    // The devices

    @Override
    public int widths(long gpa) {
        for (DeviceWindow window : told) {
            if (window.widths().isPresent() && window.holds(gpa)) {
                return window.widths().getAsInt();
            }
        }
        return widths;
    }

    @Override
    public long read(long gpa, int size) {
        byte[] bytes = new byte[Long.BYTES];
        read(gpa, bytes, 0, size);
        return Bytes.get(bytes, 0, size);
    }

    @Override
    public void write(long gpa, int size, long value) {
        byte[] bytes = new byte[size];
        Bytes.put(bytes, 0, size, value);
        write(gpa, bytes, 0, size);
    }

    @Override
    public void read(long gpa, byte[] into, int offset, int size) {
        if (backing != null) {
            System.arraycopy(backing, indexInBacking(gpa, size), into, offset, size);
            if (change != null && gpa - change.address() < change.size() && change.address() - gpa < size) {
                makeChange();
            }
            return;
        }
        DeviceAccess expected = nextInScript();
        byte[] answer = expected == null || expected.isWrite() ? new byte[size]
                : Arrays.copyOf(expected.bytes(), size);
        System.arraycopy(answer, 0, into, offset, size);
        compare(expected, DeviceAccess.read(gpa, answer));
    }

    @Override
    public void write(long gpa, byte[] from, int offset, int size) {
        if (backing != null) {
            System.arraycopy(from, offset, backing, indexInBacking(gpa, size), size);
            return;
        }
        compare(nextInScript(), DeviceAccess.write(gpa, Arrays.copyOfRange(from, offset, offset + size)));
    }

    /// Where no other agent changes what the device holds, the lock serves as well. In a script a second read tells of
    /// the change.
    @Override
    public boolean offersCompareAndExchange(long gpa, int size) {
        return change != null || isRead(next, gpa, size) && isRead(next + 1, gpa, size);
    }

    private boolean isRead(int index, long gpa, int size) {
        return index < script.size() && !script.get(index).isWrite() && script.get(index).gpa() == gpa
                && script.get(index).size() == size;
    }

    @Override
    public long compareAndExchange(long gpa, int size, long expected, long value) {
        long held = backing != null || isRead(next, gpa, size) ? read(gpa, size) : expected;
        if (held == expected) {
            write(gpa, size, value);
        }
        return held;
    }

    @Override
    public boolean enqueue(long gpa, byte[] from, int offset) {
        write(gpa, from, offset, 64);
        return true;
    }

    /// Nothing changes between a read and a write under a lock: the change comes before.
    @Override
    public void lock() {
        makeChange();
    }

    private void makeChange() {
        if (change != null && backing != null) {
            int size = change.size();
            System.arraycopy(change.bytes(), 0, backing, indexInBacking(change.address(), size), size);
            change = null;
        }
    }

    private int indexInBacking(long gpa, int size) {
        long index = gpa - backingAddress;
        if (backing == null || index < 0 || index > backing.length - size) {
            throw new DeviceRefusedException("the recording has no device there");
        }
        return (int) index;
    }

    /// Returns the access that comes next, or null if none does. Where the recording expects the host to refuse, it is
    /// the access behind the last that is refused.
    private @Nullable DeviceAccess nextInScript() {
        if (next < script.size()) {
            return script.get(next);
        }
        if (failsAtEnd) {
            throw new DeviceRefusedException("the recording has the host refuse it");
        }
        return null;
    }

    /// Returns whether an access is as recorded, but for what was invented.
    private boolean isAsTold(DeviceAccess expected, DeviceAccess got) {
        if (got.equals(expected) || assumed.isEmpty()) {
            return got.equals(expected);
        }
        return got.isWrite() == expected.isWrite() && got.size() == expected.size()
                && (got.gpa() == expected.gpa() || isAssumed("gpa"))
                && (Arrays.equals(got.bytes(), expected.bytes()) || isAssumed("value"));
    }

    private boolean isAssumed(String part) {
        return assumed.contains("mmio[%d].%s".formatted(next, part));
    }

    private void compare(@Nullable DeviceAccess expected, DeviceAccess got) {
        if (expected == null || !isAsTold(expected, got)) {
            diverged = true;
            if (differences.size() < MAX_DIFFERENCES) {
                differences.add(difference(next, expected == null ? "" : expected.toString(), got.toString()));
            }
        }
        next++;
    }
}
