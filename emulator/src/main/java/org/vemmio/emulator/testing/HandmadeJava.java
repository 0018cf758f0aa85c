package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

/// Writes a recorded trap as the Java that makes it by hand. For one trap.
final class HandmadeJava {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");
    private static final HexFormat HEX = HexFormat.of();
    private static final int WIDTH = 100;
    private static final String INDENT = "        ";
    private static final byte INT3 = (byte) 0xcc;

    private final RecordedTrap trap;
    private final CpuState cpu;
    private final CpuState standard = new CpuState();
    private final List<String> calls = new ArrayList<>();

    private HandmadeJava(RecordedTrap trap) {
        this.trap = trap;
        this.cpu = trap.cpu();
    }

    static String of(RecordedTrap trap) {
        HandmadeJava java = new HandmadeJava(trap);
        java.code();
        java.registers();
        java.vectors();
        java.x87();
        java.addresses();
        java.devices();
        return java.statement();
    }

    private String statement() {
        StringBuilder text = new StringBuilder("// " + InstructionText.of(trap));
        if (!trap.device().isEmpty()) {
            text.append("; device ").append(trap.device());
        }
        text.append('\n');
        StringBuilder line = new StringBuilder("HandmadeTrap trap = " + calls.getFirst());
        for (String call : calls.subList(1, calls.size())) {
            if (line.length() + call.length() > WIDTH || line.charAt(0) == 'H') {
                text.append(line).append('\n');
                line = new StringBuilder(INDENT);
            }
            line.append(call);
        }
        return text.append(line).append(';').toString();
    }

    private void call(String name, Object... arguments) {
        calls.add(".%s(%s)".formatted(name, Arrays.stream(arguments)
                .map(argument -> argument instanceof Long number ? number(number) : argument.toString())
                .collect(Collectors.joining(", "))));
    }

