package org.vemmio.emulator.testing;

import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;

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

    /// {@return in what the registers after differ from those before}
    public RegisterChanges registers() {
        return RegisterChanges.between(before, after);
    }
}
