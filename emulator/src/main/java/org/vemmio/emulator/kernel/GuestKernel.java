package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;

/// What a guest's kernel remembers, and what it does after a Failure.
///
/// One per guest. Safe for several threads: while one follows a Failure, others wait, so that the reports of one
/// Failure stand together in the log. A kernel that has stopped stays so; to boot again, build another.
public final class GuestKernel {
    private static final int SIGSEGV = 11;
    private static final String MACHINE = " PREEMPT SMP NOPTI";
    private static final String DUMPSTACK = "arch/x86/kernel/dumpstack.c";
    private static final SourceLocation WARN_CHECK = new SourceLocation("kernel/panic.c", 296, "check_panic_on_warn");
    private static final SourceLocation WARN_LIMIT_CHECK = new SourceLocation("kernel/panic.c", 300, "check_panic_on_warn");
    private static final SourceLocation DIE_ADDR = new SourceLocation(DUMPSTACK, 475, "die_addr");
    private static final SourceLocation DIE = new SourceLocation(DUMPSTACK, 465, "die");
    private static final SourceLocation OOPS_IN_INTERRUPT = new SourceLocation(DUMPSTACK, 398, "oops_end");
    private static final SourceLocation OOPS_IS_PANIC = new SourceLocation(DUMPSTACK, 400, "oops_end");
    private static final SourceLocation DEAD_IDLE = new SourceLocation("kernel/exit.c", 1017, "make_task_dead");
    private static final SourceLocation DEAD_TOO_OFTEN = new SourceLocation("kernel/exit.c", 1043, "make_task_dead");
    private static final SourceLocation DEAD_INIT = new SourceLocation("kernel/exit.c", 914, "do_exit");
    private static final SourceLocation SHOW_SIGNAL = new SourceLocation("arch/x86/kernel/traps.c", 208, "show_signal");
    private static final SourceLocation SEARCH = new SourceLocation("arch/x86/mm/extable.c", 319, "fixup_exception");

    private final ExceptionTable exceptionTable;
    private final List<Notifier> notifiers;
    private final Function<Cpu, Context> contexts;
    private final LongSupplier clock;
    private final String release;
    private final boolean hostTerminates;

    private final ReentrantLock lock = new ReentrantLock();
    private final KernelLog log;
    private final Set<SourceLocation> fired = new HashSet<>();
    private final Set<Taint> taint = EnumSet.noneOf(Taint.class);
    private final RateLimit printk = new RateLimit();
    private final Map<CommunicationFailure, RateLimit> communication = new EnumMap<>(CommunicationFailure.class);
    private int warnings;
    private int oopses;
    private int deaths;
    private Optional<Registers> firstOops = Optional.empty();
    private Ending.@Nullable Panic panic;
    private boolean terminated;

