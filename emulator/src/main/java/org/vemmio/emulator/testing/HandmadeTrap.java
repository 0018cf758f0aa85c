package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingWriter;

/// A trap written by hand: instruction bytes, registers, what the device answers.
///
/// ```java
/// TrapRun run = HandmadeTrap.of("8b 47 20").with("rdi", HandmadeTrap.DEVICE).at(0x20)
///         .answers(0x1234)
///         .run("linux-tdx", "linux-6.12");
/// ```
///
/// What is not told: 64-bit kernel code at [#CODE], registers 0, a page of a device at [#DEVICE] and the trap at its
/// first byte. What follows the bytes are `int3` instructions, as between the functions of a kernel, so that a handler
/// that copies 15 bytes can.
///
/// A trap can be run any number of times, by different handlers and under different policies; every run starts afresh.
/// For one thread.
public final class HandmadeTrap {
    /// The linear address of the device's page: where Linux maps devices (Documentation/arch/x86/x86_64/mm.rst).
    public static final long DEVICE = 0xffff_c900_0000_0000L;
    /// The guest-physical address of the device's page; in 16- and 32-bit mode the linear one too.
    public static final long DEVICE_GPA = 0xfe00_0000L;
    /// The address of the instruction in 64-bit mode: in the kernel's text.
    public static final long CODE = 0xffff_ffff_8100_0000L;
    /// The address of the instruction in 16- and 32-bit mode.
    public static final long LOW_CODE = 0x7c00;

    private static final byte INT3 = (byte) 0xcc;
    private static final int MAX_TRAPS = 10_000;

    private final byte[] code;
    private final CpuState cpu = new CpuState();
    private @Nullable Long rip;
    private long offset;
    private @Nullable DeviceWindow placed;
    private boolean privateAddress;
    private @Nullable List<DeviceWindow> windows;
    private final List<ByteRange> memory = new ArrayList<>();
    private boolean nothingBehind;
    private final HandmadeDevice devices = new HandmadeDevice();
    private Consumer<CpuState> moreOfTheCpu = cpu -> { };
    private final List<ByteRange> readOnly = new ArrayList<>();

    private HandmadeTrap(byte[] code) {
        this.code = code;
    }

    /// {@return a trap on an instruction}
    ///
    /// @param code its bytes in hexadecimal, spaces allowed, up to 15
    /// @throws IllegalArgumentException if they are not
    public static HandmadeTrap of(String code) {
        byte[] bytes = bytes(code);
        if (bytes.length > RecordedTrap.MAX_CODE) {
            throw new IllegalArgumentException("an instruction has up to %d bytes, not the %d of '%s'"
                    .formatted(RecordedTrap.MAX_CODE, bytes.length, code));
        }
        return new HandmadeTrap(bytes);
    }

    private static byte[] bytes(String hex) {
        try {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is no row of hex digits, two a byte".formatted(hex), e);
        }
    }

    /// Sets a register: `rax` to `r15`, `rip`, `rflags`, `cr0`, `cr4`, `xcr0`, `k0` to `k7`, `mm0` to `mm7`; of a
    /// segment, such as `gs`, the base by its name, and `gs.selector` and `gs.limit`. RFLAGS is 2 unless told, the
    /// control registers and limits as in a new [CpuState], and the rest 0.
    ///
    /// @throws IllegalArgumentException if there is no such register
    public HandmadeTrap with(String register, long value) {
        if (register.equals("rip")) {
            rip = value;
        } else {
            NamedRegisters.set(cpu, register, value);
        }
        return this;
    }

    /// Sets registers as [#with] does.
    ///
    /// @param values in hexadecimal with white space between, such as `rax=1f rdi=ffffc90000000000`
    /// @throws IllegalArgumentException if they are not, or there is no such register
    public HandmadeTrap registers(String values) {
        NamedRegisters.each(values, this::with);
        return this;
    }