    private static String number(long value) {
        return "0x" + Long.toHexString(value) + (value == (int) value && value >= 0 ? "" : "L");
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private void code() {
        byte[] code = trap.code();
        boolean whole = code.length == RecordedTrap.MAX_CODE;
        int length = code.length;
        while (whole && length > 1 && code[length - 1] == INT3) {
            length--;
        }
        calls.add("HandmadeTrap.of(%s)".formatted(quoted(SPACED.formatHex(code, 0, length))));
        if (!whole) {
            call("withNothingBehind");
        }
        if (trap.mode() != CodeMode.CODE64) {
            call("mode", "CodeMode." + trap.mode());
        }
        if (trap.cpl() != 0) {
            call("cpl", trap.cpl());
        }
    }

    private void registers() {
        with("rip", trap.rip(), trap.mode() == CodeMode.CODE64 ? HandmadeTrap.CODE : HandmadeTrap.LOW_CODE);
        with("rflags", cpu.rflags(), standard.rflags());
        for (int i = 0; i < Gpr.COUNT; i++) {
            with(Gpr.name(i), cpu.gpr(i), 0);
        }
        with("cr0", cpu.cr0(), standard.cr0());
        with("cr4", cpu.cr4(), standard.cr4());
        with("xcr0", cpu.xcr0(), standard.xcr0());
        for (int i = 0; i < Segment.COUNT; i++) {
            with(Segment.names().get(i), cpu.segmentBase(i), 0);
            set("setSegmentSelector", i, cpu.segmentSelector(i), 0);
            set("setSegmentLimit", i, cpu.segmentLimit(i), standard.segmentLimit(i));
        }
    }

    private void with(String register, long value, long unlessTold) {
        if (value != unlessTold) {
            call("with", quoted(register), value);
        }
    }

    /// Sets a register for which there is no method.
    private void set(String method, int register, long value, long unlessTold) {
        if (value != unlessTold) {
            call("cpu", "cpu -> cpu.%s(%d, %s)".formatted(method, register, number(value)));
        }
    }

    private void set(String method, long value) {
        call("cpu", "cpu -> cpu.%s(%s)".formatted(method, number(value)));
    }

    private void vectors() {
        VectorRegisters registers = VectorRegisters.of(cpu);
        registers.vectors().forEach((register, lanes) -> {
            StringBuilder bytes = new StringBuilder();
            lanes.forEach(lane -> bytes.append(HEX.toHexDigits(Long.reverseBytes(lane))));
            call("vector", register, quoted(bytes.toString()));
        });
        registers.masks().forEach((register, value) -> set("setMask", register, value, 0));
        registers.mmx().forEach((register, value) -> set("setMmx", register, value, 0));
    }

    /// Behind the MMX registers, since setting one sets the exponent of its x87 register.
    private void x87() {
        X87Registers registers = X87Registers.of(cpu);
        registers.control().ifPresent(word -> set("setX87Control", word));
        registers.status().ifPresent(word -> set("setX87Status", word));
        registers.tag().ifPresent(word -> set("setX87Tag", word));
        for (int i = 0; i < X87Registers.COUNT; i++) {
            set("setX87Exponent", i, cpu.x87Exponent(i), standard.x87Exponent(i));
        }
    }

    private void addresses() {
        long linear = trap.mode() == CodeMode.CODE64 ? HandmadeTrap.DEVICE : HandmadeTrap.DEVICE_GPA;
        long offset = trap.gla() - linear;
        if (offset != trap.gpa() - HandmadeTrap.DEVICE_GPA || offset < 0 || offset >= LinearMemory.PAGE_SIZE) {
            call("at", trap.gla(), trap.gpa());
        } else if (offset != 0) {
            call("at", offset);
        }
        if (trap.trap().privateAddress()) {
            call("onPrivateMemory");
        }
        List<DeviceWindow> windows = trap.guestMemory().windows();
        DeviceWindow page = RecordedTrap.pageOf(trap.gla(), trap.gpa());
        if (windows.isEmpty()) {
            call("withoutDevices");
        } else if (windows.size() > 1 || windows.getFirst().gla() != page.gla()
                || windows.getFirst().gpa() != page.gpa() || windows.getFirst().size() != page.size()) {
            windows.forEach(window -> call("window", window.gla(), window.gpa(), window.size()));
        }
        windows.stream().flatMapToInt(window -> window.widths().stream()).reduce((a, b) -> a & b)
                .ifPresent(widths -> call("widths", widths));
        for (ByteRange range : trap.guestMemory().ranges()) {
            call("memory", range.address(), quoted(HEX.formatHex(range.bytes())));
        }
    }

    private void devices() {
        trap.backing().ifPresent(this::memoryDevice);
        List<Object> answers = new ArrayList<>();
        for (DeviceAccess access : trap.accesses()) {
            byte[] bytes = access.bytes();
            for (int done = 0; !access.isWrite() && done < bytes.length; done += Long.BYTES) {
                answers.add(Bytes.get(bytes, done, Math.min(Long.BYTES, bytes.length - done)));
            }
        }
        if (!answers.isEmpty()) {
            call("answers", answers.toArray());
        }
        if (trap.expectation().orElse(null) instanceof Expectation.Failed failed && (failed.check().isEmpty()
                ? failed.errno().filter(Errno.EIO::equals).isPresent()
                : failed.check().equals(CommonChecks.DEVICE_REFUSED.label()))) {
            call("refusesAfter", trap.accesses().size());
        }
    }

    private void memoryDevice(ByteRange contents) {
        List<DeviceWindow> windows = trap.guestMemory().windows();
        long gap = windows.isEmpty() ? -1 : contents.address() - windows.getFirst().gpa();
        if (gap >= 0 && gap + contents.size() <= windows.getFirst().size()) {
            call("holds", quoted("00".repeat((int) gap) + HEX.formatHex(contents.bytes())));
        } else {
            call("bus", "DeviceMap.builder().add(%s, %d, MemoryDevice.of(HexFormat.of().parseHex(%s))).build()"
                    .formatted(number(contents.address()), contents.size(),
                            quoted(HEX.formatHex(contents.bytes()))));
        }
    }
}
