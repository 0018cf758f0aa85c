package org.vemmio.emulator.hex;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.input.Limits;

/// Hands bytes on as chunks, each as soon as it is complete.
final class Chunks {
    private static final int REPEATED_AT_ONCE = 1 << 12;

    private final Consumer<HexChunk> sink;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Optional<CodeMode> mode = Optional.empty();
    private String symbol = "";
    private long address;
    private int trapping = HexChunk.UNMARKED;
    private boolean begins = true;
    private boolean any;
    private byte[] row = new byte[0];
    private boolean repeated;

    Chunks(Consumer<HexChunk> sink) {
        this.sink = sink;
    }

    /// Whether there was any byte.
    boolean isEmpty() {
        return !any && bytes.size() == 0;
    }

    /// Says that what follows lies at `next`, where a run begins unless it goes on from the last byte.
    void at(long next) {
        if (address + bytes.size() != next) {
            begin(next);
        }
    }

    /// Begins a run at an address.
    void begin(long next) {
        flush();
        address = next;
        begins = true;
        mode = Optional.empty();
    }

    /// Begins a run behind the last byte.
    void begin() {
        begin(address + bytes.size());
    }

    void symbol(String name) {
        symbol = name;
    }

    void mode(CodeMode known) {
        mode = Optional.of(known);
    }

    void add(int value) {
        bytes.write(value);
    }

    void add(byte[] values) {
        bytes.writeBytes(values);
    }

    /// Marks the next byte as the one where execution stopped.
    void mark() {
        if (trapping != HexChunk.UNMARKED) {
            flush();
        }
        trapping = bytes.size();
    }

    /// Hands on what was gathered.
    void flush() {
        if (bytes.size() > 0) {
            sink.accept(new HexChunk(begins, address, bytes.toByteArray(), trapping, begins ? symbol : "", mode));
            any = true;
            address += bytes.size();
            bytes.reset();
            trapping = HexChunk.UNMARKED;
            symbol = "";
            begins = false;
        }
    }

    /// Hands on a row of a dump, and remembers it.
    void row() {
        row = bytes.toByteArray();
        flush();
    }

    /// Says that the last row is repeated until the address of the next.
    void star() {
        repeated = true;
    }

    /// Repeats the last row up to an address, if a `*` stood before it.
    void repeatTo(long next, HexLine line) {
        if (!repeated) {
            return;
        }
        repeated = false;
        long missing = next - address;
        if (row.length == 0 || missing < 0 || missing % row.length != 0) {
            throw line.wrong(0, "the line after '*' has to continue at a multiple of the row before it");
        }
        if (missing > Limits.REPEATED_ROWS) {
            throw line.wrong(0, "'*' stands for more than 16 MiB");
        }
        for (long i = 0; i < missing / row.length; i++) {
            bytes.writeBytes(row);
            if (bytes.size() >= REPEATED_AT_ONCE) {
                flush();
            }
        }
        flush();
    }
}