    /// Sets a vector register; 0 unless told.
    ///
    /// @param register 0 to 31
    /// @param bytes up to 64 in hexadecimal, in memory order, spaces allowed; the rest is 0
    /// @throws IllegalArgumentException if there is no such register, or the bytes are not
    public HandmadeTrap vector(int register, String bytes) {
        NamedRegisters.setVector(cpu, register, bytes(bytes));
        return this;
    }

    /// Sets what has no method here, such as the PASID, for which a recording has no place.
    ///
    /// @param change is given the registers before each run, which have all else that was told; further calls add
    ///     further changes
    public HandmadeTrap cpu(Consumer<CpuState> change) {
        moreOfTheCpu = moreOfTheCpu.andThen(change);
        return this;
    }

    /// Sets the size of the code segment; 64-bit unless told.
    public HandmadeTrap mode(CodeMode mode) {
        cpu.setMode(mode);
        return this;
    }

    /// Sets the privilege level; 0 unless told.
    ///
    /// @throws IllegalArgumentException if `cpl` is not within 0 to 3
    public HandmadeTrap cpl(int cpl) {
        cpu.setCpl(cpl);
        return this;
    }

    /// Sets where in the device's page the access that trapped is; at its first byte unless told.
    ///
    /// @param offset in bytes
    public HandmadeTrap at(long offset) {
        this.offset = offset;
        return this;
    }

    /// Sets the address of the access that trapped, elsewhere than in the device's page: the device has the 4 KiB page
    /// of `gpa`, and the page of `gla` is mapped to it.
    ///
    /// @param gla guest-linear
    /// @param gpa guest-physical, without the shared bit
    public HandmadeTrap at(long gla, long gpa) {
        placed = new DeviceWindow(gla, gpa, 1);
        return this;
    }

    /// Makes the address that trapped private, so that no device can be there.
    public HandmadeTrap onPrivateMemory() {
        privateAddress = true;
        return this;
    }

    /// Maps a range of linear memory to devices, instead of the one page; further calls add further ranges.
    ///
    /// @param gla guest-linear address of the first byte
    /// @param gpa guest-physical address of the first byte
    /// @param size in bytes, at least 1
    public HandmadeTrap window(long gla, long gpa, long size) {
        mapped().add(new DeviceWindow(gla, gpa, size));
        return this;
    }

    /// Leaves out the one page, so that nothing is a device but what [#window] maps.
    public HandmadeTrap withoutDevices() {
        mapped();
        return this;
    }

    private List<DeviceWindow> mapped() {
        if (windows == null) {
            windows = new ArrayList<>();
        }
        return windows;
    }

    /// Adds ordinary memory; there is none unless told.
    ///
    /// @param gla guest-linear address of the first byte
    /// @param bytes its contents in hexadecimal, spaces allowed
    /// @throws IllegalArgumentException if they are not
    public HandmadeTrap memory(long gla, String bytes) {
        memory.add(new ByteRange(gla, bytes(bytes)));
        return this;
    }

    /// Adds ordinary memory that may not be written. A recording has no place for it.
    ///
    /// @param gla guest-linear address of the first byte
    /// @param bytes its contents in hexadecimal, spaces allowed
    /// @throws IllegalArgumentException if they are not
    public HandmadeTrap readOnlyMemory(long gla, String bytes) {
        readOnly.add(new ByteRange(gla, bytes(bytes)));
        return this;
    }

    /// Leaves the memory behind the instruction's bytes unmapped, so that nothing there can be fetched.
    public HandmadeTrap withNothingBehind() {
        nothingBehind = true;
        return this;
    }

    /// Sets what the device answers to reads, one value each, in order; writes are taken. A read for which there is no
    /// answer fails the test.
    ///
    /// @param values little-endian, of which the low bytes count that are read; a read of more than 8 bytes is split
    public HandmadeTrap answers(long... values) {
        devices.answers(values);
        return this;
    }

