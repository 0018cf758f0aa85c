package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.RecordedTrap;

/// The traps of a recording in order, read by a thread of their own while those before are dealt with. What that thread
/// throws is thrown where the trap would have come. For one thread.
final class ReadAhead implements Iterator<RecordedTrap>, AutoCloseable {
    private static final int BLOCKS = 8;
    private static final int TRAPS = 64;
    private static final int BYTES = 1 << 16;
    /// How long to wait for the thread to stop. Where its input is slow to come, it is left behind.
    private static final long PATIENCE = 200;

    private final Iterator<RecordedTrap> source;
    private final BlockingQueue<Block> blocks = new ArrayBlockingQueue<>(BLOCKS);
    private final Thread thread = new Thread(this::read, "read ahead");
    private Block block = new Block(List.of(), false, null);
    private int next;
    private volatile boolean closed;

    /// Some traps.
    ///
    /// @param last whether there are no more
    /// @param problem what came behind them
    private record Block(List<RecordedTrap> traps, boolean last, @Nullable Throwable problem) {
    }

    private ReadAhead(Iterator<RecordedTrap> source) {
        this.source = source;
        thread.setDaemon(true);
    }

    /// Begins to read.
    ///
    /// @param source not to be used by anyone else from now on
    static ReadAhead of(Iterator<RecordedTrap> source) {
        ReadAhead ahead = new ReadAhead(source);
        ahead.thread.start();
        return ahead;
    }

    private void read() {
        try {
            boolean last = false;
            while (!closed && !last) {
                Block read = readBlock();
                last = read.last;
                blocks.put(read);
            }
        } catch (InterruptedException e) {
            // Nobody wants more.
            Thread.currentThread().interrupt();
        }
    }

    private Block readBlock() {
        List<RecordedTrap> traps = new ArrayList<>(TRAPS);
        try {
            int bytes = 0;
            while (traps.size() < TRAPS && bytes < BYTES) {
                if (!source.hasNext()) {
                    return new Block(traps, true, null);
                }
                RecordedTrap trap = source.next();
                traps.add(trap);
                bytes += size(trap);
            }
            return new Block(traps, false, null);
        } catch (RuntimeException | Error e) {
            return new Block(traps, true, e);
        }
    }

    /// Returns about how many bytes of memory and devices a trap holds, before the instruction and behind it.
    private static int size(RecordedTrap trap) {
        int bytes = 2 * trap.backing().map(ByteRange::size).orElse(0);
        for (ByteRange range : trap.guestMemory().ranges()) {
            bytes += 2 * range.size();
        }
        return bytes;
    }

    @Override
    public boolean hasNext() {
        while (next == block.traps.size()) {
            switch (block.problem) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                case null, default -> { }
            }
            if (block.last) {
                return false;
            }
            try {
                block = blocks.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandException("interrupted");
            }
            next = 0;
        }
        return true;
    }

    @Override
    public RecordedTrap next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return block.traps.get(next++);
    }

    /// Stops reading.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        blocks.clear();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
