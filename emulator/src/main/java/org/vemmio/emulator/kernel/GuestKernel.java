package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.FailurePolicy;

/// What a guest's kernel remembers, and what it does after a Failure.
///
/// One per guest. Safe for several threads: while one follows a Failure, others wait, so that the reports of one
/// Failure stand together in the log. A kernel that has stopped stays so; to boot again, build another.
public final class GuestKernel {
    private final KernelConfiguration configuration;
    private final ReentrantLock lock = new ReentrantLock();
    private final KernelMemory kernel;

    private GuestKernel(KernelConfiguration configuration) {
        this.configuration = configuration;
        this.kernel = new KernelMemory(configuration.logCapacity());
    }

    /// {@return a kernel with the defaults of [#builder]}
    public static GuestKernel create() {
        return builder().build();
    }

    /// {@return a builder with the defaults that its methods tell}
    public static Builder builder() {
        return new Builder();
    }

    /// Collects what a kernel is made of. For one thread.
    public static final class Builder {
        private ExceptionTable exceptionTable = ExceptionTable.empty();
        private final List<Notifier> notifiers = new ArrayList<>();
        private Function<Cpu, Context> contexts = _ -> Context.task(1000, "guest");
        private LongSupplier clock = () -> 0;
        private String release = "6.12.117";
        private int logCapacity = 4096;
        private boolean hostTerminates = true;

        private Builder() {
        }

        /// Sets the exception table; an empty one unless told.
        public Builder exceptionTable(ExceptionTable exceptionTable) {
            this.exceptionTable = Objects.requireNonNull(exceptionTable);
            return this;
        }

        /// Adds a notifier behind those added before; the first that takes an event ends it.
        public Builder notifier(Notifier notifier) {
            notifiers.add(Objects.requireNonNull(notifier));
            return this;
        }

        /// Sets what the kernel is doing whenever a trap comes; task 1000, `guest`, on processor 0 unless told.
        public Builder context(Context context) {
            Objects.requireNonNull(context);
            return contexts(_ -> context);
        }

        /// Sets what tells, for a virtual processor that trapped, what the kernel is doing on it.
        ///
        /// @param contexts asked by the thread of that processor, with the kernel's lock held
        public Builder contexts(Function<Cpu, Context> contexts) {
            this.contexts = Objects.requireNonNull(contexts);
            return this;
        }

        /// Sets the clock that rate-limited lines go by; it stands still unless told, so that the tenth such line of a
        /// statement is its last.
        ///
        /// @param clock gives milliseconds that never decrease; asked with the kernel's lock held
        public Builder clock(LongSupplier clock) {
            this.clock = Objects.requireNonNull(clock);
            return this;
        }

        /// Sets the release that reports name; `6.12.117` unless told. It changes nothing else.
        public Builder release(String release) {
            this.release = Objects.requireNonNull(release);
            return this;
        }

        /// Sets how many reports the log holds, at least 1; 4096 unless told. A full log gives up its oldest.
        public Builder logCapacity(int logCapacity) {
            this.logCapacity = logCapacity;
            return this;
        }

        /// Sets whether the host ends a guest that asks for it; it does unless told. Otherwise the kernel panics.
        public Builder hostTerminates(boolean hostTerminates) {
            this.hostTerminates = hostTerminates;
            return this;
        }

        /// {@return the kernel}
        ///
        /// @throws IllegalArgumentException if a number is out of its range
        public GuestKernel build() {
            return new GuestKernel(new KernelConfiguration(exceptionTable, notifiers, contexts, clock, release,
                    logCapacity, hostTerminates));
        }
    }

    /// Carries out what a policy decided.
    ///
    /// Registers change where a fixup of the exception table takes over, or a notifier changes them; else they stay as
    /// they are. [Action.Halt] and [Action.Abort] stop the kernel without a report, the whole of it, whichever of its
    /// processors trapped; [Action.Inject] and [Action.VmmError] leave it as it is, for the caller to carry out. Once
    /// it has stopped, every decision but to propagate gives the same end again, and no report.
    ///
    /// @param failure why the trap could not be dealt with
    /// @param decision what the policy made of it; [Recovery.Skip] and [Recovery.Handler] need an engine
    /// @param policy the policy, for its knobs
    /// @param cpu the registers, as the handler left them
    /// @param memory the memory, for the Code line of a report and for zeropad
    /// @return what became of the guest
    /// @throws IllegalArgumentException if the decision needs an engine
    public Outcome.Failed follow(Failure failure, Decision decision, FailurePolicy policy, Cpu cpu,
            LinearMemory memory) {
        boolean propagates = decision.action() instanceof Action.Propagate;
        if (propagates && failure.check().printed().equals(Check.Printed.NOTHING)) {
            return new Outcome.Propagated(failure, decision);
        }
        lock.lock();
        try {
            Optional<KernelStop> stop = kernel.stop();
            if (stop.isPresent()) {
                return propagates ? new Outcome.Propagated(failure, decision) : stop.get().outcome(failure, decision);
            }
            TrappedCpu trapped = new TrappedCpu(cpu, memory, configuration.contexts().apply(cpu));
            return new FailurePath(new Incident(configuration, kernel, failure, policy.knobs(), trapped), decision)
                    .run();
        } finally {
            lock.unlock();
        }
    }

    /// {@return the reports in the log, oldest first}
    public List<LogEntry> log() {
        return locked(kernel.log()::entries);
    }

    /// {@return how many reports the log has given up}
    public long droppedReports() {
        return locked(kernel.log()::dropped);
    }

    /// {@return the log as Linux prints it, each line ended by a line feed, without the time in front}
    public String logText() {
        return log().stream().flatMap(entry -> entry.lines().stream()).map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /// {@return what has tainted the kernel}
    public Set<Taint> taint() {
        return locked(() -> Set.copyOf(kernel.taint()));
    }

    /// {@return how many warnings have been printed}
    public int warnings() {
        return locked(kernel::warnings);
    }

    /// {@return how many oopses there were, those of BUG() and those that were a panic included}
    public int oopses() {
        return locked(kernel::oopses);
    }

    /// {@return the panic that stopped the kernel, if one has}
    public Optional<Ending.Panic> panic() {
        return locked(() -> kernel.stop().flatMap(stop -> stop instanceof KernelStop.Panicked(Ending.Panic panic)
                ? Optional.of(panic) : Optional.empty()));
    }

    /// {@return whether the host has ended the guest because the kernel asked for it}
    public boolean isTerminated() {
        return hasStoppedBy(KernelStop.Terminated.class);
    }

    /// {@return whether a virtual processor has stopped for good ([Action.Halt]), and the kernel with it}
    public boolean isHalted() {
        return hasStoppedBy(KernelStop.Halted.class);
    }

    /// {@return whether the monitor has torn the virtual machine down ([Action.Abort])}
    public boolean isAborted() {
        return hasStoppedBy(KernelStop.Aborted.class);
    }

    /// {@return whether the kernel has panicked, been ended by its host, halted or been aborted}
    public boolean hasStopped() {
        return hasStoppedBy(KernelStop.class);
    }

    private boolean hasStoppedBy(Class<? extends KernelStop> kind) {
        return locked(() -> kernel.stop().filter(kind::isInstance).isPresent());
    }

    /// {@return the exception table}
    public ExceptionTable exceptionTable() {
        return configuration.exceptionTable();
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
