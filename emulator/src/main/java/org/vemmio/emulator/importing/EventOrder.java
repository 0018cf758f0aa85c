package org.vemmio.emulator.importing;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import org.vemmio.emulator.input.Limits;

/// Puts the lines of a trace in order by their times, and takes out those that are there twice. For one thread.
///
/// It holds up to [#WINDOW] lines. A line that is further from its place than that comes out where it stands. A line is
/// there twice if its text is that of the line before it of the same thread, or that of one of the last [#REMEMBERED]
/// lines than which the thread has shown a later one since.
final class EventOrder {
    /// The most lines that are held back.
    static final int WINDOW = 1024;
    /// The most lines that are remembered.
    static final int REMEMBERED = 1 << 14;
    /// Stands for whichever processor it was.
    static final int ANY = -1;

    private static final Comparator<Placed> BY_TIME =
            Comparator.comparingLong(Placed::time).thenComparingLong(Placed::sequence);

    private final PriorityQueue<Placed> waiting = new PriorityQueue<>(BY_TIME);
    private final Map<String, Boolean> seen = new LinkedHashMap<>();
    private final Map<String, KvmTraceLine> lastOf = bounded(Limits.IMPORTED_PROCESSORS);
    private final Map<String, Long> latestOf = bounded(Limits.IMPORTED_PROCESSORS);
    private final Set<Integer> lossPending = new HashSet<>();
    private long sequence;
    private long newest = -1;
    private long given = -1;

    /// A line in its place.
    ///
    /// @param time that of the line, or of the newest line before it where it has none
    /// @param sequence how many lines came before
    /// @param loss the processor of which the trace says in front of it that events are missing; [#ANY] where that
    ///     is not told
    record Placed(KvmTraceLine line, long time, long sequence, OptionalInt loss) {
    }

    static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /// Notes that events of a processor are missing here.
    ///
    /// @param cpu the processor; [#ANY] where that is not told
    void lost(int cpu) {
        if (lossPending.size() < REMEMBERED) {
            lossPending.add(cpu);
        }
    }

    /// Returns of which processor events are missing in front of a line.
    private OptionalInt loss(KvmTraceLine line) {
        if (line.cpu() < 0 && !lossPending.isEmpty() || lossPending.contains(ANY)) {
            lossPending.clear();
            return OptionalInt.of(ANY);
        }
        return lossPending.remove(line.cpu()) ? OptionalInt.of(line.cpu()) : OptionalInt.empty();
    }

    /// Takes a line, and returns whether it is new.
    boolean add(KvmTraceLine line, List<Placed> ready) {
        if (isTwice(line)) {
            return false;
        }
        if (line.time() > newest) {
            newest = line.time();
        }
        long time = line.time() >= 0 ? line.time() : newest;
        if (time < given) {
            drain(ready);
        }
        waiting.add(new Placed(line, time, sequence++, loss(line)));
        if (waiting.size() > WINDOW) {
            give(ready);
        }
        return true;
    }

    private void give(List<Placed> ready) {
        Placed first = waiting.remove();
        given = first.time;
        ready.add(first);
    }

    /// Gives all lines that are held.
    void drain(List<Placed> ready) {
        while (!waiting.isEmpty()) {
            give(ready);
        }
        given = -1;
    }

    private boolean isTwice(KvmTraceLine line) {
        KvmTraceLine before = lastOf.put(line.thread(), line);
        if (line.time() < 0) {
            return false;
        }
        boolean twice = before != null && before.text().equals(line.text());
        Long latest = latestOf.get(line.thread());
        if (latest == null || line.time() > latest) {
            latestOf.put(line.thread(), line.time());
        } else if (line.time() < latest) {
            twice |= seen.containsKey(line.text());
        }
        seen.put(line.text(), true);
        if (seen.size() > REMEMBERED) {
            seen.remove(seen.keySet().iterator().next());
        }
        return twice;
    }
}
