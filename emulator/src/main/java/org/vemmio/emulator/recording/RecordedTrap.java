package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;

/// One trapped instruction: the state before it, what the processor reported, what the devices answered and, where that
/// is known, what must come out. The line of a recording as a model; the package comment tells what each part means.
///
/// Immutable; two are equal if all but [#line] is.
public final class RecordedTrap {
    /// The most instruction bytes a trap carries.
    public static final int MAX_CODE = Instruction.MAX_LENGTH;
    /// How many vector registers a trap carries.
    public static final int VECTORS = 16;
    /// How many 64-bit lanes of each vector register a trap carries.
    public static final int VECTOR_LANES = 4;

    private static final CpuState DEFAULTS = new CpuState();

    private final int line;
    private final CodeMode mode;
    private final int cpl;
    private final long rip;
    private final byte[] code;
    private final long rflags;
    private final long[] gprs;
    private final long[] segmentBases;
    private final long[] segmentLimits;
    private final Map<Integer, List<Long>> vectors;
    private final long gla;
    private final long gpa;
    private final boolean privateAddress;
    private final List<DeviceWindow> windows;
    private final List<ByteRange> memory;
    private final long cr0;
    private final long cr4;
    private final long xcr0;
    private final Context.Kind context;
    private final List<DeviceAccess> accesses;
    private final @Nullable ByteRange backing;
    private final String device;
    private final String mnemonic;
    private final @Nullable Expectation expectation;

    private RecordedTrap(Builder builder) {
        line = builder.line;
        mode = builder.mode;
        cpl = builder.cpl;
        rip = builder.rip;
        code = builder.code;
        rflags = builder.rflags;
        gprs = builder.gprs.clone();
        segmentBases = builder.segmentBases.clone();
        segmentLimits = builder.segmentLimits.clone();
        vectors = Collections.unmodifiableMap(new TreeMap<>(builder.vectors));
        gla = builder.gla;
        gpa = builder.gpa;
        privateAddress = builder.privateAddress;
        windows = List.copyOf(builder.windows);
        memory = List.copyOf(builder.memory);
        cr0 = builder.cr0;
        cr4 = builder.cr4;
        xcr0 = builder.xcr0;
        context = builder.context;
        accesses = List.copyOf(builder.accesses);
        backing = builder.backing;
        device = builder.device;
        mnemonic = builder.mnemonic;
        expectation = builder.expectation;
    }

    /// {@return a builder of a trap in 64-bit mode at CPL 0, with every register 0 and nothing to fetch}
    public static Builder builder() {
        return new Builder();
    }

    /// Collects what a [RecordedTrap] is made of. For one thread.
    public static final class Builder {
        private final long[] gprs = new long[Gpr.COUNT];
        private final long[] segmentBases = new long[Segment.COUNT];
        private final long[] segmentLimits = new long[Segment.COUNT];
        private final Map<Integer, List<Long>> vectors = new TreeMap<>();
        private final List<DeviceWindow> windows = new ArrayList<>();
        private final List<ByteRange> memory = new ArrayList<>();
        private final List<DeviceAccess> accesses = new ArrayList<>();
        private int line;
        private CodeMode mode = CodeMode.CODE64;
        private int cpl;
        private long rip;
        private byte[] code = {};
        private long rflags;
        private long gla;
        private long gpa;
        private boolean privateAddress;
        private long cr0 = DEFAULTS.cr0();
        private long cr4 = DEFAULTS.cr4();
        private long xcr0 = DEFAULTS.xcr0();
        private Context.Kind context = Context.Kind.TASK;
        private @Nullable ByteRange backing;
        private String device = "";
        private String mnemonic = "";
        private @Nullable Expectation expectation;

        private Builder() {
            Arrays.fill(segmentLimits, -1);
        }

        /// Sets the line of the file, from 1; 0 unless told.
        public Builder line(int line) {
            this.line = line;
            return this;
        }

        /// Sets the size of the code segment; 64-bit unless told.
        public Builder mode(CodeMode mode) {
            this.mode = Objects.requireNonNull(mode);
            return this;
        }

