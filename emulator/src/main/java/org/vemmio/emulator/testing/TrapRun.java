package org.vemmio.emulator.testing;

import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;

/// What came of running a [HandmadeTrap]. For the thread that ran it.
///
/// @param trap the trap
/// @param outcome what became of the guest
/// @param before the registers before
/// @param after the registers after
/// @param memory the memory after
/// @param device what the device holds after, from its first byte; nothing unless [HandmadeTrap#holds] was told
/// @param accesses the device accesses that took place, in order
/// @param kernel the guest's kernel, which has the log
public record TrapRun(RecordedTrap trap, Outcome outcome, CpuState before, CpuState after, MemoryMap memory,
        MemoryDevice device, List<DeviceAccess> accesses, GuestKernel kernel) {
    /// Creates a result; `accesses` is copied.
    public TrapRun {
        accesses = List.copyOf(accesses);
    }

    /// {@return the trap as a recording has it, with the accesses that were made and what came out; of runs that have
    /// iterations left, see [#toRecordedTrap(List)]}
    ///
    /// How a policy ended a Failure is not told, but that another handler has dealt with the trap instead is.
    public RecordedTrap toRecordedTrap() {
        return toRecordedTrap(List.of(this));
    }

    /// {@return the trap as a recording has it, of the runs that [HandmadeTrap#runToTheEnd] gave}
    ///
    /// @param runs all of them, in order
    public static RecordedTrap toRecordedTrap(List<TrapRun> runs) {
        TrapRun first = runs.getFirst();
        TrapRun last = runs.getLast();
        RecordedTrap trap = first.trap;
        RecordedTrap.Builder recorded = RecordedTrap.builder().before(ProcessorState.of(first.before))
                .code(trap.code()).address(trap.gla(), trap.gpa()).privateAddress(trap.trap().privateAddress())
                .withoutPage();
        trap.guestMemory().windows().forEach(recorded::window);
        trap.guestMemory().ranges().forEach(recorded::memory);
        runs.forEach(run -> run.accesses.forEach(recorded::access));
        List<ByteRange> memory = trap.guestMemory().ranges().stream().map(range ->
                new ByteRange(range.address(), last.memory.contents(range.address(), range.size()))).toList();
        StateAfter after = StateAfter.between(first.before, last.after, memory);
        return recorded.expect(Expectation.of(last.outcome, after)).build();
    }

    /// {@return in what the registers after differ from those before}
    public RegisterChanges registers() {
        return RegisterChanges.between(before, after);
    }
}
