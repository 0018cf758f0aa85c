package org.vemmio.emulator.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.outcome.Outcome;

/// The engines of 64 virtual processors on two threads, all at one device of one bus.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
public class SharedBusBenchmark {
    private static final int ENGINES = 32;

    /// The bus of both threads.
    @State(Scope.Benchmark)
    public static class OneBus {
        final DeviceMap bus = TrappingGuest.bus();
    }

    @SuppressWarnings("NullAway.Init")
    private List<TrappingGuest> guests;
    private int next;

    /// Makes the engines of one thread.
    @Setup
    public void prepare(OneBus machine) {
        guests = IntStream.range(0, ENGINES).mapToObj(i -> new TrappingGuest("architectural", machine.bus,
                SeenBeforeBenchmark.Work.LOAD.codes())).toList();
    }

    /// {@return the outcome of a 4-byte load by one of the thread's engines}
    @Benchmark
    public Outcome load() {
        next = (next + 1) % ENGINES;
        return guests.get(next).trap();
    }
}