    /// Lets the device behave as memory, instead of one that answers by [#answers]: it has the size of the trap's first
    /// window and takes every width. [TrapRun#device] is what it holds after a run.
    ///
    /// @param bytes what it holds before each run, from its first byte, in hexadecimal, spaces allowed; the rest is 0
    /// @throws IllegalArgumentException if they are not; a run throws it if there are more than the window has
    public HandmadeTrap holds(String bytes) {
        devices.holds(bytes(bytes));
        return this;
    }

    /// Lets a device behave as memory, as [#holds(String)] does, that has just these bytes.
    ///
    /// @param gpa guest-physical address of the first byte
    /// @param bytes what it holds before each run, in hexadecimal, spaces allowed
    /// @throws IllegalArgumentException if they are not
    public HandmadeTrap holds(long gpa, String bytes) {
        devices.holds(gpa, bytes(bytes));
        return this;
    }

    /// Sets which widths the device takes; 1, 2, 4 and 8 bytes unless told, and every width by [#holds].
    ///
    /// @param widths as [MmioBus#widths]: the sum of the widths in bytes; [#answers] serves none above 8
    public HandmadeTrap widths(int widths) {
        devices.widths(widths);
        return this;
    }

    /// Lets the device refuse every access after the first `accesses`.
    public HandmadeTrap refusesAfter(int accesses) {
        devices.refusesAfter(accesses);
        return this;
    }

    /// Sets the devices, instead of one that answers by [#answers]; what they hold stays from one run to the next.
    public HandmadeTrap bus(MmioBus bus) {
        devices.bus(Objects.requireNonNull(bus));
        return this;
    }

    /// Runs the trap through an engine, once: a `rep` instruction may have iterations left afterwards.
    ///
    /// @param engine whose handler, policy, kernel and limits count; its bus and its observer are set here, and it
    ///     describes
    /// @throws AssertionError if the instruction reads what [#answers] does not have
    /// @throws IllegalArgumentException if memory and device windows overlap, or the device holds more than its window
    /// @throws org.vemmio.decoder.ZydisException if the Zydis library cannot be had
    public TrapRun run(MmioEngine.Builder engine) {
        return run(engine, 1).getFirst();
    }

    /// Runs the trap as [#run(MmioEngine.Builder)] does, in a kernel that has just booted.
    ///
    /// @param handler a name that [TrapHandlers#named] takes
    /// @param policy a name that [FailurePolicy#preset] takes
    /// @throws IllegalArgumentException if there is none of that name; the message lists the names
    public TrapRun run(String handler, String policy) {
        return run(MmioEngine.builder().handler(TrapHandlers.named(handler)).policy(FailurePolicy.preset(policy)));
    }

    /// Runs the trap as [#run(MmioEngine.Builder)] does and the processor would: by the handler `architectural`, whose
    /// Failures are propagated.
    public TrapRun run() {
        return run(MmioEngine.builder());
    }

    /// Runs the trap through one engine again and again, as long as it has iterations left.
    ///
    /// @param engine as for [#run(MmioEngine.Builder)]
    /// @return one for each trap, with its own registers and accesses; memory, device and kernel are those after the
    ///     last
    /// @throws AssertionError as there, or if iterations are left after 10,000 traps
    public List<TrapRun> runToTheEnd(MmioEngine.Builder engine) {
        List<TrapRun> runs = run(engine, MAX_TRAPS);
        if (Completion.isIncomplete(runs.getLast().outcome())) {
            throw new AssertionError("the instruction has iterations left after %,d traps".formatted(MAX_TRAPS));
        }
        return runs;
    }

