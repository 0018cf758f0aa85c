package org.vemmio.emulator.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;

/// A vector load that Linux refuses, as policy `linux-6.12` has it: every time an oops, whose report the log keeps.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RefusedTrapBenchmark {
    private static final String VECTOR_LOAD = "0f1007";
    private static final int REPORTS = 64;

    private final TrappingGuest guest = new TrappingGuest(engine(), TrappingGuest.bus(), List.of(VECTOR_LOAD));

    private static MmioEngine.Builder engine() {
        FailurePolicy linux = FailurePolicy.preset("linux-6.12");
        // Without a limit on oopses, at which the kernel would stop and report no more.
        Knobs knobs = new Knobs(linux.panicOnWarn(), linux.panicOnOops(), linux.knobs().warnLimit(), 0,
                linux.knobs().faultAddress());
        return MmioEngine.builder().handler(TrapHandlers.named("linux-tdx-6.12"))
                .kernel(GuestKernel.builder().logCapacity(REPORTS).build())
                .policy(FailurePolicy.builder("unlimited").extend(linux).knobs(knobs).build());
    }

    /// Makes sure that it is what it says.
    @Setup
    public void refuseOnce() {
        if (!(guest.trap() instanceof Outcome.GeneralProtection)) {
            throw new IllegalStateException("not refused");
        }
    }

    /// Makes sure that every trap was reported.
    @TearDown
    public void close() {
        if (guest.kernel().log().size() != REPORTS || guest.kernel().hasStopped()) {
            throw new IllegalStateException("not reported");
        }
        guest.close();
    }

    /// {@return the outcome of one more}
    @Benchmark
    public Outcome refused() {
        return guest.trap();
    }
}
