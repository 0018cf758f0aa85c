package org.vemmio.emulator.benchmark;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vemmio.zydis.ZydisLibrary;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecoder;

/// The bare foreign call that decodes `mov [rdi], rax`: as jextract binds it, and as the decoder makes it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ZydisCallBenchmark {
    private final ZydisLibrary zydis = ZydisLibrary.load();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment onHeap = MemorySegment.ofArray(HexFormat.of().parseHex("488907"));
    private final MemorySegment outside = arena.allocate(3).copyFrom(onHeap);
    private final MemorySegment decoder = arena.allocate(ZydisDecoder.layout());
    private final MemorySegment instruction = arena.allocate(ZydisDecodedInstruction.layout());
    private final MemorySegment operands =
            ZydisDecodedOperand.allocateArray(Zydis.ZYDIS_MAX_OPERAND_COUNT(), arena);

    /// Prepares the decoder for 64-bit mode.
    public ZydisCallBenchmark() {
        Zydis.ZydisDecoderInit(decoder, Zydis.ZYDIS_MACHINE_MODE_LONG_64(), Zydis.ZYDIS_STACK_WIDTH_64());
    }

    /// {@return the status of an ordinary foreign call}
    @Benchmark
    public int ordinary() {
        return Zydis.ZydisDecoderDecodeFull(decoder, outside, 3, instruction, operands);
    }

    /// {@return the status of a critical call on native memory}
    @Benchmark
    public int critical() {
        return zydis.decodeFull(decoder, outside, 3, instruction, operands);
    }

    /// {@return the status of a critical call on a `byte[]`}
    @Benchmark
    public int criticalFromHeap() {
        return zydis.decodeFull(decoder, onHeap, 3, instruction, operands);
    }
}