    private GuestKernel(Builder builder) {
        exceptionTable = builder.exceptionTable;
        notifiers = List.copyOf(builder.notifiers);
        contexts = builder.contexts;
        clock = builder.clock;
        release = builder.release;
        hostTerminates = builder.hostTerminates;
        log = new KernelLog(builder.logCapacity);
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
            if (logCapacity < 1) {
                throw new IllegalArgumentException("a log holds at least 1 report, not " + logCapacity);
            }
            return new GuestKernel(this);
        }
    }

    /// Carries out what a policy decided.
    ///
    /// Registers change where a fixup of the exception table takes over, or a notifier changes them; else they stay as
    /// they are. After a panic or a termination every decision but to propagate gives that end again, and no report.
    ///
    /// @param failure why the trap could not be dealt with
    /// @param decision what the policy made of it; [Recovery.Skip] and [Recovery.Handler] need an engine
    /// @param policy the policy, for its knobs
    /// @param cpu the registers, as before the instruction
    /// @param memory the memory, for the Code line of a report and for zeropad
    /// @return what became of the guest
    /// @throws IllegalArgumentException if the decision needs an engine
    public Outcome.Failed follow(Failure failure, Decision decision, FailurePolicy policy, Cpu cpu,
            LinearMemory memory) {
        if (decision.action() instanceof Action.Propagate) {
            return new Outcome.Propagated(failure, decision);
        }
        lock.lock();
        try {
            if (panic != null) {
                return new Outcome.Panic(failure, decision, panic);
            }
            if (terminated) {
                return new Outcome.Terminated(failure, decision);
            }
            return new Following(failure, decision, policy.knobs(), cpu, memory).run();
        } finally {
            lock.unlock();
        }
    }

    /// One Failure on its way through the kernel; the lock is held.
    private final class Following {
        private final Failure failure;
        private final Decision decision;
        private final Knobs knobs;
        private final Cpu cpu;
        private final LinearMemory memory;
        private final Context context;
        private final ReportSite statement;
        private @Nullable Registers registers;

        Following(Failure failure, Decision decision, Knobs knobs, Cpu cpu, LinearMemory memory) {
            this.failure = failure;
            this.decision = decision;
            this.knobs = knobs;
            this.cpu = cpu;
            this.memory = memory;
            this.context = contexts.apply(cpu);
            this.statement = ReportSite.of(failure);
        }

        Outcome.Failed run() {
            return switch (decision.action()) {
                case Action.Propagate _ -> new Outcome.Propagated(failure, decision);
                case Action.Recover(Recovery how) -> recover(how);
                case Action.Panic _ -> new Outcome.Panic(failure, decision, panicAtStatement());
                case Action.Terminate _ -> terminate();
                case Action.Bug _ -> new Outcome.Bug(failure, decision, bug());
                case Action.GeneralProtection _ -> generalProtection(false);
                case Action.WarnAndGeneralProtection(boolean once) -> {
                    boolean prints = !once || fired.add(statement.place());
                    Optional<Ending.Panic> end = prints ? warn() : Optional.empty();
                    yield end.<Outcome.Failed>map(
                            ending -> new Outcome.GeneralProtection(failure, decision, true, ending))
                            .orElseGet(() -> generalProtection(prints));
                }
            };
        }

        private Outcome.Failed recover(Recovery how) {
            return switch (how) {
                case Recovery.Fixup _ -> recover(find());
                case Recovery.Zeropad _ -> recover(find().filter(entry -> entry.type() == FixupType.ZEROPAD));
                case Recovery.Skip _, Recovery.Handler _ ->
                    throw new IllegalArgumentException("'" + decision.text() + "' needs an engine");
            };
        }

        private Outcome.Failed recover(Optional<ExceptionEntry> entry) {
            return entry.filter(this::isModelled).flatMap(this::apply)
                    .<Outcome.Failed>map(fixup -> new Outcome.Recovered(failure, decision, fixup, null))
                    .orElseGet(() -> new Outcome.Propagated(failure, decision));
        }

        private Optional<ExceptionEntry> find() {
            return isUser() ? Optional.empty() : exceptionTable.find(cpu.rip());
        }

        private Optional<Ending.Fixup> apply(ExceptionEntry entry) {
            long faultAddress = knobs.faultAddress() == Knobs.FaultAddress.LINEAR ? failure.gla() : 0;
            return Fixups.apply(entry, faultAddress, cpu, memory);
        }

        private boolean isModelled(ExceptionEntry entry) {
            if (!entry.type().isModelled()) {
                log.add(new LogEntry.Message(SEARCH,
                        "the exception table's entry for 0x%x has type %s, which is not modelled"
                                .formatted(entry.insn(), entry.type().label())));
            }
            return entry.type().isModelled();
        }

        private boolean isUser() {
            return failure.cpl() != 0;
        }

        private Optional<Ending.Panic> warn() {
            warnings++;
            boolean tooOften = knobs.warnLimit() != 0 && warnings >= knobs.warnLimit();
            boolean fatal = knobs.panicOnWarn() || tooOften;
            log.add(new LogEntry.Warning(statement.place(), statement.message(), statement.callers(), scene(), fatal));
            if (knobs.panicOnWarn()) {
                return Optional.of(panicWithStack(WARN_CHECK, "kernel: panic_on_warn set ..."));
            }
            if (tooOften) {
                return Optional.of(panicWithStack(WARN_LIMIT_CHECK,
                        "kernel: system warned too often (kernel.warn_limit is %d)".formatted(knobs.warnLimit())));
            }
            taint.add(Taint.WARN);
            return Optional.empty();
        }

        private Outcome.Failed generalProtection(boolean warned) {
            if (isUser()) {
                return ending(warned, signal());
            }
            Optional<ExceptionEntry> entry = find();
            if (entry.isPresent()) {
                if (!isModelled(entry.get())) {
                    return new Outcome.Propagated(failure, decision);
                }
                Optional<Ending.Fixup> fixup = apply(entry.get());
                if (fixup.isPresent()) {
                    return ending(warned, fixup.get());
                }
            }
            if (taken(DieEvent.GPF)) {
                return ending(warned, new Ending.Notified());
            }
            return ending(warned, oops(DIE_ADDR, "VE fault", List.of()));
        }

        private Outcome.Failed ending(boolean warned, Ending ending) {
            return new Outcome.GeneralProtection(failure, decision, warned, ending);
        }

        private Ending signal() {
            if (failure.reason() == FailureReason.USER_MODE_TRAP) {
                log.add(new LogEntry.Message(statement.place(), "tdx: Unexpected #VE: 48"));
            }
            RateLimit.Allowance verdict = printk.next(clock.getAsLong());
            suppressed(SHOW_SIGNAL, verdict);
            if (verdict.prints()) {
                log.add(new LogEntry.Message(SHOW_SIGNAL, "traps: %s[%d] VE fault ip:%x sp:%x error:0"
                        .formatted(context.comm(), context.pid(), cpu.rip(), cpu.gpr(Gpr.RSP))));
            }
            return new Ending.Signal("SIGSEGV");
        }

        private void suppressed(SourceLocation place, RateLimit.Allowance verdict) {
            if (verdict.suppressed() > 0) {
                log.add(new LogEntry.Message(place,
                        "%s: %d callbacks suppressed".formatted(place.function(), verdict.suppressed())));
            }
        }

        private Ending bug() {
            log.add(new LogEntry.BugReport(statement.place()));
            if (taken(DieEvent.TRAP)) {
                return new Ending.Notified();
            }
            return oops(DIE, "invalid opcode", statement.stack());
        }

        private Ending oops(SourceLocation place, String what, List<String> handlerStack) {
            Optional<Registers> shown = handlerStack.isEmpty() ? Optional.of(registers()) : Optional.empty();
            if (oopses == 0) {
                firstOops = shown;
            }
            oopses++;
            String headline = "Oops: %s: 0000 [#%d]%s".formatted(what, oopses, MACHINE);
            log.add(new LogEntry.Oops(place, headline, handlerStack, scene(), firstOops));
            boolean taken = taken(DieEvent.OOPS);
            taint.add(Taint.DIE);
            return taken ? new Ending.Notified() : die(headline);
        }

        private Ending die(String headline) {
            if (context.kind() == Context.Kind.INTERRUPT) {
                return panic(OOPS_IN_INTERRUPT, "Fatal exception in interrupt");
            }
            if (knobs.panicOnOops()) {
                return panic(OOPS_IS_PANIC, "Fatal exception");
            }
            if (context.kind() == Context.Kind.IDLE) {
                return panic(DEAD_IDLE, "Attempted to kill the idle task!");
            }
            deaths++;
            if (knobs.oopsLimit() != 0 && deaths >= knobs.oopsLimit()) {
                return panic(DEAD_TOO_OFTEN,
                        "Oopsed too often (kernel.oops_limit is %d)".formatted(knobs.oopsLimit()));
            }
            if (context.kind() == Context.Kind.INIT) {
                return panic(DEAD_INIT, "Attempted to kill init! exitcode=0x%08x".formatted(SIGSEGV));
            }
            return new Ending.Oops(headline);
        }

        private Outcome.Failed terminate() {
            // vc_slow_virt_to_phys warns of its own accord, once.
            if (failure.reason() == FailureReason.NOT_TRANSLATED && fired.add(statement.place())) {
                Optional<Ending.Panic> end = warn();
                if (end.isPresent()) {
                    return new Outcome.Panic(failure, decision, end.get());
                }
            }
            CommunicationFailure kind = CommunicationFailure.of(failure);
            RateLimit.Allowance verdict = communication.computeIfAbsent(kind, _ -> new RateLimit())
                    .next(clock.getAsLong());
            suppressed(kind.place(), verdict);
            if (verdict.prints()) {
                log.add(new LogEntry.Message(kind.place(), kind.text(cpu.rip())));
            }
            if (isUser()) {
                return ending(false, new Ending.Signal("SIGBUS"));
            }
            log.add(new LogEntry.RegisterReport(CommunicationFailure.SHOW_REGS, scene()));
            if (hostTerminates) {
                terminated = true;
                return new Outcome.Terminated(failure, decision);
            }
            return new Outcome.Panic(failure, decision,
                    panic(CommunicationFailure.RETURNED, "Returned from Terminate-Request to Hypervisor",
                            List.of("asm_exc_vmm_communication")));
        }

        private Ending.Panic panicAtStatement() {
            String message = statement.message().isEmpty() ? failure.reason().text() : statement.message();
            return panic(statement.place(), message, statement.callers());
        }

        private Ending.Panic panicWithStack(SourceLocation place, String message) {
            return panic(place, message, statement.stack());
        }

        private Ending.Panic panic(SourceLocation place, String message) {
            return panic(place, message, List.of());
        }

        private Ending.Panic panic(SourceLocation place, String message, List<String> callers) {
            Optional<CrashContext> shown = taint.contains(Taint.DIE) ? Optional.empty() : Optional.of(scene());
            log.add(new LogEntry.Panic(place, message, callers, shown));
            Ending.Panic end = new Ending.Panic(message);
            panic = end;
            return end;
        }

        private boolean taken(DieEvent event) {
            return notifiers.stream().anyMatch(notifier -> notifier.takes(event, failure, cpu));
        }

        private CrashContext scene() {
            return new CrashContext(context, taint, release, registers());
        }

        private Registers registers() {
            Registers saved = registers;
            if (saved == null) {
                saved = Registers.of(cpu, memory);
                registers = saved;
            }
            return saved;
        }
    }

    /// {@return the reports in the log, oldest first}
    public List<LogEntry> log() {
        return locked(log::entries);
    }

    /// {@return how many reports the log has given up}
    public long droppedReports() {
        return locked(log::dropped);
    }

    /// {@return the log as Linux prints it, each line ended by a line feed, without the time in front}
    public String logText() {
        return log().stream().flatMap(entry -> entry.lines().stream()).map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /// {@return what has tainted the kernel}
    public Set<Taint> taint() {
        return locked(() -> Set.copyOf(taint));
    }

    /// {@return how many warnings have been printed}
    public int warnings() {
        return locked(() -> warnings);
    }

    /// {@return how many oopses there were, those of BUG() and those that were a panic included}
    public int oopses() {
        return locked(() -> oopses);
    }

    /// {@return the panic that stopped the kernel, if one has}
    public Optional<Ending.Panic> panic() {
        return locked(() -> Optional.ofNullable(panic));
    }

    /// {@return whether the host has ended the guest because the kernel asked for it}
    public boolean isTerminated() {
        return locked(() -> terminated);
    }

    /// {@return whether the kernel has panicked, or its host has ended it}
    public boolean hasStopped() {
        return locked(() -> panic != null || terminated);
    }

    /// {@return the exception table}
    public ExceptionTable exceptionTable() {
        return exceptionTable;
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
