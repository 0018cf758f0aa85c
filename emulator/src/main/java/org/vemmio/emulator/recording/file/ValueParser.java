package org.vemmio.emulator.recording.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

/// The values that stand under several keys of a line: registers, and ranges of bytes. For one thread.
final class ValueParser {
    private static final Map<String, Integer> GPRS = numbers(Gpr.names());
    private static final Map<String, Integer> SEGMENTS = numbers(Segment.names());
    private static final Map<String, VectorName> VECTORS = vectorNames();
    private static final Map<String, Integer> X87_STACK = numbers(
            IntStream.range(0, X87Registers.COUNT).mapToObj(i -> "st" + i).toList());
    private static final int EXTENDED_SIZE = 10;

    private enum VectorKind { YMM, ZMM, MASK, MMX }

    private record VectorName(VectorKind kind, int number) {
    }

    private final JsonCursor cursor;

    ValueParser(JsonCursor cursor) {
        this.cursor = cursor;
    }

    private static Map<String, Integer> numbers(List<String> names) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            numbers.put(names.get(i), i);
        }
        return numbers;
    }

    private static Map<String, VectorName> vectorNames() {
        Map<String, VectorName> names = new HashMap<>();
        for (int i = 0; i < VectorRegisters.COUNT; i++) {
            names.put("ymm" + i, new VectorName(VectorKind.YMM, i));
            names.put("zmm" + i, new VectorName(VectorKind.ZMM, i));
        }
        for (int i = 0; i < VectorRegisters.SMALL_COUNT; i++) {
            names.put("k" + i, new VectorName(VectorKind.MASK, i));
            names.put("mm" + i, new VectorName(VectorKind.MMX, i));
        }
        return names;
    }

    // Registers

    /// Takes the value of a register by the register's number.
    @FunctionalInterface
    interface Numbered {
        void set(int number, long value);
    }

    /// Reads general-purpose registers, and returns RFLAGS if they are among them.
    OptionalLong registers(String object, Numbered gprs) {
        OptionalLong rflags = OptionalLong.empty();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            Integer number = GPRS.get(key);
            if (number != null) {
                gprs.set(number, cursor.number(key));
            } else if (key.equals("rflags")) {
                rflags = OptionalLong.of(cursor.number(key));
            } else {
                cursor.skip();
            }
        }
        return rflags;
    }

    /// Reads bases or limits of segment registers.
    void segments(String object, Numbered segments) {
        segments(object, key -> cursor.number(key), segments);
    }

    /// Reads selectors, which are JSON numbers.
    void selectors(String object, Numbered segments) {
        segments(object, key -> cursor.integer(key, 0, 0xffff), segments);
    }

    private void segments(String object, ToLongFunction<String> value, Numbered segments) {
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            Integer number = SEGMENTS.get(key);
            if (number != null) {
                segments.set(number, value.applyAsLong(key));
            } else {
                cursor.skip();
            }
        }
    }

    /// Reads vector, opmask and MMX registers.
    VectorRegisters vectors(String object) {
        Map<Integer, List<Long>> vectors = new TreeMap<>();
        Map<Integer, Long> masks = new TreeMap<>();
        Map<Integer, Long> mmx = new TreeMap<>();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            VectorName name = VECTORS.get(key);
            if (name == null) {
                cursor.skip();
                continue;
            }
            switch (name.kind) {
                case YMM, ZMM -> {
                    int lanes = name.kind == VectorKind.YMM ? VectorRegisters.YMM_LANES : VectorRegisters.ZMM_LANES;
                    if (vectors.put(name.number, lanes(key, lanes)) != null) {
                        throw cursor.wrong("\"ymm%1$d\" and \"zmm%1$d\" are one register; one of them is told"
                                .formatted(name.number));
                    }
                }
                case MASK -> masks.put(name.number, cursor.number(key));
                case MMX -> mmx.put(name.number, lanes(key, 1).getFirst());
            }
        }
        return new VectorRegisters(vectors, masks, mmx);
    }

    /// Reads x87 registers.
    X87Registers x87(String object) {
        OptionalInt control = OptionalInt.empty();
        OptionalInt status = OptionalInt.empty();
        OptionalInt tag = OptionalInt.empty();
        Map<Integer, X87Registers.Extended> stack = new TreeMap<>();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "cw" -> control = x87Word(key);
                case "sw" -> status = x87Word(key);
                case "tag" -> tag = x87Word(key);
                default -> {
                    Integer position = X87_STACK.get(key);
                    if (position == null) {
                        cursor.skip();
                    } else {
                        byte[] bytes = bytes(key, EXTENDED_SIZE);
                        stack.put(position, new X87Registers.Extended(Bytes.get(bytes, 0, Long.BYTES),
                                (int) Bytes.get(bytes, Long.BYTES, Short.BYTES)));
                    }
                }
            }
        }
        return new X87Registers(control, status, tag, stack);
    }

    private OptionalInt x87Word(String key) {
        return OptionalInt.of((int) cursor.integerOrNumber(key, 0xffff));
    }

    private byte[] bytes(String key, int count) {
        byte[] bytes = cursor.bytes(key);
        if (bytes.length != count) {
            throw cursor.wrong("\"%s\" has %d bytes; it would have %d".formatted(key, bytes.length, count));
        }
        return bytes;
    }

    private List<Long> lanes(String key, int count) {
        byte[] bytes = bytes(key, Long.BYTES * count);
        List<Long> lanes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lanes.add(Bytes.get(bytes, Long.BYTES * i, Long.BYTES));
        }
        return lanes;
    }

    // Ranges of bytes

    List<ByteRange> memory(String list) {
        List<ByteRange> ranges = new ArrayList<>();
        cursor.enterList(list);
        while (cursor.nextObject(list)) {
            ranges.add(byteRange("gla", "each of \"" + list + "\" has \"gla\" and \"bytes\""));
        }
        return ranges;
    }

    ByteRange backing(String object) {
        cursor.enterObject(object);
        return byteRange("gpa", "\"" + object + "\" has \"gpa\" and \"bytes\"");
    }

    private ByteRange byteRange(String addressKey, String required) {
        OptionalLong address = OptionalLong.empty();
        byte[] bytes = null;
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            if (key.equals(addressKey)) {
                address = OptionalLong.of(key.equals("gpa") ? cursor.gpa(key) : cursor.number(key));
            } else if (key.equals("bytes")) {
                bytes = cursor.bytes(key);
            } else {
                cursor.skip();
            }
        }
        long given = given(address, addressKey, required);
        return new ByteRange(given, given(bytes, "bytes", required));
    }

    /// Reads 1 to 8 bytes at a guest-physical address, written as a number.
    ByteRange cell(String object) {
        String required = "\"" + object + "\" has \"gpa\", \"size\" and \"then\"";
        OptionalLong gpa = OptionalLong.empty();
        OptionalLong size = OptionalLong.empty();
        OptionalLong then = OptionalLong.empty();
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "gpa" -> gpa = OptionalLong.of(cursor.gpa(key));
                case "size" -> size = OptionalLong.of(cursor.integer(key, 1, Long.BYTES));
                case "then" -> then = OptionalLong.of(cursor.number(key));
                default -> cursor.skip();
            }
        }
        long address = given(gpa, "gpa", required);
        byte[] bytes = new byte[(int) given(size, "size", required)];
        long value = given(then, "then", required);
        Bytes.put(bytes, 0, bytes.length, value);
        if (Bytes.get(bytes, 0, bytes.length) != value) {
            throw cursor.wrongLine("\"then\" is 0x%x; it would be a number of up to %d bits, as \"size\" tells"
                    .formatted(value, Byte.SIZE * bytes.length));
        }
        return new ByteRange(address, bytes);
    }

    // What must not be missing

    long given(OptionalLong value, String key, String required) {
        return value.orElseThrow(() -> missing(key, required));
    }

    <T> T given(@Nullable T value, String key, String required) {
        if (value == null) {
            throw missing(key, required);
        }
        return value;
    }

    private RecordingException missing(String key, String required) {
        return cursor.wrongLine("\"%s\" is missing; %s".formatted(key, required));
    }
}