        /// Sets the privilege level; 0 unless told.
        ///
        /// @throws IllegalArgumentException if `cpl` is not within 0 to 3
        public Builder cpl(int cpl) {
            if (cpl < 0 || cpl > 3) {
                throw new IllegalArgumentException("the privilege level is 0 to 3, not " + cpl);
            }
            this.cpl = cpl;
            return this;
        }

        /// Sets the instruction pointer, an offset into CS.
        public Builder rip(long rip) {
            this.rip = rip;
            return this;
        }

        /// Sets the bytes fetched at CS:RIP. There may be more than the instruction has; with fewer than 15, what
        /// follows them cannot be fetched.
        ///
        /// @param code 0 to 15 bytes, copied
        /// @throws IllegalArgumentException if they are more
        public Builder code(byte... code) {
            if (code.length > MAX_CODE) {
                throw new IllegalArgumentException(
                        "a trap has up to " + MAX_CODE + " bytes of code, not " + code.length);
            }
            this.code = code.clone();
            return this;
        }

        /// Sets general-purpose register `number`, 0 to 15.
        public Builder gpr(int number, long value) {
            gprs[number] = value;
            return this;
        }

        /// Sets RFLAGS.
        public Builder rflags(long rflags) {
            this.rflags = rflags;
            return this;
        }

        /// Sets the base of segment register `segment`, 0 to 5.
        public Builder segmentBase(int segment, long base) {
            segmentBases[segment] = base;
            return this;
        }

        /// Sets the limit of segment register `segment`, 0 to 5: the last valid offset; -1, none, unless told.
        public Builder segmentLimit(int segment, long limit) {
            segmentLimits[segment] = limit;
            return this;
        }

        /// Sets the low 256 bits of vector register `register`, 0 to 15.
        ///
        /// @param lanes four lanes of 64 bits, the lowest first
        /// @throws IllegalArgumentException if there is no such register, or the lanes are not four
        public Builder vector(int register, List<Long> lanes) {
            if (register < 0 || register >= VECTORS || lanes.size() != VECTOR_LANES) {
                throw new IllegalArgumentException("a trap has vector registers 0 to %d with %d lanes, not %d with %d"
                        .formatted(VECTORS - 1, VECTOR_LANES, register, lanes.size()));
            }
            vectors.put(register, List.copyOf(lanes));
            return this;
        }

        /// Sets the address of the access that trapped.
        ///
        /// @param gla guest-linear
        /// @param gpa guest-physical, without the shared bit
        public Builder address(long gla, long gpa) {
            this.gla = gla;
            this.gpa = gpa;
            return this;
        }

        /// Sets whether the address is private, so that no device can be there; shared unless told.
        public Builder privateAddress(boolean privateAddress) {
            this.privateAddress = privateAddress;
            return this;
        }

        /// Adds a device window. Where none is added, there is one: the 4 KiB page of the trap's linear address at that
        /// of its physical address.
        public Builder window(DeviceWindow window) {
            windows.add(window);
            return this;
        }

        /// Adds ordinary memory that the instruction can reach, by guest-linear address.
        public Builder memory(ByteRange range) {
            memory.add(range);
            return this;
        }

        /// Sets CR0; every feature is on unless told, as in a new [CpuState].
        public Builder cr0(long cr0) {
            this.cr0 = cr0;
            return this;
        }

        /// Sets CR4; as [#cr0].
        public Builder cr4(long cr4) {
            this.cr4 = cr4;
            return this;
        }

        /// Sets XCR0; as [#cr0].
        public Builder xcr0(long xcr0) {
            this.xcr0 = xcr0;
            return this;
        }

        /// Sets what the guest's kernel is doing; a task unless told.
        public Builder context(Context.Kind context) {
            this.context = Objects.requireNonNull(context);
            return this;
        }

        /// Adds the next device access: a read with what the device answers, a write with what must arrive.
        public Builder access(DeviceAccess access) {
            accesses.add(Objects.requireNonNull(access));
            return this;
        }

