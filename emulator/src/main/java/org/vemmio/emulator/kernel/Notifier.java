package org.vemmio.emulator.kernel;

import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.outcome.Failure;

/// Someone in a kernel who is asked before it dies: a probe, a debugger (Linux kernel/notifier.c, `notify_die`).
@FunctionalInterface
public interface Notifier {
    /// Takes an event, or leaves it.
    ///
    /// Called by the thread that the trap came on, which holds the kernel's lock: it must not wait for another that
    /// follows a Failure.
    ///
    /// @param event what has happened
    /// @param failure the Failure at the bottom of it
    /// @param cpu the registers, which it may change
    /// @return whether the event ends here (`NOTIFY_STOP`)
    boolean takes(DieEvent event, Failure failure, Cpu cpu);
}
