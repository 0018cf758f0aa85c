package org.vemmio.emulator.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.handler.architectural.ArchitecturalHandler;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.HandlerResult;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.CheckPattern;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Rule;

/// Deals with traps of one virtual processor, as a chosen handler would; where the handler cannot, a policy decides.
///
/// An engine and its decoder belong to the thread that built it, and own native buffers: close it there. The bus, the
/// policy, the handler and the guest kernel may be shared with the engines of other virtual processors. A trap whose
/// instruction was seen before makes no native call and allocates nothing, as long as it is emulated.
///
/// Whatever the instruction, the guest, the devices and the memory:
///
/// - The same trap, on the same guest and the same devices, comes to the same end, whichever traps came before it, as
///   long as the guest's kernel had nothing to do with them.
/// - The observer is told of exactly the accesses that devices took; so is the reader of a Failure, of those that its
///   handler made.
/// - An instruction or an iteration of a `rep` makes 128 accesses at the most, and asks the memory for no more than
///   these are; a locked one may try a device's compare-and-exchange 1024 times. A trap does as many iterations as
///   [Builder#repeatBound] says.
/// - Where the outcome is a refusal that is propagated, or a fault, registers and memory are as before the instruction
///   (of a `rep`, as after its last whole iteration, at which any bound on iterations would have arrived too), but for
///   what a late check of a handler that is not ours keeps. The same holds where something is thrown, unless by `write`
///   of the memory or by a setter of the Cpu.
/// - Nothing is thrown but what [#handle] names, and what the Cpu, the memory, the devices or the observer throw.
///
/// `EngineFuzzTest` tries all that.
///
/// An engine does not ask whether the guest's kernel has stopped before it emulates: whether a guest is left to trap is
/// for the simulator to know, and [GuestKernel#hasStopped] tells.
public final class MmioEngine implements AutoCloseable {
    /// The most iterations of a `rep` instruction that one trap may do: their accesses are kept until it is done.
    public static final int MAX_REPEAT_BOUND = 1 << 17;
    /// The most distinct instructions that are kept ready per handler.
    public static final int MAX_CACHE_SIZE = 1 << 20;

    private final Decoder decoder;
    private final EngineOptions options;
    private final MmioBus bus;
    private final TrapHandler handler;
    private final Supplier<TrapHandlers> handlers;
    private final FailurePolicy policy;
    private final GuestKernel kernel;
    private final HandlerRun main;
    private final Map<Recovery, HandlerRun> recoveries = new HashMap<>();
    private final Thread owner = Thread.currentThread();
    private boolean closed;
    private boolean handling;

    private MmioEngine(Builder builder, MmioBus bus) {
        this.options = new EngineOptions(builder.observer, builder.splitting, builder.repeatBound, builder.cacheSize,
                builder.describing);
        this.bus = bus;
        this.handler = builder.handler;
        this.handlers = builder.handlers;
        this.policy = builder.policy;
        this.kernel = builder.kernel != null ? builder.kernel : GuestKernel.create();
        this.decoder = Decoder.open();
        this.main = new HandlerRun(handler, decoder, options, bus);
    }

    /// {@return a builder with the defaults that its methods tell}
    public static Builder builder() {
        return new Builder();
    }

    /// Collects what an engine is made of. For one thread.
    public static final class Builder {
        private TrapHandler handler = ArchitecturalHandler.INSTANCE;
        private Supplier<TrapHandlers> handlers = TrapHandlers::installed;
        private FailurePolicy policy = FailurePolicy.preset("propagate");
        private @Nullable GuestKernel kernel;
        private @Nullable MmioBus bus;
        private AccessObserver observer = AccessObserver.NONE;
        private boolean splitting = true;
        private int repeatBound = 1024;
        private int cacheSize = 4096;
        private boolean describing;

        private Builder() {
        }

        /// Sets the handler; the architectural one unless told.
        public Builder handler(TrapHandler handler) {
            this.handler = Objects.requireNonNull(handler);
            return this;
        }

