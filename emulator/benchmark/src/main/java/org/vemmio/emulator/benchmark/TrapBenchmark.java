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
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// A 4-byte load from a device: trapped again, trapped for the first time, and decoded alone, by Zydis and as the Linux
/// kernel decodes it.
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
    private static final int SEEN = 64;
    private static final int CACHED = 4096;
    /// More than are cached, so that whichever comes was forgotten, or never seen.
    private static final int INSTRUCTIONS = 4 * CACHED;
    private static final int DEVICE_SIZE = 0x5000;
    private static final int SPACING = 16;

    /// The handler that is asked.
    @Param({"architectural", "linux-tdx"})
    public String handler = "architectural";

    private final byte[] code = loads();
    private final CpuState cpu = new CpuState();
    private final MemoryMap memory = MemoryMap.builder().ram(CODE, code).device(DEVICE, GPA, DEVICE_SIZE).build();
    private final Trap trap = Trap.at(DEVICE, GPA);
    private final Decoder decoder = Decoder.open();
    @SuppressWarnings("NullAway.Init")
    private MmioEngine keeping;
    @SuppressWarnings("NullAway.Init")
    private MmioEngine forgetting;
    private final byte[] bytes = Arrays.copyOf(code, Instruction.MAX_LENGTH);
    private final Decoding decoding = decoder.decode(CodeMode.CODE64, bytes);
    private int next;

    /// Points RDI at the device.
    public TrapBenchmark() {
        cpu.setGpr(Gpr.RDI, DEVICE);
    }

    /// Makes different `mov eax, [rdi + n]`, 16 bytes apart.
    private static byte[] loads() {
        byte[] bytes = new byte[INSTRUCTIONS * SPACING];
        Arrays.fill(bytes, (byte) 0x90);
        for (int i = 0; i < INSTRUCTIONS; i++) {
            bytes[i * SPACING] = (byte) 0x8b;
            bytes[i * SPACING + 1] = (byte) 0x87;
            bytes[i * SPACING + 2] = (byte) i;
            bytes[i * SPACING + 3] = (byte) (i >> 8);
            bytes[i * SPACING + 4] = 0;
            bytes[i * SPACING + 5] = 0;
        }
        return bytes;
    }

    /// Builds the engines: one that meets few instructions, and one that meets more than it keeps.
    @Setup
    public void build() {
        keeping = engine();
        forgetting = engine();
    }

    private MmioEngine engine() {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).cacheSize(CACHED)
                .bus(DeviceMap.builder().add(GPA, DEVICE_SIZE, MemoryDevice.of(new byte[DEVICE_SIZE])).build()).build();
    }

    private void advance(int among) {
        next = (next + 1) % among;
        cpu.setRip(CODE + next * SPACING);
    }

    /// {@return the outcome of a trap whose instruction was seen before}
    @Benchmark
    public Outcome again() {
        advance(SEEN);
        return keeping.handle(trap, cpu, memory);
    }

    /// {@return the outcome of a trap whose instruction was not seen before, or has been forgotten}
    @Benchmark
    public Outcome first() {
        advance(INSTRUCTIONS);
        return forgetting.handle(trap, cpu, memory);
    }

    /// {@return the same instruction, decoded and no more}
    @Benchmark
    public Decoding decoderAlone() {
        next = (next + 1) % SEEN;
        return decoder.decode(CodeMode.CODE64, code, next * SPACING, 15);
    }

    /// {@return one of the instructions, as the Linux kernel's decoder has it}
    @Benchmark
    public KernelInsn kernelInsnAlone() {
        return KernelInsn.decode(bytes, bytes.length, true, decoding);
    }
}
