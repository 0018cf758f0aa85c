package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Syntax;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Devices;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

/// A recorded trap in full, for people: what it is, and under each heading some lines. For one trap.
final class TrapText {
    private static final HexFormat HEX = HexFormat.of();
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");
    private static final CpuState STANDARD = new CpuState();

    private final RecordedTrap trap;
    private final Decoder decoder;
    private final CpuState cpu;
    private final Table table = new Table("lw");

    TrapText(RecordedTrap trap, Decoder decoder) {
        this.trap = trap;
        this.decoder = decoder;
        this.cpu = trap.cpu();
    }

    /// Prints the trap.
    ///
    /// @param place where it stands
    void print(String place, PrintWriter out, boolean colours) {
        rows("trap", List.of(place));
        instruction();
        rows("address", List.of("linear 0x%x, physical 0x%x%s".formatted(trap.gla(), trap.gpa(),
                trap.trap().privateAddress() ? ", private" : "")));
        rows("processor", processor());
        rows("registers", registers());
        rows("segments", segments());
        rows("vectors", vectors(VectorRegisters.of(cpu)));
        rows("x87", x87(X87Registers.of(cpu)));
        rows("kernel", List.of(Labels.of(trap.context())));
        rows("devices", devices());
        rows("memory", ranges(trap.guestMemory().ranges()));
        rows("accesses", accesses());
        rows("comes out", trap.expectation().map(this::expectation).orElse(List.of("not known")));
        rows("assumed", trap.assumed().isEmpty() ? List.of() : List.of(String.join(", ", trap.assumed())));
        table.print(out, colours);
    }

    /// Adds lines under a heading, which stands beside the first; nothing where there are none.
    private void rows(String heading, List<String> lines) {
        String beside = heading;
        for (String line : lines) {
            table.row(new Table.Cell(beside, Paint.HEADING), Table.Cell.plain(line));
            beside = "";
        }
    }

    // Before

    private void instruction() {
        byte[] code = trap.code();
        String text = switch (decoder.decode(trap.mode(), code)) {
            case Instruction instruction -> "%s  %s".formatted(SPACED.formatHex(instruction.bytes()),
                    decoder.format(instruction, Syntax.INTEL, trap.rip()));
            case DecodeFailure failure -> "no instruction: " + failure.reason().description();
        };
        rows("instruction", List.of(text));
        rows("bytes", List.of(code.length == 0 ? "none could be fetched" : "%s%s".formatted(SPACED.formatHex(code),
                code.length < RecordedTrap.MAX_CODE ? "; nothing behind can be fetched" : "")));
        if (!trap.device().isEmpty()) {
            rows("device", List.of(trap.device()));
        }
    }

    private List<String> processor() {
        List<String> lines = new ArrayList<>();
        String name = trap.labels().processor();
        lines.add("%d-bit code at CPL %d%s".formatted(trap.mode().bits(), trap.cpl(),
                name.isEmpty() ? "" : ", " + name));
        List<String> control = new ArrayList<>();
        unless(STANDARD.cr0(), "cr0", cpu.cr0(), control);
        unless(STANDARD.cr4(), "cr4", cpu.cr4(), control);
        unless(STANDARD.xcr0(), "xcr0", cpu.xcr0(), control);
        lines.add(control.isEmpty() ? "every feature on" : String.join("  ", control));
        return lines;
    }

    private static void unless(long standard, String name, long value, List<String> values) {
        if (value != standard) {
            values.add(named(name, value));
        }
    }

    private static String named(String name, long value) {
        return name + " 0x" + Long.toHexString(value);
    }

    private List<String> registers() {
        List<String> lines = new ArrayList<>();
        lines.add(named("rip", trap.rip()) + "  " + named("rflags", cpu.rflags()));
        Map<Integer, Long> used = new TreeMap<>();
        for (int i = 0; i < Gpr.COUNT; i++) {
            if (cpu.gpr(i) != 0) {
                used.put(i, cpu.gpr(i));
            }
        }
        lines.addAll(gprs(used));
        if (used.size() < Gpr.COUNT) {
            lines.add(used.isEmpty() ? "all others 0" : "the others 0");
        }
        return lines;
    }

    /// Returns registers, two in a line.
    private static List<String> gprs(Map<Integer, Long> registers) {
        List<String> lines = new ArrayList<>();
        String first = "";
        for (Map.Entry<Integer, Long> register : registers.entrySet()) {
            String text = "%-3s 0x%x".formatted(Gpr.name(register.getKey()), register.getValue());
            if (first.isEmpty()) {
                first = text;
            } else {
                lines.add("%-24s%s".formatted(first, text));
                first = "";
            }
        }
        if (!first.isEmpty()) {
            lines.add(first);
        }
        return lines;
    }

