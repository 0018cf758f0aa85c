package org.vemmio.emulator.recording.capture;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;

/// One trap while it is dealt with, by whatever engine: what was there before, and through memory and bus of its own
/// what the instruction finds and what the devices answer. For one thread and one trap.
///
/// ```java
/// TrapCapture capture = TrapCapture.begin(Trap.at(gla, gpa), cpu, memory, bus);
/// emulate(cpu, capture.memory(), capture.bus());          // the simulator's own
/// recorder.write(capture.end(cpu, Expectation.Emulated::of));
/// ```
public final class TrapCapture {
    private final Trap trap;
    private final CpuState before;
    private final byte[] code = new byte[RecordedTrap.MAX_CODE];
    private final int fetched;
    private final ObservedMemory memory;
    private final ObservedBus bus;

    /// Begins with a bus that has noted nothing yet.
    TrapCapture(Trap trap, Cpu cpu, LinearMemory memory, ObservedBus bus) {
        this.trap = trap;
        this.before = CpuState.copyOf(cpu);
        this.memory = new ObservedMemory(memory);
        this.bus = bus;
        this.fetched = memory.fetch(cpu.linearRip(), code, code.length);
        this.memory.locate(trap.gla());
    }

    /// {@return a capture of a trap that is about to be dealt with}
    ///
    /// @param trap what the processor reported
    /// @param cpu the registers before the instruction; copied
    /// @param memory the guest's memory, by guest-linear address
    /// @param bus the devices
    public static TrapCapture begin(Trap trap, Cpu cpu, LinearMemory memory, MmioBus bus) {
        return new TrapCapture(trap, cpu, memory, new ObservedBus(bus));
    }

    /// {@return the guest's memory, through which the instruction is to access it}
    public LinearMemory memory() {
        return memory;
    }

    /// {@return the devices, through which the instruction is to access them}
    public MmioBus bus() {
        return bus;
    }

    /// Returns the bus that notes the accesses.
    ObservedBus observed() {
        return bus;
    }

    /// Returns whether this is of `other`.
    boolean isOf(LinearMemory other) {
        return memory.isOf(other);
    }

    /// {@return the trap with what an engine of vemmio made of it}
    ///
    /// @param cpu the registers after
    public RecordedTrap end(Cpu cpu, Outcome outcome) {
        return end(cpu, after -> Expectation.of(outcome, after));
    }

    /// {@return the trap with what came out}
    ///
    /// @param cpu the registers after
    /// @param outcome makes of registers and memory after what came out, such as `Expectation.Emulated::of`, or
    ///     `_ -> Expectation.Exception.of(14)`
    public RecordedTrap end(Cpu cpu, Function<StateAfter, Expectation> outcome) {
        RecordedTrap.Builder recorded = RecordedTrap.builder().before(ProcessorState.of(before))
                .code(Arrays.copyOf(code, fetched)).address(trap.gla(), trap.gpa())
                .privateAddress(trap.privateAddress());
        List<ByteRange> ranges = memory.before();
        windows(ranges).forEach(recorded::window);
        ranges.forEach(recorded::memory);
        for (DeviceAccess access : bus.accesses()) {
            recorded.access(access);
        }
        StateAfter after = StateAfter.between(before, CpuState.copyOf(cpu), memory.after());
        return recorded.withoutPage().expect(outcome.apply(after)).build();
    }

    /// Returns the windows that were found, and the page that trapped where nothing was found on it: a handler may go
    /// by what the processor reported alone.
    private List<DeviceWindow> windows(List<ByteRange> ordinary) {
        List<DeviceWindow> windows = memory.windows();
        DeviceWindow page = RecordedTrap.pageOf(trap.gla(), trap.gpa());
        if (windows.stream().noneMatch(window -> (window.gla() & -LinearMemory.PAGE_SIZE) == page.gla())
                && ordinary.stream().noneMatch(range -> range.address() - page.gla() >>> 12 == 0)
                && !memory.hasFaultedAt(trap.gla())) {
            windows.add(page);
        }
        return windows.stream().map(this::withWidths).toList();
    }

    private DeviceWindow withWidths(DeviceWindow window) {
        OptionalInt widths = bus.widths(window.gpa() & -LinearMemory.PAGE_SIZE,
                Math.max(window.size(), LinearMemory.PAGE_SIZE));
        return widths.isPresent() ? window.withWidths(widths.getAsInt()) : window;
    }
}