    private List<TrapRun> run(MmioEngine.Builder engine, int most) {
        RecordedTrap built = toRecordedTrap();
        CpuState cpu = built.cpu();
        MemoryMap memory = memory(built);
        List<DeviceWindow> mapped = built.guestMemory().windows();
        DeviceWindow window = mapped.isEmpty() ? RecordedTrap.pageOf(built.gla(), built.gpa()) : mapped.getFirst();
        ByteRange held = devices.held(window);
        MemoryDevice device = MemoryDevice.of(held.bytes());
        List<DeviceAccess> accesses = new ArrayList<>();
        engine.describing(true).bus(devices.bus(held.address(), device)).observer((write, gpa, bytes, from, size) -> {
            byte[] value = Arrays.copyOfRange(bytes, from, from + size);
            accesses.add(write ? DeviceAccess.write(gpa, value) : DeviceAccess.read(gpa, value));
        });
        List<TrapRun> runs = new ArrayList<>();
        try (MmioEngine open = engine.build()) {
            do {
                CpuState before = CpuState.copyOf(cpu);
                accesses.clear();
                Outcome outcome = open.handle(built.trap(), cpu, memory);
                runs.add(new TrapRun(built, outcome, before, CpuState.copyOf(cpu), memory, device, accesses,
                        open.kernel()));
            } while (runs.size() < most && Completion.isIncomplete(runs.getLast().outcome()));
        }
        return runs;
    }

    private MemoryMap memory(RecordedTrap built) {
        if (readOnly.isEmpty()) {
            return built.memory();
        }
        MemoryMap.Builder map = MemoryMap.builder().code(built.cpu().linearRip(), built.code());
        built.guestMemory().windows().forEach(window -> map.device(window.gla(), window.gpa(), window.size()));
        built.guestMemory().ranges().forEach(range -> map.ram(range.address(), range.bytes()));
        readOnly.forEach(range -> map.readOnly(range.address(), range.bytes()));
        return map.build();
    }

    /// {@return the trap as a recording has it, without accesses, which no run has made yet: see
    /// [TrapRun#toRecordedTrap]}
    ///
    /// @throws IllegalArgumentException if memory and device windows overlap
    public RecordedTrap toRecordedTrap() {
        boolean wide = cpu.mode() == CodeMode.CODE64;
        long gla = placed != null ? placed.gla() : (wide ? DEVICE : DEVICE_GPA) + offset;
        long gpa = placed != null ? placed.gpa() : DEVICE_GPA + offset;
        byte[] fetched = Arrays.copyOf(code, nothingBehind ? code.length : RecordedTrap.MAX_CODE);
        Arrays.fill(fetched, Math.min(code.length, fetched.length), fetched.length, INT3);
        CpuState before = CpuState.copyOf(cpu);
        before.setRip(rip != null ? rip : wide ? CODE : LOW_CODE);
        moreOfTheCpu.accept(before);
        RecordedTrap.Builder trap = RecordedTrap.builder().before(ProcessorState.of(before)).code(fetched)
                .address(gla, gpa).privateAddress(privateAddress).withoutPage();
        (windows != null ? windows : List.of(RecordedTrap.pageOf(gla, gpa)))
                .forEach(window -> trap.window(devices.withWidths(window)));
        memory.forEach(trap::memory);
        return trap.build();
    }

    /// {@return the trap as a line of a recording, without accesses}
    ///
    /// @throws IllegalArgumentException as [#toRecordedTrap]
    public String toLine() {
        return RecordingWriter.line(toRecordedTrap());
    }

    /// {@return the Java that makes a recorded trap by hand, to be pasted into a test}
    ///
    /// It is a statement that declares a variable `trap`, below a comment that shows the instruction; for a trap of a
    /// kernel of 64 bits it has about four lines of up to 120 columns. Only what a run needs is taken over: neither the
    /// writes that must arrive, nor what must come out, nor labels, nor that another agent changes the device. A read of
    /// more than 8 bytes is answered in pieces.
    ///
    /// @throws org.vemmio.decoder.ZydisException if the Zydis library cannot be had
    public static String javaOf(RecordedTrap trap) {
        return HandmadeJava.of(trap);
    }
}
