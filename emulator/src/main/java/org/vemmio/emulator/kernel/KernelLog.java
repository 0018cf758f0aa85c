package org.vemmio.emulator.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A ring of reports, which gives up its oldest.
final class KernelLog {
    private final Deque<LogEntry> entries = new ArrayDeque<>();
    private final int capacity;
    private long dropped;

    KernelLog(int capacity) {
        this.capacity = capacity;
    }

    void add(LogEntry entry) {
        if (entries.size() == capacity) {
            entries.removeFirst();
            dropped++;
        }
        entries.addLast(entry);
    }

    List<LogEntry> entries() {
        return List.copyOf(entries);
    }

    long dropped() {
        return dropped;
    }
}
