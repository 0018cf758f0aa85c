package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
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
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern TRAILING_ZEROS = Pattern.compile("(?:00)+$");
    private static final byte INT3 = (byte) 0xcc;

    private final RecordedTrap trap;
    private final CpuState cpu;
    private final CpuState standard = new CpuState();
    private final List<String> registers = new ArrayList<>();
    private final JavaStatement java = new JavaStatement("HandmadeTrap trap = HandmadeTrap");

    private HandmadeJava(RecordedTrap trap) {
        this.trap = trap;
        this.cpu = trap.cpu();
    }

    static String of(RecordedTrap trap) {
        try (Decoder decoder = Decoder.open()) {
            HandmadeJava made = new HandmadeJava(trap);
            made.code(decoder.decode(trap.mode(), trap.code()));
            made.addresses();
            made.devices();
            made.registers();
            made.vectors();
            made.x87();
            return "// %s%s\n%s".formatted(InstructionText.of(trap, decoder),
                    trap.device().isEmpty() ? "" : "; device " + trap.device(), made.java);
        }
    }

    private void code(Decoding decoding) {
        byte[] code = trap.code();
        boolean whole = code.length == RecordedTrap.MAX_CODE;
        int end = code.length;
        while (whole && end > 1 && code[end - 1] == INT3) {
            end--;
        }
        int length = decoding instanceof Instruction instruction ? Math.min(instruction.length(), end) : end;
        java.call("of", '"' + (HEX.formatHex(code, 0, length) + " " + HEX.formatHex(code, length, end)).strip() + '"');
        if (!whole) {
            java.call("withNothingBehind");
        }
        if (trap.mode() != CodeMode.CODE64) {
            java.call("mode", "CodeMode." + trap.mode());
        }
        if (trap.cpl() != 0) {
            java.call("cpl", trap.cpl());
        }
    }

    private void registers() {
        register("rip", trap.rip(), trap.mode() == CodeMode.CODE64 ? HandmadeTrap.CODE : HandmadeTrap.LOW_CODE);
        register("rflags", cpu.rflags(), standard.rflags());
        for (int i = 0; i < Gpr.COUNT; i++) {
            register(Gpr.name(i), cpu.gpr(i), 0);
        }
        register("cr0", cpu.cr0(), standard.cr0());
        register("cr4", cpu.cr4(), standard.cr4());
        register("xcr0", cpu.xcr0(), standard.xcr0());
        for (int i = 0; i < Segment.COUNT; i++) {
            String name = Segment.names().get(i);
            register(name, cpu.segmentBase(i), 0);
            register(name + ".selector", cpu.segmentSelector(i), 0);
            register(name + ".limit", cpu.segmentLimit(i), standard.segmentLimit(i));
        }
        VectorRegisters small = VectorRegisters.of(cpu);
        small.masks().forEach((number, value) -> register("k" + number, value, 0));
        small.mmx().forEach((number, value) -> register("mm" + number, value, 0));
        if (!registers.isEmpty()) {
            java.call("registers", JavaStatement.words(String.join(" ", registers)));
        }
    }

    private void register(String name, long value, long unlessTold) {
        if (value != unlessTold) {
            registers.add(name + "=" + Long.toHexString(value));
        }
    }

    private void vectors() {
        VectorRegisters.of(cpu).vectors().forEach((number, lanes) -> {
            StringBuilder bytes = new StringBuilder();
            lanes.forEach(lane -> bytes.append(HEX.toHexDigits(Long.reverseBytes(lane))));
            java.call("vector", number, JavaStatement.bytes(TRAILING_ZEROS.matcher(bytes).replaceFirst("")));
        });
    }

    /// Behind the MMX registers, since setting one sets the exponent of its x87 register.
    private void x87() {
        X87Registers x87 = X87Registers.of(cpu);
        x87.control().ifPresent(word -> set("setX87Control", JavaStatement.number(word)));
        x87.status().ifPresent(word -> set("setX87Status", JavaStatement.number(word)));
        x87.tag().ifPresent(word -> set("setX87Tag", JavaStatement.number(word)));
        for (int i = 0; i < X87Registers.COUNT; i++) {
            if (cpu.x87Exponent(i) != standard.x87Exponent(i)) {
                set("setX87Exponent", i + ", " + JavaStatement.number(cpu.x87Exponent(i)));
            }
        }
    }

    private void set(String method, String arguments) {
        java.call("cpu", "cpu -> cpu.%s(%s)".formatted(method, arguments));
    }

    private void addresses() {
        long linear = trap.mode() == CodeMode.CODE64 ? HandmadeTrap.DEVICE : HandmadeTrap.DEVICE_GPA;
        long offset = trap.gla() - linear;
        if (offset != trap.gpa() - HandmadeTrap.DEVICE_GPA || offset < 0 || offset >= LinearMemory.PAGE_SIZE) {
            java.call("at", trap.gla(), trap.gpa());
        } else if (offset != 0) {
            java.call("at", offset);
        }
        if (trap.trap().privateAddress()) {
            java.call("onPrivateMemory");
        }
        List<DeviceWindow> windows = trap.guestMemory().windows();
        DeviceWindow page = RecordedTrap.pageOf(trap.gla(), trap.gpa());
        if (windows.isEmpty()) {
            java.call("withoutDevices");
        } else if (windows.size() > 1 || windows.getFirst().gla() != page.gla()
                || windows.getFirst().gpa() != page.gpa() || windows.getFirst().size() != page.size()) {
            windows.forEach(window -> java.call("window", window.gla(), window.gpa(), window.size()));
        }
        windows.stream().flatMapToInt(window -> window.widths().stream()).reduce((a, b) -> a & b)
                .ifPresent(widths -> java.call("widths", widths));
        for (ByteRange range : trap.guestMemory().ranges()) {
            java.call("memory", range.address(), JavaStatement.bytes(HEX.formatHex(range.bytes())));
        }
    }

    private void devices() {
        trap.backing().ifPresent(backing ->
                java.call("holds", backing.address(), JavaStatement.bytes(HEX.formatHex(backing.bytes()))));
        List<Long> answers = new ArrayList<>();
        for (DeviceAccess access : trap.accesses()) {
            byte[] bytes = access.bytes();
            for (int done = 0; !access.isWrite() && done < bytes.length; done += Long.BYTES) {
                answers.add(Bytes.get(bytes, done, Math.min(Long.BYTES, bytes.length - done)));
            }
        }
        if (!answers.isEmpty()) {
            java.call("answers", JavaStatement.numbers(answers));
        }
        if (trap.expectation().orElse(null) instanceof Expectation.Failed failed && (failed.check().isEmpty()
                ? failed.errno().filter(Errno.EIO::equals).isPresent()
                : failed.check().equals(CommonChecks.DEVICE_REFUSED.label()))) {
            java.call("refusesAfter", trap.accesses().size());
        }
    }
}
