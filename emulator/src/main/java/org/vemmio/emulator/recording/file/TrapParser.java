package org.vemmio.emulator.recording.file;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import tools.jackson.core.JacksonException;

/// The grammar of a recording's lines. For one thread.
final class TrapParser implements AutoCloseable {
    private static final String NO_RECORDING =
            "this is not a recording; the first line of one is a JSON object with \"vemmio\":\"recording\"";
    private static final int VECTOR_BYTES = Long.BYTES * RecordedTrap.VECTOR_LANES;
    private static final int MAX_VECTOR = 31;

    private final String file;
    private final JsonCursor cursor;

    TrapParser(String file, InputStream in) {
        this.file = file;
        this.cursor = new JsonCursor(file, in);
    }

    @Override
    public void close() {
        cursor.close();
    }

    /// Returns the line read last.
    int line() {
        return cursor.line();
    }

    // The header

    /// Reads the first line.
    Recording header() {
        try {
            return readHeader();
        } catch (JacksonException e) {
            RecordingException unreadable = cursor.unreadable(e);
            boolean nothingRead = cursor.line() == 0 && unreadable.column() != 0;
            throw nothingRead ? new RecordingException(file, 1, 0, NO_RECORDING, e) : unreadable;
        }
    }

    private Recording readHeader() {
        boolean marked = false;
        OptionalLong version = OptionalLong.empty();
        OptionalLong traps = OptionalLong.empty();
        String title = "";
        String source = "";
        enterHeader();
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "vemmio" -> marked = cursor.string(key).equals("recording");
                case "version" -> version = OptionalLong.of(cursor.integer(key, 0, Long.MAX_VALUE));
                case "traps" -> traps = OptionalLong.of(cursor.integer(key, 0, Long.MAX_VALUE));
                case "title" -> title = cursor.string(key);
                case "source" -> source = cursor.string(key);
                default -> cursor.skip();
            }
        }
        cursor.endLine();
        if (!marked) {
            throw cursor.wrongLine(NO_RECORDING);
        }
        String required = "a header has \"vemmio\", \"version\" and \"traps\"";
        if (given(version, "version", required) != Recording.VERSION) {
            throw cursor.wrongLine("\"version\" is %d; version %d is the one that can be read"
                    .formatted(version.getAsLong(), Recording.VERSION));
        }
        return new Recording(title, source, given(traps, "traps", required));
    }

    private void enterHeader() {
        boolean found;
        try {
            found = cursor.nextLine();
        } catch (RecordingException e) {
            throw new RecordingException(file, 1, 0, NO_RECORDING, e);
        }
        if (!found) {
            throw new RecordingException(file, 1, 0, NO_RECORDING, null);
        }
    }

    // A trap

    /// Reads the next line, or returns null after the last.
    @Nullable RecordedTrap trap() {
        try {
            if (!cursor.nextLine()) {
                return null;
            }
            RecordedTrap trap = readTrap();
            cursor.endLine();
            return trap;
        } catch (JacksonException e) {
            throw cursor.unreadable(e);
        }
    }

    private RecordedTrap readTrap() {
        RecordedTrap.Builder trap = RecordedTrap.builder().line(cursor.line());
        OptionalLong rip = OptionalLong.empty();
        OptionalLong gla = OptionalLong.empty();
        OptionalLong gpa = OptionalLong.empty();
        boolean code = false;
        long backingAddress = 0;
        LongFunction<Expectation> expectation = null;
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "mode" -> trap.mode(mode(key));
                case "cpl" -> trap.cpl((int) cursor.integer(key, 0, 3));
                case "rip" -> rip = OptionalLong.of(cursor.number(key));
                case "code" -> {
                    trap.code(code(key));
                    code = true;
                }
                case "regs" -> registers(key, trap::gpr).ifPresent(trap::rflags);
                case "segs" -> segments(key, trap::segmentBase);
                case "vec" -> vectors(key).forEach(trap::vector);
                case "gla" -> gla = OptionalLong.of(cursor.number(key));
                case "gpa" -> gpa = OptionalLong.of(cursor.number(key));
                case "private" -> trap.privateAddress(cursor.bool(key));
                case "map" -> windows(key, trap);
                case "mem" -> memory(key).forEach(trap::memory);
                case "cr0" -> trap.cr0(cursor.number(key));
                case "cr4" -> trap.cr4(cursor.number(key));
                case "xcr0" -> trap.xcr0(cursor.number(key));
                case "limits" -> segments(key, trap::segmentLimit);
                case "context" ->
                    trap.context(cursor.choice(key, List.of(Context.Kind.values()), Labels::of));
                case "mmio" -> accesses(key, trap);
                case "backing" -> {
                    ByteRange backing = backing(key);
                    trap.backing(backing);
                    backingAddress = backing.address();
                }
                case "device" -> trap.device(cursor.string(key));
                case "mnemonic" -> trap.mnemonic(cursor.string(key));
                case "expect" -> expectation = expectation(key);
                default -> cursor.skip();
            }
        }
        String required = "a trap has \"rip\", \"code\", \"gla\" and \"gpa\"";
        if (!code) {
            throw missing("code", required);
        }
        trap.rip(given(rip, "rip", required))
                .address(given(gla, "gla", required), given(gpa, "gpa", required));
        if (expectation != null) {
            trap.expect(expectation.apply(backingAddress));
        }
        try {
            return trap.build();
        } catch (IllegalArgumentException e) {
            throw cursor.wrongLine(String.valueOf(e.getMessage()));
        }
    }

    private CodeMode mode(String key) {
        long bits = cursor.integer(key, 0, Long.MAX_VALUE);
        if (bits != 16 && bits != 32 && bits != 64) {
            throw cursor.wrong("\"%s\" is %d; it would be 16, 32 or 64".formatted(key, bits));
        }
        return CodeMode.of((int) bits);
    }

    private byte[] code(String key) {
        byte[] code = cursor.bytes(key);
        if (code.length > RecordedTrap.MAX_CODE) {
            throw cursor.wrong("\"%s\" has %d bytes; it would have up to %d"
                    .formatted(key, code.length, RecordedTrap.MAX_CODE));
        }
        return code;
    }

    /// Takes the value of a register by the register's number.
    private interface Numbered {
        void set(int number, long value);
    }

    /// Reads general-purpose registers, and returns RFLAGS if they are among them.
    private OptionalLong registers(String object, Numbered gprs) {
        OptionalLong rflags = OptionalLong.empty();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            int number = Gpr.names().indexOf(key);
            if (number >= 0) {
                gprs.set(number, cursor.number(key));
            } else if (key.equals("rflags")) {
                rflags = OptionalLong.of(cursor.number(key));
            } else {
                cursor.skip();
            }
        }
        return rflags;
    }

    private void segments(String object, Numbered segments) {
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            int number = Segment.names().indexOf(key);
            if (number >= 0) {
                segments.set(number, cursor.number(key));
            } else {
                cursor.skip();
            }
        }
    }

    private Map<Integer, List<Long>> vectors(String object) {
        Map<Integer, List<Long>> vectors = new HashMap<>();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            int number = vectorNumber(key);
            if (number >= 0) {
                vectors.put(number, vector(key));
            } else {
                cursor.skip();
            }
        }
        return vectors;
    }

    private static int vectorNumber(String key) {
        for (int i = 0; i < RecordedTrap.VECTORS; i++) {
            if (key.equals("ymm" + i)) {
                return i;
            }
        }
        return -1;
    }

    private List<Long> vector(String key) {
        byte[] bytes = cursor.bytes(key);
        if (bytes.length != VECTOR_BYTES) {
            throw cursor.wrong("\"%s\" has %d bytes; it would have %d".formatted(key, bytes.length, VECTOR_BYTES));
        }
        List<Long> lanes = new ArrayList<>(RecordedTrap.VECTOR_LANES);
        for (int i = 0; i < RecordedTrap.VECTOR_LANES; i++) {
            lanes.add(Bytes.get(bytes, Long.BYTES * i, Long.BYTES));
        }
        return lanes;
    }

    private void windows(String list, RecordedTrap.Builder trap) {
        String required = "each of \"" + list + "\" has \"gla\", \"gpa\" and \"size\"";
        cursor.enterList(list);
        while (cursor.nextObject(list)) {
            OptionalLong gla = OptionalLong.empty();
            OptionalLong gpa = OptionalLong.empty();
            OptionalLong size = OptionalLong.empty();
            for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
                switch (key) {
                    case "gla" -> gla = OptionalLong.of(cursor.number(key));
                    case "gpa" -> gpa = OptionalLong.of(cursor.number(key));
                    case "size" -> size = OptionalLong.of(cursor.integer(key, 1, Long.MAX_VALUE));
                    default -> cursor.skip();
                }
            }
            trap.window(new DeviceWindow(given(gla, "gla", required), given(gpa, "gpa", required),
                    given(size, "size", required)));
        }
    }

    private List<ByteRange> memory(String list) {
        List<ByteRange> ranges = new ArrayList<>();
        cursor.enterList(list);
        while (cursor.nextObject(list)) {
            ranges.add(byteRange("gla", "each of \"" + list + "\" has \"gla\" and \"bytes\""));
        }
        return ranges;
    }

    private ByteRange backing(String object) {
        cursor.enterObject(object);
        return byteRange("gpa", "\"" + object + "\" has \"gpa\" and \"bytes\"");
    }

    private ByteRange byteRange(String addressKey, String required) {
        OptionalLong address = OptionalLong.empty();
        byte[] bytes = null;
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            if (key.equals(addressKey)) {
                address = OptionalLong.of(cursor.number(key));
            } else if (key.equals("bytes")) {
                bytes = cursor.bytes(key);
            } else {
                cursor.skip();
            }
        }
        long given = given(address, addressKey, required);
        if (bytes == null) {
            throw missing("bytes", required);
        }
        return new ByteRange(given, bytes);
    }

    private void accesses(String list, RecordedTrap.Builder trap) {
        String required = "each of \"" + list + "\" has \"op\", \"gpa\", \"size\" and \"value\"";
        cursor.enterList(list);
        while (cursor.nextObject(list)) {
            String op = null;
            OptionalLong gpa = OptionalLong.empty();
            OptionalLong size = OptionalLong.empty();
            byte[] value = null;
            for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
                switch (key) {
                    case "op" -> op = cursor.choice(key, List.of("r", "w"), name -> name);
                    case "gpa" -> gpa = OptionalLong.of(cursor.number(key));
                    case "size" -> size = OptionalLong.of(accessSize(key));
                    case "value" -> value = cursor.wideNumber(key);
                    default -> cursor.skip();
                }
            }
            if (op == null || value == null) {
                throw missing(op == null ? "op" : "value", required);
            }
            long address = given(gpa, "gpa", required);
            byte[] bytes = Arrays.copyOf(value, (int) given(size, "size", required));
            trap.access(op.equals("r") ? DeviceAccess.read(address, bytes) : DeviceAccess.write(address, bytes));
        }
    }

    private long accessSize(String key) {
        long size = cursor.integer(key, 1, 64);
        if (Long.bitCount(size) != 1) {
            throw cursor.wrong("\"%s\" is %d; it would be 1, 2, 4, 8, 16, 32 or 64".formatted(key, size));
        }
        return size;
    }

    // What must come out

    private enum Kind { EMULATED, FAILURE, EXCEPTION }

    /// Reads what must come out, but for the address of the backing device, which stands elsewhere on the line.
    private LongFunction<Expectation> expectation(String object) {
        Kind kind = null;
        OptionalLong rip = OptionalLong.empty();
        Map<Integer, Long> gprs = new HashMap<>();
        OptionalLong rflags = OptionalLong.empty();
        long mask = Expectation.Emulated.DEFAULT_MASK;
        Map<Integer, List<Long>> vectors = Map.of();
        byte[] backing = null;
        List<ByteRange> memory = List.of();
        Optional<Errno> errno = Optional.empty();
        OptionalInt vector = OptionalInt.empty();
        Optional<KernelDecoding> linux = Optional.empty();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "outcome" -> kind = cursor.choice(key, List.of(Kind.values()), Labels::of);
                case "rip" -> rip = OptionalLong.of(cursor.number(key));
                case "regs" -> rflags = registers(key, gprs::put);
                case "rflags_mask" -> mask = cursor.number(key);
                case "vec" -> vectors = vectors(key);
                case "backing" -> backing = cursor.bytes(key);
                case "mem" -> memory = memory(key);
                case "errno" -> errno = Optional.of(cursor.choice(key, List.of(Errno.values()), Enum::name));
                case "vector" -> vector = OptionalInt.of((int) cursor.integer(key, 0, MAX_VECTOR));
                case "linux" -> linux = Optional.of(kernelDecoding(key));
                default -> cursor.skip();
            }
        }
        if (kind == null) {
            throw missing("outcome", "\"" + object + "\" has \"outcome\"");
        }
        Expectation expectation = switch (kind) {
            case EMULATED ->
                new Expectation.Emulated(rip, gprs, rflags, mask, vectors, Optional.empty(), memory, linux);
            case FAILURE -> new Expectation.Failed(errno, linux);
            case EXCEPTION -> new Expectation.Exception(vector, linux);
        };
        byte[] after = backing;
        return address -> after != null && expectation instanceof Expectation.Emulated emulated
                ? emulated.withBacking(new ByteRange(address, after)) : expectation;
    }

    private KernelDecoding kernelDecoding(String object) {
        MmioType type = null;
        OptionalInt length = OptionalInt.empty();
        OptionalInt size = OptionalInt.empty();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "type" -> type = cursor.choice(key, List.of(MmioType.values()), Enum::name);
                case "length" -> length = OptionalInt.of((int) cursor.integer(key, 0, RecordedTrap.MAX_CODE));
                case "size" -> size = OptionalInt.of((int) cursor.integer(key, 0, Long.BYTES));
                default -> cursor.skip();
            }
        }
        if (type == null) {
            throw missing("type", "\"" + object + "\" has \"type\"");
        }
        return new KernelDecoding(type, length, size);
    }

    private long given(OptionalLong value, String key, String required) {
        return value.orElseThrow(() -> missing(key, required));
    }

    private RecordingException missing(String key, String required) {
        return cursor.wrongLine("\"%s\" is missing; %s".formatted(key, required));
    }
}