        /// Sets a device that behaves as memory, instead of accesses one by one.
        ///
        /// @param backing its contents, by guest-physical address
        public Builder backing(ByteRange backing) {
            this.backing = Objects.requireNonNull(backing);
            return this;
        }

        /// Sets the device's name, a label for reports.
        public Builder device(String device) {
            this.device = Objects.requireNonNull(device);
            return this;
        }

        /// Sets the mnemonic, a label for reports.
        public Builder mnemonic(String mnemonic) {
            this.mnemonic = Objects.requireNonNull(mnemonic);
            return this;
        }

        /// Sets what must come out.
        public Builder expect(Expectation expectation) {
            this.expectation = Objects.requireNonNull(expectation);
            return this;
        }

        /// {@return the trap}
        ///
        /// @throws IllegalArgumentException if device windows and memory overlap, or run past the end of the address
        ///     space, or there are both accesses and a backing device, or what is expected of memory or of the backing
        ///     device is not of the same ranges
        public RecordedTrap build() {
            if (backing != null && !accesses.isEmpty()) {
                throw new IllegalArgumentException("a trap has device accesses or a backing device, not both");
            }
            RecordedTrap trap = new RecordedTrap(this);
            try {
                trap.memory();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("device windows and memory lie apart; " + e.getMessage(), e);
            }
            if (expectation instanceof Expectation.Emulated emulated) {
                check(emulated);
            }
            return trap;
        }

        private void check(Expectation.Emulated emulated) {
            List<ByteRange> after = emulated.backing().map(List::of).orElse(List.of());
            List<ByteRange> before = backing == null ? List.of() : List.of(backing);
            if (!after.isEmpty() && !ranges(after).equals(ranges(before))) {
                throw new IllegalArgumentException(
                        "what is expected of the backing device covers %s; the trap's covers %s".formatted(
                                ranges(after), ranges(before)));
            }
            if (!emulated.memory().isEmpty() && !ranges(emulated.memory()).equals(ranges(memory))) {
                throw new IllegalArgumentException(
                        "what is expected of memory covers %s; the trap's covers %s".formatted(
                                ranges(emulated.memory()), ranges(memory)));
            }
        }

        private static String ranges(List<ByteRange> ranges) {
            return ranges.isEmpty() ? "nothing" : ranges.stream()
                    .map(range -> "%d bytes at 0x%x".formatted(range.size(), range.address()))
                    .collect(Collectors.joining(", "));
        }
    }