        /// Sets where a handler is looked for by which the policy recovers; [TrapHandlers#installed] unless told.
        public Builder handlers(TrapHandlers handlers) {
            Objects.requireNonNull(handlers);
            this.handlers = () -> handlers;
            return this;
        }

        /// Sets the policy; `propagate` unless told.
        public Builder policy(FailurePolicy policy) {
            this.policy = Objects.requireNonNull(policy);
            return this;
        }

        /// Sets the guest's kernel, which remembers warnings and has the exception table; a fresh one unless told.
        public Builder kernel(GuestKernel kernel) {
            this.kernel = Objects.requireNonNull(kernel);
            return this;
        }

        /// Sets the devices; there is no default.
        public Builder bus(MmioBus bus) {
            this.bus = Objects.requireNonNull(bus);
            return this;
        }

        /// Sets who is told of every access; nobody unless told.
        public Builder observer(AccessObserver observer) {
            this.observer = Objects.requireNonNull(observer);
            return this;
        }

        /// Sets whether an access wider than the device takes is split in ascending address order, or refused; split
        /// unless told.
        public Builder splitting(boolean splitting) {
            this.splitting = splitting;
            return this;
        }

        /// Sets how many iterations of a `rep` instruction one trap may do, 1 to [#MAX_REPEAT_BOUND]; 1024
        /// unless told.
        public Builder repeatBound(int repeatBound) {
            this.repeatBound = repeatBound;
            return this;
        }

        /// Sets how many distinct instructions are kept ready per handler, 1 to [#MAX_CACHE_SIZE]; 4096
        /// unless told.
        public Builder cacheSize(int cacheSize) {
            this.cacheSize = cacheSize;
            return this;
        }

        /// Sets whether an [Outcome.Emulated] tells what the processor makes of the bytes, and the hazards, also where the
        /// handler does not go by that. Linux's do not: they decode by themselves, and an engine that need not describe
        /// spares them the call of Zydis for each instruction that is new. Not told unless asked for; other outcomes
        /// tell in any case.
        public Builder describing(boolean describing) {
            this.describing = describing;
            return this;
        }

        /// {@return the engine, owned by the calling thread}
        ///
        /// @throws IllegalStateException if no bus was set
        /// @throws IllegalArgumentException if a number is out of its range, or the policy recovers by a handler that
        ///     does not exist, or is for a check that no handler has
        /// @throws org.vemmio.decoder.ZydisException if the Zydis library cannot be had
        public MmioEngine build() {
            if (bus == null) {
                throw new IllegalStateException("an engine needs a bus: call bus(…) before build()");
            }
            for (Rule rule : policy.rules()) {
                rule.when().failures().forEach(this::requireKnown);
                if (rule.then() instanceof Action.Recover(Recovery.Handler(String name))) {
                    handlers.get().get(name);
                }
            }
            return new MmioEngine(this, bus);
        }

        private void requireKnown(CheckPattern pattern) {
            boolean own = pattern.isFor(handler.ladder());
            Optional<String> problem = own ? Optional.empty() : pattern.problem(handlers.get());
            if (problem.isPresent()) {
                throw new IllegalArgumentException("policy '%s': %s".formatted(policy.name(), problem.get()));
            }
        }
    }

    /// Deals with a trap.
    ///
    /// The registers are written last and together (of a `rep` instruction, once per iteration). Where the outcome is
    /// [Outcome.Emulated] but not complete, RIP is still on the instruction; the caller goes on by calling again. What
    /// a device or a memory throws, except a refusal, goes through to the caller, with the registers as they were.
    ///
    /// @return what became of the guest
    /// @throws WrongThreadException if this is not the thread that built the engine
    /// @throws IllegalStateException if the engine is closed, or is called by what it calls, such as a device: the
    ///     trap that it is dealing with is not affected, if the caller catches this
    public Outcome handle(Trap trap, Cpu cpu, LinearMemory memory) {
        requireIdle();
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        handling = true;
        try {
            HandlerResult result = main.handle(trap, cpu, memory);
            return result instanceof Outcome outcome ? outcome
                    : decide((Failure) result, new TrappedGuest(trap, cpu, memory));
        } finally {
            handling = false;
        }
    }

