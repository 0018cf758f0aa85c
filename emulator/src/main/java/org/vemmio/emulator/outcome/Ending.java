package org.vemmio.emulator.outcome;

/// How a kernel path that begins with a #GP, a BUG or a panic ended.
public sealed interface Ending {
    /// {@return what kind of ending it is: `fixup` with the entry's type, `notified`, `oops`, `signal` with its name,
    /// `panic`}
    default String label() {
        return switch (this) {
            case Fixup fixup -> "fixup " + fixup.type();
            case Notified _ -> "notified";
            case Oops _ -> "oops";
            case Signal signal -> "signal " + signal.name();
            case Panic _ -> "panic";
        };
    }

    /// An entry of the exception table took over; the registers have been changed as it says.
    ///
    /// @param type the entry's type, such as `zeropad`
    /// @param rip where the kernel goes on
    record Fixup(String type, long rip) implements Ending {
    }

    /// A notifier (a debugger, a probe) took the event (Linux, `notify_die`).
    record Notified() implements Ending {
    }

    /// An oops: the task that trapped is killed, and the kernel goes on.
    ///
    /// @param headline its first line, such as `Oops: VE fault: 0000 [#1] PREEMPT SMP NOPTI`
    record Oops(String headline) implements Ending {
    }

    /// A signal to the user process.
    ///
    /// @param name such as `SIGSEGV`
    record Signal(String name) implements Ending {
    }

    /// The kernel stopped.
    ///
    /// @param message the text of the panic line behind `Kernel panic - not syncing: `
    record Panic(String message) implements Ending {
    }
}
