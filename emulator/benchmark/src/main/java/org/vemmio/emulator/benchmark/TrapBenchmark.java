package org.vemmio.emulator.benchmark;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// A 4-byte load from a device: trapped again, trapped for the first time, and decoded alone.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TrapBenchmark {
    private static final long CODE = 0xffff_ffff_8100_0000L;
    private static final long DEVICE = 0xffff_c900_0000_0000L;
    private static final long GPA = 0xfe00_0000L;
    private static final int INSTRUCTIONS = 64;
    private static final int SPACING = 16;

    /// The handler that is asked.
    @Param({"architectural", "linux-tdx"})
    public String handler = "architectural";

    private final byte[] code = loads();
    private final CpuState cpu = new CpuState();
    private final MemoryMap memory = MemoryMap.builder().ram(CODE, code).device(DEVICE, GPA, 0x1000).build();
    private final Trap trap = Trap.at(DEVICE, GPA);
    private final Decoder decoder = Decoder.open();
    @SuppressWarnings("NullAway.Init")
    private MmioEngine keeping;
    @SuppressWarnings("NullAway.Init")
    private MmioEngine forgetting;
    private int next;

    /// Points RDI at the device.
    public TrapBenchmark() {
        cpu.setGpr(Gpr.RDI, DEVICE);
    }

    /// Makes 64 different `mov eax, [rdi + n]`, 16 bytes apart.
    private static byte[] loads() {
        byte[] bytes = new byte[INSTRUCTIONS * SPACING];
        Arrays.fill(bytes, (byte) 0x90);
        for (int i = 0; i < INSTRUCTIONS; i++) {
            bytes[i * SPACING] = (byte) 0x8b;
            bytes[i * SPACING + 1] = 0x47;
            bytes[i * SPACING + 2] = (byte) i;
        }
        return bytes;
    }

    /// Builds the engines: one that keeps every instruction, and one that keeps so few that it never meets one again.
    @Setup
    public void build() {
        keeping = engine(4096);
        forgetting = engine(1);
    }

    private MmioEngine engine(int cacheSize) {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).cacheSize(cacheSize)
                .bus(DeviceMap.builder().add(GPA, 0x1000, MemoryDevice.of(new byte[0x1000])).build()).build();
    }

    private void advance() {
        next = (next + 1) % INSTRUCTIONS;
        cpu.setRip(CODE + next * SPACING);
    }

    /// {@return the outcome of a trap whose instruction was seen before}
    @Benchmark
    public Outcome again() {
        advance();
        return keeping.handle(trap, cpu, memory);
    }

    /// {@return the outcome of a trap whose instruction was not seen before, or has been forgotten}
    @Benchmark
    public Outcome first() {
        advance();
        return forgetting.handle(trap, cpu, memory);
    }

    /// {@return the same instruction, decoded and no more}
    @Benchmark
    public Decoding decoderAlone() {
        next = (next + 1) % INSTRUCTIONS;
        return decoder.decode(CodeMode.CODE64, code, next * SPACING, 15);
    }
}
