package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;

/// One trapped instruction: the state before it, what the processor reported, what the devices answered and, where that
/// is known, what must come out. The line of a recording as a model; the package comment tells what each part means.
///
/// Immutable; two are equal if all but the line is.
///
/// @param line the line of the file it was read from, from 1; 0 if it was not read from one
/// @param before the processor before the instruction
/// @param code the bytes fetched at CS:RIP, 0 to 15, copied on the way in and out; there may be more than the
///     instruction has, and where they are fewer than 15, what follows them cannot be fetched
/// @param trap what the processor reported; its guest-physical address is without the shared bit
/// @param guestMemory the memory before the instruction
/// @param devices what stands for the devices
/// @param context what the guest's kernel was doing
/// @param labels what reports call it
/// @param assumed the keys of the line whose values were not recorded but invented, such as `regs.rsi` or
///     `mmio[0].value`
/// @param expectation what must come out, where that is known
public record RecordedTrap(int line, ProcessorState before, byte[] code, Trap trap, GuestMemory guestMemory,
        Devices devices, Context.Kind context, TrapLabels labels, List<String> assumed,
        Optional<Expectation> expectation) {
    /// The most instruction bytes a trap carries.
    public static final int MAX_CODE = Instruction.MAX_LENGTH;

    private static final Pattern PLACE = Pattern.compile("\\[[0-9:]*]");

    /// Creates a trap.
    ///
    /// @throws IllegalArgumentException if there are more than 15 bytes of code, or what is expected of memory or of
    ///     the backing device is not of the same ranges as before
    public RecordedTrap {
        checkCode(code);
        code = code.clone();
        assumed = List.copyOf(assumed);
        if (expectation.isPresent()) {
            StateAfter after = expectation.get().after();
            checkRanges("the backing device", after.backing().stream().toList(),
                    devices instanceof Devices.Backing backing ? List.of(backing.contents()) : List.of());
            checkRanges("memory", after.memory(), guestMemory.ranges());
        }
    }

    private static void checkCode(byte[] code) {
        if (code.length > MAX_CODE) {
            throw new IllegalArgumentException(
                    "a trap has up to " + MAX_CODE + " bytes of code, not " + code.length);
        }
    }

    private static void checkRanges(String what, List<ByteRange> after, List<ByteRange> before) {
        if (!after.isEmpty() && !areAlike(after, before)) {
            throw new IllegalArgumentException("what is expected of %s covers %s; the trap's covers %s"
                    .formatted(what, ranges(after), ranges(before)));
        }
    }

    private static boolean areAlike(List<ByteRange> after, List<ByteRange> before) {
        if (after.size() != before.size()) {
            return false;
        }
        for (int i = 0; i < after.size(); i++) {
            if (after.get(i).address() != before.get(i).address() || after.get(i).size() != before.get(i).size()) {
                return false;
            }
        }
        return true;
    }

    private static String ranges(List<ByteRange> ranges) {
        return ranges.isEmpty() ? "nothing" : ranges.stream()
                .map(range -> "%d bytes at 0x%x".formatted(range.size(), range.address()))
                .collect(Collectors.joining(", "));
    }

    /// {@return a builder of a trap with every register 0 in 64-bit mode at CPL 0, and nothing to fetch}
    public static Builder builder() {
        return new Builder();
    }

    /// {@return the device window of a trap that names none: the 4 KiB page of `gla` at that of `gpa`}
    public static DeviceWindow pageOf(long gla, long gpa) {
        return new DeviceWindow(gla & -LinearMemory.PAGE_SIZE, gpa & -LinearMemory.PAGE_SIZE, LinearMemory.PAGE_SIZE);
    }

    /// {@return the processor before the instruction, to be changed}
    public CpuState cpu() {
        return before.toCpu();
    }

    /// {@return the memory before the instruction, to be changed: the device windows, the ordinary memory, and the
    /// instruction bytes, behind which nothing can be fetched; everything else is unmapped}
    public MemoryMap memory() {
        return guestMemory.withCode(before.linearRip(), code);
    }

    @Override
    public byte[] code() {
        return code.clone();
    }

    /// {@return the size of the code segment: CS.L and CS.D}
    public CodeMode mode() {
        return before.mode();
    }

    /// {@return the privilege level, 0 to 3}
    public int cpl() {
        return before.cpl();
    }

    /// {@return the instruction pointer, an offset into CS}
    public long rip() {
        return before.rip();
    }

    /// {@return the guest-linear address of the access that trapped}
    public long gla() {
        return trap.gla();
    }

    /// {@return the guest-physical address of the access that trapped, without the shared bit}
    public long gpa() {
        return trap.gpa();
    }

    /// {@return the device's name, a label for reports; may be empty}
    public String device() {
        return labels.device();
    }

    /// {@return the mnemonic, a label for reports; may be empty}
    public String mnemonic() {
        return labels.mnemonic();
    }

    /// {@return the device accesses in order: reads with what the device answers, writes with what must arrive; none
    /// where a device behaves as memory}
    public List<DeviceAccess> accesses() {
        return devices instanceof Devices.Script(List<DeviceAccess> accesses) ? accesses : List.of();
    }

    /// {@return the contents of the device that behaves as memory, if it is one}
    public Optional<ByteRange> backing() {
        return devices instanceof Devices.Backing device ? Optional.of(device.contents()) : Optional.empty();
    }

    /// {@return what was assumed: the keys without a place in a list, as `regs.rsi` and `mmio[].value`, each once}
    public Set<String> assumedKinds() {
        return assumed.isEmpty() ? Set.of() : assumed.stream().map(key -> PLACE.matcher(key).replaceAll("[]"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof RecordedTrap other && before.equals(other.before) && Arrays.equals(code, other.code)
                && trap.equals(other.trap) && guestMemory.equals(other.guestMemory) && devices.equals(other.devices)
                && context == other.context && labels.equals(other.labels) && assumed.equals(other.assumed)
                && expectation.equals(other.expectation);
    }

    @Override
    public int hashCode() {
        return Objects.hash(before, Arrays.hashCode(code), trap, devices);
    }

    /// {@return line, mode, instruction pointer, bytes and address, for messages}
    @Override
    public String toString() {
        String place = line == 0 ? "" : "line " + line + " ";
        return "RecordedTrap[%s%d-bit rip=0x%x code=%s gla=0x%x gpa=0x%x]".formatted(place, mode().bits(), rip(),
                HexFormat.of().formatHex(code), gla(), gpa());
    }

    /// Collects what a [RecordedTrap] is made of. For one thread.
    public static final class Builder {
        private static final ProcessorState ZERO = ProcessorState.of(_ -> { });

        private final List<ByteRange> memory = new ArrayList<>();
        private final List<DeviceAccess> accesses = new ArrayList<>();
        private int line;
        private ProcessorState before = ZERO;
        private byte[] code = {};
        private long gla;
        private long gpa;
        private boolean privateAddress;
        private @Nullable List<DeviceWindow> windows;
        private @Nullable ByteRange backing;
        private @Nullable ByteRange changed;
        private Context.Kind context = Context.Kind.TASK;
        private TrapLabels labels = TrapLabels.NONE;
        private List<String> assumed = List.of();
        private @Nullable Expectation expectation;

        private Builder() {
        }

        /// Sets the line of the file, from 1; 0 unless told.
        public Builder line(int line) {
            this.line = line;
            return this;
        }

        /// Sets the processor before the instruction.
        public Builder before(ProcessorState before) {
            this.before = Objects.requireNonNull(before);
            return this;
        }

        /// Sets the bytes fetched at CS:RIP.
        ///
        /// @param code 0 to 15 bytes, copied
        /// @throws IllegalArgumentException if they are more
        public Builder code(byte... code) {
            checkCode(code);
            this.code = code.clone();
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

        /// Adds a device window. Unless windows are told, there is one: the page that [RecordedTrap#pageOf] gives.
        public Builder window(DeviceWindow window) {
            named().add(window);
            return this;
        }

        /// Leaves out the device window that is there unless told: with none added, nothing is a device.
        public Builder withoutPage() {
            named();
            return this;
        }

        private List<DeviceWindow> named() {
            if (windows == null) {
                windows = new ArrayList<>();
            }
            return windows;
        }

        /// Adds ordinary memory that the instruction can reach, by guest-linear address.
        public Builder memory(ByteRange range) {
            memory.add(range);
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

        /// Sets what a cell of the backing device holds once it has been read, or locked, for the first time.
        ///
        /// @param changed 1 to 8 bytes, by guest-physical address
        public Builder changed(ByteRange changed) {
            this.changed = Objects.requireNonNull(changed);
            return this;
        }

        /// Sets what the guest's kernel is doing; a task unless told.
        public Builder context(Context.Kind context) {
            this.context = Objects.requireNonNull(context);
            return this;
        }

        /// Sets what reports call the trap; nothing unless told.
        public Builder labels(TrapLabels labels) {
            this.labels = Objects.requireNonNull(labels);
            return this;
        }

        /// Sets the keys whose values were invented; none unless told.
        public Builder assumed(List<String> assumed) {
            this.assumed = List.copyOf(assumed);
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
        ///     space, or there are both accesses and a backing device, or the cell that changes is not of such a
        ///     device, or what is expected of memory or of the backing device is not of the same ranges
        public RecordedTrap build() {
            if (backing != null && !accesses.isEmpty()) {
                throw new IllegalArgumentException("a trap has device accesses or a backing device, not both");
            }
            if (backing == null && changed != null) {
                throw new IllegalArgumentException(
                        "the cell that changes is one of a backing device, and there is none");
            }
            GuestMemory reachable = new GuestMemory(windows != null ? windows : List.of(pageOf(gla, gpa)), memory);
            Devices devices = backing == null ? new Devices.Script(accesses)
                    : new Devices.Backing(backing, Optional.ofNullable(changed));
            return new RecordedTrap(line, before, code,
                    new Trap(Trap.EPT_VIOLATION, 0, gla, gpa, privateAddress), reachable, devices, context, labels,
                    assumed, Optional.ofNullable(expectation));
        }
    }
}
