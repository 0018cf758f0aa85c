package org.vemmio.emulator.recording.file;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

/// The grammar of `expect`, for one line.
final class ExpectationParser {
    private static final int MAX_VECTOR = 31;
    private static final long MAX_ERROR_CODE = 0xffff_ffffL;

    private final JsonCursor cursor;
    private final ValueParser values;
    private @Nullable Kind kind;
    private OptionalLong rip = OptionalLong.empty();
    private final Map<Integer, Long> gprs = new HashMap<>();
    private OptionalLong rflags = OptionalLong.empty();
    private OptionalLong mask = OptionalLong.empty();
    private VectorRegisters vectors = VectorRegisters.NONE;
    private X87Registers x87 = X87Registers.NONE;
    private byte @Nullable [] backing;
    private List<ByteRange> memory = List.of();
    private Optional<Errno> errno = Optional.empty();
    private Optional<Expectation.End> end = Optional.empty();
    private String check = "";
    private String where = "";
    private OptionalInt vector = OptionalInt.empty();
    private OptionalLong errorCode = OptionalLong.empty();
    private OptionalLong cr2 = OptionalLong.empty();
    private boolean remaining;
    private Optional<KernelDecoding> linux = Optional.empty();

    private enum Kind { EMULATED, FAILURE, EXCEPTION }

    ExpectationParser(JsonCursor cursor, ValueParser values) {
        this.cursor = cursor;
        this.values = values;
    }

    /// Reads what must come out, but for the address of the backing device, which stands elsewhere on the line.
    LongFunction<Expectation> read(String object) {
        cursor.enterObject(object);
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "outcome" -> kind = cursor.choice(key, List.of(Kind.values()), Labels::of);
                case "rip" -> rip = OptionalLong.of(cursor.number(key));
                case "regs" -> rflags = values.registers(key, gprs::put);
                case "rflags_mask" -> mask = OptionalLong.of(cursor.number(key));
                case "vec" -> vectors = values.vectors(key);
                case "x87" -> x87 = values.x87(key);
                case "backing" -> backing = cursor.bytes(key);
                case "mem" -> memory = values.memory(key);
                case "errno" -> errno = Optional.of(cursor.choice(key, List.of(Errno.values()), Enum::name));
                case "end" -> end = Optional.of(
                        cursor.choice(key, List.of(Expectation.End.values()), Expectation.End::label));
                case "check" -> check = cursor.string(key);
                case "where" -> where = cursor.string(key);
                case "vector" -> vector = OptionalInt.of((int) cursor.integer(key, 0, MAX_VECTOR));
                case "error_code" -> errorCode = OptionalLong.of(cursor.integerOrNumber(key, MAX_ERROR_CODE));
                case "cr2" -> cr2 = OptionalLong.of(cursor.number(key));
                case "remaining" -> remaining = cursor.bool(key);
                case "linux" -> linux = Optional.of(kernelDecoding(key));
                default -> cursor.skip();
            }
        }
        values.given(kind, "outcome", "\"" + object + "\" has \"outcome\"");
        return this::expectation;
    }

    private Expectation expectation(long backingAddress) {
        boolean exception = kind == Kind.EXCEPTION;
        StateAfter after = new StateAfter(rip, gprs, rflags, mask.orElse(StateAfter.defaultMask(exception, rflags)),
                vectors, x87, Optional.ofNullable(backing).map(bytes -> new ByteRange(backingAddress, bytes)), memory);
        Expectation.Event event = new Expectation.Event(vector, errorCode, cr2);
        return switch (kind) {
            case FAILURE -> new Expectation.Failed(errno, end, event, check, where, after, linux);
            case EXCEPTION -> new Expectation.Exception(event, after, linux);
            case null, default -> new Expectation.Emulated(after, remaining, linux);
        };
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
        return new KernelDecoding(values.given(type, "type", "\"" + object + "\" has \"type\""), length, size);
    }
}
