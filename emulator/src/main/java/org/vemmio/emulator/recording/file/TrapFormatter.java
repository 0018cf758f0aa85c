package org.vemmio.emulator.recording.file;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Devices;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes the lines of a recording: keys in a fixed order, without those that have their default value. For one thread.
final class TrapFormatter implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder().rootValueSeparator("").build();
    private static final HexFormat HEX = HexFormat.of();
    private static final CpuState DEFAULTS = new CpuState();

    private final JsonGenerator json;

    TrapFormatter(OutputStream out) {
        json = JSON.createGenerator(ObjectWriteContext.empty(), out);
    }

    /// Returns the line of a trap, without its end.
    static byte[] line(RecordedTrap trap) {
        return line(formatter -> formatter.trap(trap));
    }

    /// Returns the line of a header, without its end.
    static byte[] line(Recording header) {
        return line(formatter -> formatter.header(header));
    }

    private static byte[] line(Consumer<TrapFormatter> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TrapFormatter formatter = new TrapFormatter(out)) {
            content.accept(formatter);
        }
        return Arrays.copyOf(out.toByteArray(), out.size() - 1);
    }

    @Override
    public void close() {
        json.close();
    }

    void flush() {
        json.flush();
    }

    void header(Recording header) {
        json.writeStartObject();
        json.writeStringProperty("vemmio", "recording");
        json.writeNumberProperty("version", Recording.VERSION);
        json.writeStringProperty("title", header.title());
        json.writeStringProperty("source", header.source());
        text("processor", header.processor());
        json.writeNumberProperty("traps", header.traps());
        endLine();
    }

    void trap(RecordedTrap trap) {
        CpuState cpu = trap.cpu();
        json.writeStartObject();
        json.writeNumberProperty("mode", trap.mode().bits());
        json.writeNumberProperty("cpl", trap.cpl());
        number("rip", trap.rip());
        bytes("code", trap.code());
        registers(cpu);
        segments("segs", 0, cpu::segmentBase);
        selectors(cpu);
        X87Registers x87 = X87Registers.of(cpu);
        // A register that is told as one of x87 is not told again as an MMX register.
        x87.stack().keySet().forEach(position -> cpu.setMmx(cpu.x87Register(position), 0));
        vectors(VectorRegisters.of(cpu));
        x87(x87);
        number("gla", trap.gla());
        number("gpa", trap.gpa());
        if (trap.trap().privateAddress()) {
            json.writeBooleanProperty("private", true);
        }
        List<DeviceWindow> windows = trap.guestMemory().windows();
        if (!windows.equals(List.of(RecordedTrap.pageOf(trap.gla(), trap.gpa())))) {
            windows(windows);
        }
        memory(trap.guestMemory().ranges());
        numberUnless(DEFAULTS.cr0(), "cr0", cpu.cr0());
        numberUnless(DEFAULTS.cr4(), "cr4", cpu.cr4());
        numberUnless(DEFAULTS.xcr0(), "xcr0", cpu.xcr0());
        segments("limits", -1, cpu::segmentLimit);
        if (trap.context() != Context.Kind.TASK) {
            json.writeStringProperty("context", Labels.of(trap.context()));
        }
        devices(trap.devices());
        text("device", trap.labels().device());
        text("mnemonic", trap.labels().mnemonic());
        text("processor", trap.labels().processor());
        if (!trap.assumed().isEmpty()) {
            json.writeArrayPropertyStart("assumed");
            trap.assumed().forEach(json::writeString);
            json.writeEndArray();
        }
        trap.expectation().ifPresent(this::expectation);
        endLine();
    }

    private void endLine() {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void registers(CpuState cpu) {
        json.writeObjectPropertyStart("regs");
        for (int i = 0; i < Gpr.COUNT; i++) {
            numberUnless(0, Gpr.name(i), cpu.gpr(i));
        }
        numberUnless(0, "rflags", cpu.rflags());
        json.writeEndObject();
    }

    private void segments(String key, long standard, IntToLongFunction values) {
        boolean begun = false;
        for (int segment = 0; segment < Segment.COUNT; segment++) {
            long value = values.applyAsLong(segment);
            if (value != standard) {
                begun = begin(key, begun);
                number(Segment.names().get(segment), value);
            }
        }
        end(begun);
    }

    private void selectors(CpuState cpu) {
        boolean begun = false;
        for (int segment = 0; segment < Segment.COUNT; segment++) {
            if (cpu.segmentSelector(segment) != 0) {
                begun = begin("sel", begun);
                json.writeNumberProperty(Segment.names().get(segment), cpu.segmentSelector(segment));
            }
        }
        end(begun);
    }

    private boolean begin(String object, boolean begun) {
        if (!begun) {
            json.writeObjectPropertyStart(object);
        }
        return true;
    }

    private void end(boolean begun) {
        if (begun) {
            json.writeEndObject();
        }
    }

    private void vectors(VectorRegisters registers) {
        if (registers.isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart("vec");
        registers.vectors().forEach((register, lanes) ->
                lanes((lanes.size() == VectorRegisters.ZMM_LANES ? "zmm" : "ymm") + register, lanes));
        registers.masks().forEach((register, value) -> number("k" + register, value));
        registers.mmx().forEach((register, value) -> lanes("mm" + register, List.of(value)));
        json.writeEndObject();
    }

    private void lanes(String key, List<Long> lanes) {
        StringBuilder text = new StringBuilder();
        lanes.forEach(lane -> text.append(HEX.toHexDigits(Long.reverseBytes(lane))));
        json.writeStringProperty(key, text.toString());
    }

    private void x87(X87Registers registers) {
        if (registers.isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart("x87");
        registers.control().ifPresent(word -> json.writeNumberProperty("cw", word));
        registers.status().ifPresent(word -> json.writeNumberProperty("sw", word));
        registers.tag().ifPresent(word -> json.writeNumberProperty("tag", word));
        registers.stack().forEach((position, value) -> json.writeStringProperty("st" + position, value.toString()));
        json.writeEndObject();
    }

    private void windows(List<DeviceWindow> windows) {
        json.writeArrayPropertyStart("map");
        for (DeviceWindow window : windows) {
            json.writeStartObject();
            number("gla", window.gla());
            number("gpa", window.gpa());
            json.writeNumberProperty("size", window.size());
            window.widths().ifPresent(widths -> json.writeNumberProperty("widths", widths));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void memory(List<ByteRange> memory) {
        if (memory.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("mem");
        for (ByteRange range : memory) {
            json.writeStartObject();
            number("gla", range.address());
            bytes("bytes", range.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void devices(Devices devices) {
        switch (devices) {
            case Devices.Script(List<DeviceAccess> accesses) -> accesses(accesses);
            case Devices.Backing(ByteRange contents, Optional<ByteRange> changed) -> {
                json.writeObjectPropertyStart("backing");
                number("gpa", contents.address());
                bytes("bytes", contents.bytes());
                json.writeEndObject();
                changed.ifPresent(this::cell);
            }
        }
    }

    private void cell(ByteRange cell) {
        json.writeObjectPropertyStart("volatile");
        number("gpa", cell.address());
        json.writeNumberProperty("size", cell.size());
        json.writeStringProperty("then", "0x" + wide(cell.bytes()));
        json.writeEndObject();
    }

    private void accesses(List<DeviceAccess> accesses) {
        if (accesses.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("mmio");
        for (DeviceAccess access : accesses) {
            json.writeStartObject();
            json.writeStringProperty("op", access.isWrite() ? "w" : "r");
            number("gpa", access.gpa());
            json.writeNumberProperty("size", access.size());
            json.writeStringProperty("value", "0x" + wide(access.bytes()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String wide(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            digits.append(HEX.toHexDigits(bytes[i]));
        }
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        return digits.substring(zeros);
    }

    // What must come out

    private void expectation(Expectation expectation) {
        json.writeObjectPropertyStart("expect");
        switch (expectation) {
            case Expectation.Emulated emulated -> {
                json.writeStringProperty("outcome", "emulated");
                after(emulated);
                if (emulated.remaining()) {
                    json.writeBooleanProperty("remaining", true);
                }
            }
            case Expectation.Failed failed -> {
                json.writeStringProperty("outcome", "failure");
                failed.errno().ifPresent(errno -> json.writeStringProperty("errno", errno.name()));
                failed.end().ifPresent(end -> json.writeStringProperty("end", end.label()));
                text("check", failed.check());
                text("where", failed.where());
                event(failed.injected());
                after(failed);
            }
            case Expectation.Exception faulted -> {
                json.writeStringProperty("outcome", "exception");
                event(faulted.event());
                after(faulted);
            }
        }
        expectation.linux().ifPresent(linux -> {
            json.writeObjectPropertyStart("linux");
            json.writeStringProperty("type", linux.type().name());
            linux.length().ifPresent(length -> json.writeNumberProperty("length", length));
            linux.size().ifPresent(size -> json.writeNumberProperty("size", size));
            json.writeEndObject();
        });
        json.writeEndObject();
    }

    private void event(Expectation.Event event) {
        event.vector().ifPresent(vector -> json.writeNumberProperty("vector", vector));
        event.errorCode().ifPresent(code -> json.writeNumberProperty("error_code", code));
        number("cr2", event.cr2());
    }

    private void after(Expectation expectation) {
        StateAfter after = expectation.after();
        number("rip", after.rip());
        if (expectation instanceof Expectation.Emulated || !after.gprs().isEmpty() || after.rflags().isPresent()) {
            json.writeObjectPropertyStart("regs");
            after.gprs().forEach((register, value) -> number(Gpr.name(register), value));
            number("rflags", after.rflags());
            json.writeEndObject();
        }
        numberUnless(StateAfter.defaultMask(expectation instanceof Expectation.Exception, after.rflags()),
                "rflags_mask", after.rflagsMask());
        vectors(after.vectors());
        x87(after.x87());
        after.backing().ifPresent(backing -> bytes("backing", backing.bytes()));
        memory(after.memory());
    }

    // Values

    private void text(String key, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(key, value);
        }
    }

    private void numberUnless(long standard, String key, long value) {
        if (value != standard) {
            number(key, value);
        }
    }

    private void number(String key, OptionalLong value) {
        if (value.isPresent()) {
            number(key, value.getAsLong());
        }
    }

    private void number(String key, long value) {
        json.writeStringProperty(key, "0x" + Long.toHexString(value));
    }

    private void bytes(String key, byte[] bytes) {
        json.writeStringProperty(key, HEX.formatHex(bytes));
    }
}
