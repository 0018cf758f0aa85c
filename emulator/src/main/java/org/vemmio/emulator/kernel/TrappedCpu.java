package org.vemmio.emulator.kernel;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.memory.LinearMemory;

/// The virtual processor that trapped, and what the kernel was doing on it.
final class TrappedCpu {
    private final Cpu cpu;
    private final LinearMemory memory;
    private final Context context;
    private @Nullable Registers registers;

    TrappedCpu(Cpu cpu, LinearMemory memory, Context context) {
        this.cpu = cpu;
        this.memory = memory;
        this.context = context;
    }

    Cpu cpu() {
        return cpu;
    }

    LinearMemory memory() {
        return memory;
    }

    Context context() {
        return context;
    }

    /// Returns the registers as they were when first asked for; all reports of one Failure show the same.
    Registers registers() {
        Registers saved = registers;
        if (saved == null) {
            saved = Registers.of(cpu, memory);
            registers = saved;
        }
        return saved;
    }
}