    /// {@return the processor before the instruction}
    public CpuState cpu() {
        CpuState cpu = new CpuState();
        cpu.setMode(mode);
        cpu.setCpl(cpl);
        cpu.setRip(rip);
        cpu.setRflags(rflags);
        cpu.setCr0(cr0);
        cpu.setCr4(cr4);
        cpu.setXcr0(xcr0);
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, gprs[i]);
        }
        for (int i = 0; i < Segment.COUNT; i++) {
            cpu.setSegmentBase(i, segmentBases[i]);
            cpu.setSegmentLimit(i, segmentLimits[i]);
        }
        vectors.forEach((register, lanes) -> {
            for (int lane = 0; lane < VECTOR_LANES; lane++) {
                cpu.setVector(register, lane, lanes.get(lane));
            }
        });
        return cpu;
    }

    /// {@return the memory before the instruction: the device windows, the ordinary memory, and the instruction bytes,
    /// behind which nothing can be fetched; everything else is unmapped}
    public MemoryMap memory() {
        MemoryMap.Builder map = MemoryMap.builder();
        memory.forEach(range -> map.ram(range.address(), range.bytes()));
        windows().forEach(window -> map.device(window.gla(), window.gpa(), window.size()));
        return map.code(cpu().linearRip(), code).build();
    }

    /// {@return what the processor reported: an EPT violation}
    public Trap trap() {
        return new Trap(Trap.EPT_VIOLATION, 0, gla, gpa, privateAddress);
    }

    /// {@return the line of the file it was read from, from 1; 0 if it was not read from one}
    public int line() {
        return line;
    }

    /// {@return the size of the code segment: CS.L and CS.D}
    public CodeMode mode() {
        return mode;
    }

    /// {@return the privilege level, 0 to 3}
    public int cpl() {
        return cpl;
    }

    /// {@return the instruction pointer, an offset into CS}
    public long rip() {
        return rip;
    }

    /// {@return the bytes fetched at CS:RIP, 0 to 15, a copy; there may be more than the instruction has}
    public byte[] code() {
        return code.clone();
    }

    /// {@return RFLAGS before the instruction}
    public long rflags() {
        return rflags;
    }

    /// {@return general-purpose register `number`, 0 to 15, before the instruction}
    public long gpr(int number) {
        return gprs[number];
    }

    /// {@return the base of segment register `segment`, 0 to 5}
    public long segmentBase(int segment) {
        return segmentBases[segment];
    }

    /// {@return the limit of segment register `segment`, 0 to 5, or -1 for none}
    public long segmentLimit(int segment) {
        return segmentLimits[segment];
    }

    /// {@return the vector registers that the trap names, by number: four lanes of 64 bits, the lowest first; all
    /// others are 0}
    public Map<Integer, List<Long>> vectors() {
        return vectors;
    }

    /// {@return the guest-linear address of the access that trapped}
    public long gla() {
        return gla;
    }

    /// {@return the guest-physical address of the access that trapped, without the shared bit}
    public long gpa() {
        return gpa;
    }

    /// {@return whether the address is private, so that no device can be there}
    public boolean isPrivate() {
        return privateAddress;
    }

    /// {@return the device windows; where the trap names none, the 4 KiB page of [#gla] at that of [#gpa]}
    public List<DeviceWindow> windows() {
        return windows.isEmpty() ? List.of(new DeviceWindow(gla & -LinearMemory.PAGE_SIZE,
                gpa & -LinearMemory.PAGE_SIZE, LinearMemory.PAGE_SIZE)) : windows;
    }

    /// Returns the device windows that the trap names.
    public List<DeviceWindow> namedWindows() {
        return windows;
    }

    /// {@return the ordinary memory that the instruction can reach, by guest-linear address}
    public List<ByteRange> memoryRanges() {
        return memory;
    }

    /// {@return CR0}
    public long cr0() {
        return cr0;
    }

    /// {@return CR4}
    public long cr4() {
        return cr4;
    }

    /// {@return XCR0}
    public long xcr0() {
        return xcr0;
    }

    /// {@return what the guest's kernel was doing}
    public Context.Kind context() {
        return context;
    }

    /// {@return the device accesses in order: reads with what the device answers, writes with what must arrive}
    public List<DeviceAccess> accesses() {
        return accesses;
    }

    /// {@return the device that behaves as memory and stands instead of [#accesses], by guest-physical address}
    public Optional<ByteRange> backing() {
        return Optional.ofNullable(backing);
    }

    /// {@return the device's name, a label for reports; may be empty}
    public String device() {
        return device;
    }

    /// {@return the mnemonic, a label for reports; may be empty}
    public String mnemonic() {
        return mnemonic;
    }

    /// {@return what must come out, where that is known}
    public Optional<Expectation> expectation() {
        return Optional.ofNullable(expectation);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof RecordedTrap other
                && cpu().equals(other.cpu()) && Arrays.equals(code, other.code)
                && gla == other.gla && gpa == other.gpa && privateAddress == other.privateAddress
                && windows().equals(other.windows()) && memory.equals(other.memory)
                && context == other.context
                && accesses.equals(other.accesses) && Objects.equals(backing, other.backing)
                && device.equals(other.device) && mnemonic.equals(other.mnemonic)
                && Objects.equals(expectation, other.expectation);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rip, Arrays.hashCode(code), Arrays.hashCode(gprs), gla, accesses);
    }

    /// {@return line, mode, instruction pointer, bytes and address, for messages}
    @Override
    public String toString() {
        return "RecordedTrap[%s%d-bit rip=0x%x code=%s gla=0x%x gpa=0x%x]".formatted(
                line == 0 ? "" : "line " + line + " ", mode.bits(), rip, HexFormat.of().formatHex(code), gla, gpa);
    }
}
