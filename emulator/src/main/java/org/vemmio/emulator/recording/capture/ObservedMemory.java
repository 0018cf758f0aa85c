package org.vemmio.emulator.recording.capture;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;

/// Other memory, of which it notes what an instruction has found there: what was in each byte that it could reach
/// before it was first touched, and behind which addresses there were devices. For one thread.
final class ObservedMemory implements LinearMemory {
    private static final int MOST = 8;

    private final LinearMemory memory;
    private final Map<Long, Page> pages = new TreeMap<>(Long::compareUnsigned);

    /// What is known of a page.
    private static final class Page {
        private final byte[] before = new byte[PAGE_SIZE];
        private final BitSet ordinary = new BitSet();
        private final List<DeviceWindow> devices = new ArrayList<>();
        private boolean faulted;
    }

    ObservedMemory(LinearMemory memory) {
        this.memory = memory;
    }

    /// Returns whether this observes `other`.
    boolean isOf(LinearMemory other) {
        return memory == other;
    }

    /// Notes whether there is a device at an address that the processor has reported.
    void locate(long linear) {
        long translation = memory.translate(linear, 1, false, false);
        if (LinearMemory.isDevice(translation)) {
            page(linear).devices.add(new DeviceWindow(linear, translation, 1));
        }
    }

    /// Returns whether an access to the page of an address has faulted.
    boolean hasFaultedAt(long linear) {
        Page page = pages.get(linear & -PAGE_SIZE);
        return page != null && page.faulted;
    }

    private Page page(long linear) {
        return pages.computeIfAbsent(linear & -PAGE_SIZE, _ -> new Page());
    }

    // What was found

    /// Returns the device windows: whole pages, unless there was something else on the page.
    List<DeviceWindow> windows() {
        List<DeviceWindow> windows = new ArrayList<>();
        pages.forEach((address, page) -> {
            long gap = page.devices.isEmpty() ? 0 : page.devices.getFirst().gpa() - page.devices.getFirst().gla();
            boolean whole = !page.faulted && page.ordinary.isEmpty() && gap % PAGE_SIZE == 0
                    && page.devices.stream().allMatch(device -> device.gpa() - device.gla() == gap);
            if (whole && !page.devices.isEmpty()) {
                windows.add(new DeviceWindow(address, address + gap, PAGE_SIZE));
            } else {
                windows.addAll(apart(page.devices));
            }
        });
        return windows;
    }

    /// Returns windows that do not overlap, of some that may.
    private static List<DeviceWindow> apart(List<DeviceWindow> devices) {
        Map<Long, Long> gpas = new TreeMap<>(Long::compareUnsigned);
        for (DeviceWindow device : devices) {
            for (long i = 0; i < device.size(); i++) {
                gpas.put(device.gla() + i, device.gpa() + i);
            }
        }
        List<DeviceWindow> windows = new ArrayList<>();
        gpas.forEach((gla, gpa) -> {
            DeviceWindow last = windows.isEmpty() ? null : windows.getLast();
            if (last != null && last.gla() + last.size() == gla && last.gpa() + last.size() == gpa) {
                windows.set(windows.size() - 1, new DeviceWindow(last.gla(), last.gpa(), last.size() + 1));
            } else {
                windows.add(new DeviceWindow(gla, gpa, 1));
            }
        });
        return windows;
    }

    /// Returns the ordinary memory that could be reached, as it was before, ascending and apart.
    List<ByteRange> before() {
        List<ByteRange> ranges = new ArrayList<>();
        pages.forEach((address, page) -> {
            for (int start = page.ordinary.nextSetBit(0); start >= 0;) {
                int end = page.ordinary.nextClearBit(start);
                byte[] bytes = new byte[end - start];
                System.arraycopy(page.before, start, bytes, 0, bytes.length);
                ranges.add(new ByteRange(address + start, bytes));
                start = page.ordinary.nextSetBit(end);
            }
        });
        return ranges;
    }

    /// Returns the same ranges as they are now.
    List<ByteRange> after() {
        return before().stream().map(range -> new ByteRange(range.address(), now(range.address(), range.size())))
                .toList();
    }

    private byte[] now(long linear, int size) {
        byte[] bytes = new byte[size];
        for (int done = 0; done < size; done += MOST) {
            int count = Math.min(MOST, size - done);
            long value = memory.read(linear + done, count);
            for (int i = 0; i < count; i++) {
                bytes[done + i] = (byte) (value >>> Byte.SIZE * i);
            }
        }
        return bytes;
    }

    /// Notes the bytes that are not yet known, all within one page.
    private void touch(long linear, int size) {
        Page page = page(linear);
        int start = (int) (linear & PAGE_SIZE - 1);
        for (int at = page.ordinary.nextClearBit(start); at < start + size; at = page.ordinary.nextClearBit(at)) {
            int known = page.ordinary.nextSetBit(at);
            int end = known < 0 || known > start + size ? start + size : known;
            byte[] bytes = now(linear - start + at, end - at);
            System.arraycopy(bytes, 0, page.before, at, bytes.length);
            page.ordinary.set(at, end);
        }
    }

    // The memory

    @Override
    public int fetch(long linear, byte[] into, int count) {
        return memory.fetch(linear, into, count);
    }

    @Override
    public long translate(long linear, int size, boolean write, boolean user) {
        long translation = memory.translate(linear, size, write, user);
        if (LinearMemory.isFault(translation)) {
            page(linear).faulted = true;
        } else if (translation == ORDINARY) {
            touch(linear, size);
        } else {
            page(linear).devices.add(new DeviceWindow(linear, translation, size));
        }
        return translation;
    }

    @Override
    public long read(long linear, int size) {
        touch(linear, size);
        return memory.read(linear, size);
    }

    @Override
    public void write(long linear, int size, long value) {
        touch(linear, size);
        memory.write(linear, size, value);
    }
}
