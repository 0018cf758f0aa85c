package org.vemmio.emulator.recording.file;

import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
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
        json.writeNumberProperty("traps", header.traps());
        endLine();
    }

    void trap(RecordedTrap trap) {
        json.writeStartObject();
        json.writeNumberProperty("mode", trap.mode().bits());
        json.writeNumberProperty("cpl", trap.cpl());
        number("rip", trap.rip());
        bytes("code", trap.code());
        registers(trap);
        segments("segs", trap, false);
        if (!trap.vectors().isEmpty()) {
            vectors(trap.vectors());
        }
        number("gla", trap.gla());
        number("gpa", trap.gpa());
        if (trap.isPrivate()) {
            json.writeBooleanProperty("private", true);
        }
        windows(trap.namedWindows());
        memory(trap.memoryRanges());
        numberUnless(DEFAULTS.cr0(), "cr0", trap.cr0());
        numberUnless(DEFAULTS.cr4(), "cr4", trap.cr4());
        numberUnless(DEFAULTS.xcr0(), "xcr0", trap.xcr0());
        segments("limits", trap, true);
        if (trap.context() != Context.Kind.TASK) {
            json.writeStringProperty("context", Labels.of(trap.context()));
        }
        accesses(trap.accesses());
        trap.backing().ifPresent(backing -> {
            json.writeObjectPropertyStart("backing");
            number("gpa", backing.address());
            bytes("bytes", backing.bytes());
            json.writeEndObject();
        });
        if (!trap.device().isEmpty()) {
            json.writeStringProperty("device", trap.device());
        }
        if (!trap.mnemonic().isEmpty()) {
            json.writeStringProperty("mnemonic", trap.mnemonic());
        }
        trap.expectation().ifPresent(this::expectation);
        endLine();
    }

    private void endLine() {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void registers(RecordedTrap trap) {
        json.writeObjectPropertyStart("regs");
        for (int i = 0; i < Gpr.COUNT; i++) {
            numberUnless(0, Gpr.name(i), trap.gpr(i));
        }
        numberUnless(0, "rflags", trap.rflags());
        json.writeEndObject();
    }

    private void segments(String key, RecordedTrap trap, boolean limits) {
        boolean begun = false;
        for (int segment = 0; segment < Segment.COUNT; segment++) {
            long value = limits ? trap.segmentLimit(segment) : trap.segmentBase(segment);
            if (value != (limits ? -1 : 0)) {
                if (!begun) {
                    json.writeObjectPropertyStart(key);
                    begun = true;
                }
                number(Segment.names().get(segment), value);
            }
        }
        if (begun) {
            json.writeEndObject();
        }
    }

    private void vectors(Map<Integer, List<Long>> vectors) {
        json.writeObjectPropertyStart("vec");
        vectors.forEach((register, lanes) -> {
            StringBuilder text = new StringBuilder();
            lanes.forEach(lane -> text.append(HEX.toHexDigits(Long.reverseBytes(lane))));
            json.writeStringProperty("ymm" + register, text.toString());
        });
        json.writeEndObject();
    }

    private void windows(List<DeviceWindow> windows) {
        if (windows.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("map");
        for (DeviceWindow window : windows) {
            json.writeStartObject();
            number("gla", window.gla());
            number("gpa", window.gpa());
            json.writeNumberProperty("size", window.size());
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

    private void expectation(Expectation expectation) {
        json.writeObjectPropertyStart("expect");
        switch (expectation) {
            case Expectation.Emulated emulated -> emulated(emulated);
            case Expectation.Failed failed -> {
                json.writeStringProperty("outcome", "failure");
                failed.errno().ifPresent(errno -> json.writeStringProperty("errno", errno.name()));
            }
            case Expectation.Exception faulted -> {
                json.writeStringProperty("outcome", "exception");
                faulted.vector().ifPresent(vector -> json.writeNumberProperty("vector", vector));
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

    private void emulated(Expectation.Emulated emulated) {
        json.writeStringProperty("outcome", "emulated");
        number("rip", emulated.rip());
        json.writeObjectPropertyStart("regs");
        emulated.gprs().forEach((register, value) -> number(Gpr.name(register), value));
        number("rflags", emulated.rflags());
        json.writeEndObject();
        numberUnless(Expectation.Emulated.DEFAULT_MASK, "rflags_mask", emulated.rflagsMask());
        if (!emulated.vectors().isEmpty()) {
            vectors(emulated.vectors());
        }
        emulated.backing().ifPresent(backing -> bytes("backing", backing.bytes()));
        memory(emulated.memory());
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
