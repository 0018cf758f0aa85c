package org.vemmio.emulator.kernel;

import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// What has stopped a kernel for good.
sealed interface KernelStop {
    /// It panicked.
    record Panicked(Ending.Panic ending) implements KernelStop {
    }

    /// Its host has ended the guest, as it asked.
    record Terminated() implements KernelStop {
    }

    /// Its virtual processor loops.
    record Halted() implements KernelStop {
    }

    /// Its virtual machine is torn down.
    record Aborted() implements KernelStop {
    }

    /// Returns what becomes of a Failure that stops the kernel, or comes after.
    default Outcome.Failed outcome(Failure failure, Decision decision) {
        return switch (this) {
            case Panicked(Ending.Panic ending) -> new Outcome.Panic(failure, decision, ending);
            case Terminated _ -> new Outcome.Terminated(failure, decision);
            case Halted _ -> new Outcome.Halted(failure, decision);
            case Aborted _ -> new Outcome.Aborted(failure, decision);
        };
    }
}
