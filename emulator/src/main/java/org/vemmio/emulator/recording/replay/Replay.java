package org.vemmio.emulator.recording.replay;

import java.util.Objects;
import java.util.function.Supplier;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;

/// Replays recorded traps on an engine, and judges what comes out.
///
/// Each trap has registers and memory of its own, and devices that answer as recorded; the engine is one for all of
/// them, so that an instruction is made ready once. The guest's kernel is one for all too, unless told: what it
/// remembers of one trap, a warning that prints once or a panic, changes the end of those that follow.
///
/// Belongs to the thread that built it, as its engine does: close it there.
public final class Replay implements AutoCloseable {
    private static final Completion ONCE = new Completion(1);

    private final MmioEngine.Builder engines;
    private final Completion completion;
    private final KernelScope kernelScope;
    private final Supplier<GuestKernel.Builder> kernels;
    private final ReplayBus bus = new ReplayBus();
    private final Decoder decoder;
    private final Decodings decodings;
    private MmioEngine engine;
    private Context context = contextOf(Context.Kind.TASK);

    /// How long a guest's kernel remembers.
    public enum KernelScope {
        /// One kernel sees all traps, as the guest did that was recorded.
        RECORDING,
        /// Every trap meets a kernel that has just booted, so that its end does not depend on other traps.
        TRAP
    }

    private Replay(Builder builder) {
        engines = builder.engine;
        completion = builder.completion;
        kernelScope = builder.kernelScope;
        kernels = builder.kernels;
        engine = openEngine();
        decoder = Decoder.open();
        decodings = new Decodings(decoder);
    }

    private MmioEngine openEngine() {
        GuestKernel kernel = kernels.get().contexts(_ -> context).build();
        return engines.kernel(kernel).bus(bus).describing(true).build();
    }

    /// {@return a builder with the defaults that its methods tell}
    public static Builder builder() {
        return new Builder();
    }

    /// Collects what a [Replay] is made of. For one thread.
    public static final class Builder {
        private MmioEngine.Builder engine = MmioEngine.builder();
        private Completion completion = Completion.STANDARD;
        private KernelScope kernelScope = KernelScope.RECORDING;
        private Supplier<GuestKernel.Builder> kernels = GuestKernel::builder;

        private Builder() {
        }

        /// Sets what the engine is made of; [MmioEngine#builder] unless told. Its bus and its kernel are set by the
        /// replay, which keeps the builder; it describes.
        ///
        /// Where the engine splits, devices take up to 8 bytes, what is wider in the trap's recorded accesses, and any
        /// width where memory stands for them.
        public Builder engine(MmioEngine.Builder engine) {
            this.engine = Objects.requireNonNull(engine);
            return this;
        }

        /// Sets how often the engine is called for one trap; [Completion#STANDARD] unless told. A trap whose calls are
        /// used up disagrees.
        public Builder completion(Completion completion) {
            this.completion = Objects.requireNonNull(completion);
            return this;
        }

        /// Sets how long the guest's kernel remembers; for the whole recording unless told.
        public Builder kernelScope(KernelScope kernelScope) {
            this.kernelScope = Objects.requireNonNull(kernelScope);
            return this;
        }

        /// Sets what the guest's kernel is made of; [GuestKernel#builder] unless told. What the kernel is doing comes
        /// from each trap.
        ///
        /// @param kernels gives a fresh builder each time
        public Builder kernel(Supplier<GuestKernel.Builder> kernels) {
            this.kernels = Objects.requireNonNull(kernels);
            return this;
        }

        /// {@return the replay, owned by the calling thread}
        ///
        /// @throws IllegalArgumentException as [MmioEngine.Builder#build] does
        /// @throws org.vemmio.decoder.ZydisException if the Zydis library cannot be had
        public Replay build() {
            return new Replay(this);
        }
    }

    /// Replays a trap. The engine is called again while the instruction has iterations left and its accesses are as
    /// recorded; but once where the recording expects iterations to be left.
    ///
    /// @throws WrongThreadException if this is not the thread that built it
    /// @throws IllegalStateException if it is closed
    public ReplayResult replay(RecordedTrap trap) {
        context = contextOf(trap.context());
        bus.load(trap);
        CpuState cpu = trap.cpu();
        MemoryMap memory = trap.memory();
        Expectation expectation = trap.expectation().orElse(null);
        boolean once = expectation instanceof Expectation.Emulated emulated && emulated.remaining();
        Completion.Result result = (once ? ONCE : completion).handle(engine, trap.trap(), cpu, memory,
                () -> !bus.hasDiverged());
        Outcome outcome = result.outcome();
        Judge judge = new Judge(trap, outcome, cpu, memory, bus);
        if (!once) {
            judge.progress(result.stop(), completion.calls());
        }
        Verdict verdict = expectation == null ? judge.judge() : judge(judge, trap, expectation);
        if (kernelScope == KernelScope.TRAP && hasReachedKernel(outcome)) {
            engine.close();
            engine = openEngine();
        }
        Decoding decoding = decodings.of(trap.mode(), trap.code());
        return new ReplayResult(trap, decoding, verdict, outcome, judge.differences(), cpu);
    }

    private Verdict judge(Judge judge, RecordedTrap trap, Expectation expectation) {
        expectation.linux().ifPresent(expected -> {
            byte[] code = trap.code();
            engine.handler().kernelView(new FetchedCode(code, decodings.of(CodeMode.CODE64, code)))
                    .ifPresent(view -> judge.linux(expected, view));
        });
        return judge.judge(expectation);
    }

    private static boolean hasReachedKernel(Outcome outcome) {
        return outcome instanceof Outcome.Failed && !(outcome instanceof Outcome.Propagated);
    }

    private static Context contextOf(Context.Kind kind) {
        return switch (kind) {
            case TASK -> Context.task(1000, "guest");
            case INTERRUPT -> Context.interrupt(1000, "guest");
            case INIT -> Context.init();
            case IDLE -> Context.idle(0);
        };
    }

    /// {@return the guest's kernel, which has the log}
    public GuestKernel kernel() {
        return engine.kernel();
    }

    /// Releases the native buffers. Nothing can be replayed afterwards.
    ///
    /// @throws WrongThreadException if this is not the thread that built it
    @Override
    public void close() {
        engine.close();
        decoder.close();
    }
}
