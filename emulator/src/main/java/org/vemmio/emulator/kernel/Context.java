package org.vemmio.emulator.kernel;

import java.util.Objects;

/// What a kernel was doing when a trap came.
///
/// @param kind an ordinary task, an interrupt, init, or the idle task
/// @param cpu the number of the virtual processor
/// @param pid the current task's process id; in an interrupt, that of the task interrupted
/// @param comm the current task's name
public record Context(Kind kind, int cpu, int pid, String comm) {
    /// The kinds of context, which an oops ends differently.
    public enum Kind {
        /// A task that can be killed.
        TASK,
        /// An interrupt handler, hard or soft (`in_interrupt`).
        INTERRUPT,
        /// The first user process, or the kernel thread that becomes it; it must not die.
        INIT,
        /// The idle task of a processor; it must not die.
        IDLE
    }

    /// Creates a context.
    public Context {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(comm);
    }

    /// {@return a task on processor 0}
    public static Context task(int pid, String comm) {
        return new Context(Kind.TASK, 0, pid, comm);
    }

    /// {@return an interrupt on processor 0 that came while a task ran}
    public static Context interrupt(int pid, String comm) {
        return new Context(Kind.INTERRUPT, 0, pid, comm);
    }

    /// {@return init on processor 0, before it has become a user process: `swapper/0`, process 1}
    public static Context init() {
        return new Context(Kind.INIT, 0, 1, "swapper/0");
    }

    /// {@return the idle task of a processor: `swapper/` and its number, process 0}
    public static Context idle(int cpu) {
        return new Context(Kind.IDLE, cpu, 0, "swapper/" + cpu);
    }
}