    private void requireIdle() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("an engine belongs to the thread that built it, " + owner.getName());
        }
        if (handling) {
            throw new IllegalStateException("the engine is dealing with a trap, and what it calls must not call it");
        }
    }

    /// The guest as it was when a handler failed.
    private record TrappedGuest(Trap trap, Cpu cpu, LinearMemory memory) {
        HandlerResult handledBy(HandlerRun run) {
            return run.handle(trap, cpu, memory);
        }
    }

    private Outcome decide(Failure failure, TrappedGuest guest) {
        Decision decision = policy.decide(failure);
        if (decision.action() instanceof Action.Recover(Recovery how) && !kernel.hasStopped()) {
            if (how instanceof Recovery.Handler other) {
                return recover(failure, decision, other, guest);
            }
            if (how instanceof Recovery.Skip skip) {
                return skip(failure, decision, run(skip), guest);
            }
        }
        return kernel.follow(failure, decision, policy, guest.cpu, guest.memory);
    }

    private Outcome recover(Failure failure, Decision decision, Recovery.Handler other, TrappedGuest guest) {
        HandlerRun run = run(other);
        if (run.handlerName().equals(failure.handler())) {
            return new Outcome.Propagated(failure, decision);
        }
        return switch (guest.handledBy(run)) {
            case Failure second -> new Outcome.Propagated(failure.followedBy(second), decision);
            case Outcome.Emulated outcome -> new Outcome.Recovered(failure, decision, null, outcome);
            case Outcome.Exception outcome -> new Outcome.Recovered(failure, decision, null, outcome);
        };
    }

    /// Executes the instruction as the processor would with no device behind the address. One that the architectural
    /// handler does not know is passed over without any other effect.
    private static Outcome skip(Failure failure, Decision decision, HandlerRun run, TrappedGuest guest) {
        // No device is asked, so it does not matter whether one could be there.
        Trap trap = guest.trap;
        Trap shared = new Trap(trap.exitReason(), trap.qualification(), trap.gla(), trap.gpa(), false);
        HandlerResult result = run.handle(shared, guest.cpu, guest.memory);
        if (result instanceof Outcome outcome) {
            return new Outcome.Recovered(failure, decision, null, outcome);
        }
        Optional<Instruction> instruction = ((Failure) result).instruction();
        if (instruction.isEmpty()) {
            return new Outcome.Propagated(failure, decision);
        }
        guest.cpu.setRip(guest.cpu.ripAfter(instruction.get().length()));
        return new Outcome.Recovered(failure, decision, null, null);
    }

    private HandlerRun run(Recovery.Handler other) {
        return recoveries.computeIfAbsent(other,
                _ -> new HandlerRun(handlers.get().get(other.handler()), decoder, options, bus));
    }

    private HandlerRun run(Recovery.Skip skip) {
        return recoveries.computeIfAbsent(skip, _ -> new HandlerRun(ArchitecturalHandler.INSTANCE, decoder,
                options.forNobody(), new AbsentDevices(skip.ones())));
    }

    /// {@return the guest's kernel}
    public GuestKernel kernel() {
        return kernel;
    }

    /// {@return the handler}
    public TrapHandler handler() {
        return handler;
    }

    /// {@return the policy}
    public FailurePolicy policy() {
        return policy;
    }

    /// Releases the native buffers. The engine cannot be used afterwards; closing again does nothing.
    ///
    /// @throws WrongThreadException if this is not the thread that built the engine
    /// @throws IllegalStateException if the engine is dealing with a trap, and is closed by what it calls
    @Override
    public void close() {
        requireIdle();
        decoder.close();
        closed = true;
    }
}