    private List<String> segments() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < Segment.COUNT; i++) {
            List<String> parts = new ArrayList<>();
            unless(0, "selector", cpu.segmentSelector(i), parts);
            unless(0, "base", cpu.segmentBase(i), parts);
            unless(-1, "limit", cpu.segmentLimit(i), parts);
            if (!parts.isEmpty()) {
                lines.add(Segment.names().get(i) + " " + String.join(", ", parts));
            }
        }
        return lines;
    }

    private static List<String> vectors(VectorRegisters registers) {
        List<String> lines = new ArrayList<>();
        registers.vectors().forEach((register, lanes) ->
                lines.add((lanes.size() == VectorRegisters.ZMM_LANES ? "zmm" : "ymm") + register + " " + lanes.stream()
                        .map(lane -> HEX.toHexDigits(Long.reverseBytes(lane))).collect(Collectors.joining())));
        registers.masks().forEach((register, value) -> lines.add(named("k" + register, value)));
        registers.mmx().forEach((register, value) ->
                lines.add("mm" + register + " " + HEX.toHexDigits(Long.reverseBytes(value))));
        return lines;
    }

    private static List<String> x87(X87Registers registers) {
        List<String> lines = new ArrayList<>();
        List<String> words = new ArrayList<>();
        registers.control().ifPresent(word -> words.add(named("cw", word)));
        registers.status().ifPresent(word -> words.add(named("sw", word)));
        registers.tag().ifPresent(word -> words.add(named("tag", word)));
        if (!words.isEmpty()) {
            lines.add(String.join("  ", words));
        }
        registers.stack().forEach((position, value) -> lines.add("st" + position + " " + value));
        return lines;
    }

    private List<String> devices() {
        List<String> lines = new ArrayList<>();
        for (DeviceWindow window : trap.guestMemory().windows()) {
            lines.add("%d bytes at linear 0x%x, physical 0x%x%s".formatted(window.size(), window.gla(), window.gpa(),
                    window.widths().isPresent() ? ", which take " + widths(window.widths().getAsInt()) : ""));
        }
        return lines.isEmpty() ? List.of("none: nothing is a device") : lines;
    }

    private static String widths(int sum) {
        return sum == 0 ? "nothing" : IntStream.rangeClosed(0, 6).map(bit -> sum & 1 << bit).filter(width -> width != 0)
                .mapToObj(Integer::toString).collect(Collectors.joining(", ", "", " bytes"));
    }

    private static List<String> ranges(List<ByteRange> ranges) {
        return ranges.stream().map(ByteRange::toString).toList();
    }

    private List<String> accesses() {
        List<String> lines = new ArrayList<>();
        if (trap.devices() instanceof Devices.Backing(ByteRange contents, Optional<ByteRange> changed)) {
            lines.addAll(List.of("the device behaves as memory, and holds", contents.toString()));
            changed.ifPresent(cell -> lines.addAll(List.of("and once it has been read, or locked",
                    cell.toString())));
            return lines;
        }
        trap.accesses().forEach(access -> lines.add("%d: %s".formatted(lines.size() + 1, access)));
        return lines.isEmpty() ? List.of("none") : lines;
    }

    // After

    private List<String> expectation(Expectation expectation) {
        List<String> lines = new ArrayList<>();
        switch (expectation) {
            case Expectation.Emulated emulated ->
                lines.add(emulated.remaining() ? "emulated, with iterations left" : "emulated");
            case Expectation.Failed failed -> {
                lines.add("failure" + failed.errno().map(Errno::name).map(", -"::concat).orElse("")
                        + told(", check ", failed.check()) + told(", at ", failed.where()));
                failed.end().ifPresent(end -> lines.add("by itself the handler ends it by " + end.label()
                        + told(" of ", event(failed.injected()))));
            }
            case Expectation.Exception exception -> lines.add("exception" + told(" ", event(exception.event())));
        }
        after(expectation, lines);
        expectation.linux().ifPresent(linux -> lines.add("Linux's own decoder: " + linux(linux)));
        return lines;
    }

    private static String told(String before, String text) {
        return text.isEmpty() ? "" : before + text;
    }

    private static String event(Expectation.Event event) {
        List<String> parts = new ArrayList<>();
        event.vector().ifPresent(vector -> parts.add(Outcome.Exception.name(vector)));
        event.errorCode().ifPresent(code -> parts.add(named("error code", code)));
        event.cr2().ifPresent(address -> parts.add(named("cr2", address)));
        return String.join(", ", parts);
    }

    private static void after(Expectation expectation, List<String> lines) {
        StateAfter after = expectation.after();
        after.rip().ifPresent(rip -> lines.add(named("rip", rip)));
        after.rflags().ifPresent(rflags -> lines.add(named("rflags", rflags) + ", of which count "
                + "0x" + Long.toHexString(after.rflagsMask())));
        lines.addAll(gprs(after.gprs()));
        lines.addAll(vectors(after.vectors()));
        lines.addAll(x87(after.x87()));
        if (!(expectation instanceof Expectation.Failed)) {
            lines.add("the other registers as before");
        }
        after.backing().ifPresent(backing -> lines.add("device " + backing));
        ranges(after.memory()).forEach(range -> lines.add("memory " + range));
    }

    private static String linux(KernelDecoding linux) {
        List<String> parts = new ArrayList<>(List.of(linux.type().name()));
        linux.length().ifPresent(length -> parts.add("length " + length));
        linux.size().ifPresent(size -> parts.add("size " + size));
        return String.join(", ", parts);
    }
}
