package org.vemmio.emulator.recording.file;

import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.TrapLabels;
import org.vemmio.emulator.recording.X87Registers;
import tools.jackson.core.JacksonException;

/// The grammar of a recording's lines. For one thread.
final class TrapParser implements AutoCloseable {
    private static final String NO_RECORDING =
            "this is not a recording; the first line of one is a JSON object with \"vemmio\":\"recording\"";

    private final String file;
    private final JsonCursor cursor;
    private final ValueParser values;

    TrapParser(String file, InputStream in) {
        this.file = file;
        this.cursor = new JsonCursor(file, in);
        this.values = new ValueParser(cursor);
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
            return read(this::readHeader);
        } catch (JacksonException e) {
            if (!cursor.hasParser()) {
                throw e;
            }
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
        String processor = "";
        enterHeader();
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "vemmio" -> marked = cursor.string(key).equals("recording");
                case "version" -> version = OptionalLong.of(cursor.integer(key, 0, Long.MAX_VALUE));
                case "traps" -> traps = OptionalLong.of(cursor.integer(key, 0, Long.MAX_VALUE));
                case "title" -> title = cursor.string(key);
                case "source" -> source = cursor.string(key);
                case "processor" -> processor = cursor.string(key);
                default -> cursor.skip();
            }
        }
        cursor.endLine();
        if (!marked) {
            throw cursor.wrongLine(NO_RECORDING);
        }
        String required = "a header has \"vemmio\", \"version\" and \"traps\"";
        if (values.given(version, "version", required) != Recording.VERSION) {
            throw cursor.wrongLine("\"version\" is %d; version %d is the one that can be read"
                    .formatted(version.getAsLong(), Recording.VERSION));
        }
        return new Recording(title, source, processor, values.given(traps, "traps", required));
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
            return read(this::readLine);
        } catch (JacksonException e) {
            throw cursor.unreadable(e);
        }
    }

    /// Reads a line, again if need be.
    private <T extends @Nullable Object> T read(Supplier<T> reader) {
        while (true) {
            try {
                return reader.get();
            } catch (NotPlainException e) {
                cursor.lookCloser();
            } catch (RecordingException | JacksonException e) {
                if (!cursor.lookCloser()) {
                    throw e;
                }
            }
        }
    }

    private @Nullable RecordedTrap readLine() {
        if (!cursor.nextLine()) {
            return null;
        }
        RecordedTrap trap = readTrap();
        cursor.endLine();
        return trap;
    }

    private RecordedTrap readTrap() {
        RecordedTrap.Builder trap = RecordedTrap.builder().line(cursor.line());
        CpuState cpu = new CpuState();
        cpu.setRflags(0);
        Parts parts = new Parts();
        for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
            switch (key) {
                case "code" -> parts.code = code(key);
                case "gla" -> parts.gla = OptionalLong.of(cursor.number(key));
                case "gpa" -> parts.gpa = OptionalLong.of(cursor.gpa(key));
                case "rip" -> {
                    cpu.setRip(cursor.number(key));
                    parts.rip = true;
                }
                case "private" -> trap.privateAddress(cursor.bool(key));
                case "map" -> windows(key, trap);
                case "mem" -> values.memory(key).forEach(trap::memory);
                case "context" ->
                    trap.context(cursor.choice(key, List.of(Context.Kind.values()), Labels::of));
                case "mmio" -> accesses(key, trap);
                case "backing" -> {
                    ByteRange backing = values.backing(key);
                    trap.backing(backing);
                    parts.backingAddress = backing.address();
                }
                case "volatile" -> trap.changed(values.cell(key));
                case "x87" -> parts.x87 = values.x87(key);
                case "device" -> parts.device = cursor.string(key);
                case "mnemonic" -> parts.mnemonic = cursor.string(key);
                case "processor" -> parts.processor = cursor.string(key);
                case "assumed" -> trap.assumed(cursor.strings(key));
                case "expect" -> parts.expectation = new ExpectationParser(cursor, values).read(key);
                default -> {
                    if (!readProcessor(key, cpu)) {
                        cursor.skip();
                    }
                }
            }
        }
        return build(trap, cpu, parts);
    }

    /// Reads what stands under a key if it is of the processor, and returns whether it is.
    private boolean readProcessor(String key, CpuState cpu) {
        switch (key) {
            case "mode" -> cpu.setMode(mode(key));
            case "cpl" -> cpu.setCpl((int) cursor.integer(key, 0, 3));
            case "regs" -> values.registers(key, cpu::setGpr).ifPresent(cpu::setRflags);
            case "segs" -> values.segments(key, cpu::setSegmentBase);
            case "limits" -> values.segments(key, cpu::setSegmentLimit);
            case "sel" -> values.selectors(key, (segment, selector) -> cpu.setSegmentSelector(segment, (int) selector));
            case "vec" -> values.vectors(key).applyTo(cpu);
            case "cr0" -> cpu.setCr0(cursor.number(key));
            case "cr4" -> cpu.setCr4(cursor.number(key));
            case "xcr0" -> cpu.setXcr0(cursor.number(key));
            default -> {
                return false;
            }
        }
        return true;
    }

    /// What a trap must have, and parts that are put together once the line is read.
    private static final class Parts {
        private byte @Nullable [] code;
        private boolean rip;
        private OptionalLong gla = OptionalLong.empty();
        private OptionalLong gpa = OptionalLong.empty();
        private long backingAddress;
        private X87Registers x87 = X87Registers.NONE;
        private String device = "";
        private String mnemonic = "";
        private String processor = "";
        private @Nullable LongFunction<Expectation> expectation;
    }

    private RecordedTrap build(RecordedTrap.Builder trap, CpuState cpu, Parts parts) {
        String required = "a trap has \"rip\", \"code\", \"gla\" and \"gpa\"";
        trap.code(values.given(parts.code, "code", required));
        values.given(parts.rip ? parts : null, "rip", required);
        parts.x87.applyTo(cpu);
        trap.before(ProcessorState.of(cpu))
                .address(values.given(parts.gla, "gla", required), values.given(parts.gpa, "gpa", required))
                .labels(new TrapLabels(parts.device, parts.mnemonic, parts.processor));
        if (parts.expectation != null) {
            trap.expect(parts.expectation.apply(parts.backingAddress));
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

    private void windows(String list, RecordedTrap.Builder trap) {
        String required = "each of \"" + list + "\" has \"gla\", \"gpa\" and \"size\"";
        trap.withoutPage();
        cursor.enterList(list);
        while (cursor.nextObject(list)) {
            OptionalLong gla = OptionalLong.empty();
            OptionalLong gpa = OptionalLong.empty();
            OptionalLong size = OptionalLong.empty();
            OptionalInt widths = OptionalInt.empty();
            for (String key = cursor.nextKey(); key != null; key = cursor.nextKey()) {
                switch (key) {
                    case "gla" -> gla = OptionalLong.of(cursor.number(key));
                    case "gpa" -> gpa = OptionalLong.of(cursor.gpa(key));
                    case "size" -> size = OptionalLong.of(cursor.integer(key, 1, Long.MAX_VALUE));
                    case "widths" -> widths = OptionalInt.of((int) cursor.integer(key, 0, DeviceWindow.ALL_WIDTHS));
                    default -> cursor.skip();
                }
            }
            trap.window(new DeviceWindow(values.given(gla, "gla", required), values.given(gpa, "gpa", required),
                    values.given(size, "size", required), widths));
        }
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
                    case "gpa" -> gpa = OptionalLong.of(cursor.gpa(key));
                    case "size" -> size = OptionalLong.of(accessSize(key));
                    case "value" -> value = cursor.wideNumber(key);
                    default -> cursor.skip();
                }
            }
            boolean read = values.given(op, "op", required).equals("r");
            long address = values.given(gpa, "gpa", required);
            byte[] whole = values.given(value, "value", required);
            byte[] bytes = Arrays.copyOf(whole, (int) values.given(size, "size", required));
            trap.access(read ? DeviceAccess.read(address, bytes) : DeviceAccess.write(address, bytes));
        }
    }

    private long accessSize(String key) {
        long size = cursor.integer(key, 1, 64);
        if (Long.bitCount(size) != 1) {
            throw cursor.wrong("\"%s\" is %d; it would be 1, 2, 4, 8, 16, 32 or 64".formatted(key, size));
        }
        return size;
    }
}
