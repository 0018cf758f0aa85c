package org.vemmio.emulator.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.outcome.Outcome;

/// Traps whose instruction was seen before, of several kinds. What each does is checked before it is measured. The
/// base of the ratios is [ZydisCallBenchmark#ordinary].
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SeenBeforeBenchmark {
    private static final int INSTRUCTIONS = 64;
    private static final int ELEMENTS = 16;
    private static final long ANSWER = 0x8877_6655_4433_2211L;
    private static final int SEQUENCE = 4096;
    private static final int SEED = 25;

    /// What must hold after instruction 0 of a kind.
    @FunctionalInterface
    private interface EndState {
        void check(TrappingGuest guest, DeviceMap bus);
    }

    /// The kinds, each with 64 instructions that differ in their displacement.
    public enum Work {
        /// `mov eax, [rdi + n]`.
        LOAD("architectural", "8b47%02x", Work::loaded),
        /// The same as a Linux TDX guest does it, at the address of the trap.
        LINUX_TDX_LOAD("linux-tdx-6.12", "8b47%02x", Work::loaded),
        /// The same as a Linux SEV guest does it.
        LINUX_SEV_LOAD("linux-sev", "8b47%02x", Work::loaded),
        /// `mov [rdi + n], eax`.
        STORE("architectural", "8947%02x",
                (guest, bus) -> require(bus.read(TrappingGuest.GPA, 4), guest.cpu.gpr(Gpr.RAX) & 0xffff_ffffL)),
        /// `movzx eax, byte [rdi + n]`.
        MOVZX("architectural", "0fb647%02x",
                (guest, bus) -> require(guest.cpu.gpr(Gpr.RAX), bus.read(TrappingGuest.GPA, 1))),
        /// `add [rdi + n], eax`.
        READ_MODIFY_WRITE("architectural", "0147%02x", (guest, bus) -> require(bus.read(TrappingGuest.GPA, 4),
                ANSWER + guest.cpu.gpr(Gpr.RAX) & 0xffff_ffffL)),
        /// `movdqu xmm0, [rdi + n]`.
        VECTOR_LOAD("architectural", "f30f6f47%02x", (guest, bus) -> {
            require(guest.cpu.vector(0, 0), bus.read(TrappingGuest.GPA, 8));
            require(guest.cpu.vector(0, 1), bus.read(TrappingGuest.GPA + 8, 8));
        });

        private final String handler;
        private final String form;
        private final EndState endState;

        Work(String handler, String form, EndState endState) {
            this.handler = handler;
            this.form = form;
            this.endState = endState;
        }

        private static void loaded(TrappingGuest guest, DeviceMap bus) {
            require(guest.cpu.gpr(Gpr.RAX), bus.read(TrappingGuest.GPA, 4));
        }

        List<String> codes() {
            return IntStream.range(0, INSTRUCTIONS).mapToObj(form::formatted).toList();
        }
    }

    private final DeviceMap bus = TrappingGuest.bus(bytes());
    @SuppressWarnings("NullAway.Init")
    private TrappingGuest crossing;
    @SuppressWarnings("NullAway.Init")
    private TrappingGuest strings;
    @SuppressWarnings("NullAway.Init")
    private TrappingGuest mixed;
    private final int[] order = new Random(SEED).ints(SEQUENCE, 0, INSTRUCTIONS).toArray();
    private int next;

    /// A processor that traps with one kind of instruction.
    @State(Scope.Thread)
    public static class OneKind {
        /// The kind.
        @Param
        public Work work = Work.LOAD;

        @SuppressWarnings("NullAway.Init")
        private TrappingGuest guest;

        /// Makes the processor, and checks what it does.
        @Setup
        public void prepare() {
            DeviceMap bus = TrappingGuest.bus(bytes());
            guest = new TrappingGuest(work.handler, bus, work.codes());
            guest.cpu.setGpr(Gpr.RAX, 3);
            emulated(guest.trap(0));
            work.endState.check(guest, bus);
        }
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[2 * TrappingGuest.PAGE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (ANSWER >>> Byte.SIZE * (i % Long.BYTES));
        }
        return bytes;
    }

    /// Makes the processors, and checks what they do.
    @Setup
    public void prepare() {
        crossing = new TrappingGuest("architectural", bus, Work.LOAD.codes());
        long crossed = TrappingGuest.PAGE - 2;
        crossing.cpu.setGpr(Gpr.RDI, TrappingGuest.DEVICE + crossed);
        emulated(crossing.trap(0));
        require(crossing.cpu.gpr(Gpr.RAX), bus.read(TrappingGuest.GPA + crossed, 4));

        strings = new TrappingGuest("architectural", bus, List.of("f3a5"));
        repMovs();
        long last = 4 * ELEMENTS - Long.BYTES;
        require(bus.read(TrappingGuest.GPA + last, 8), strings.memory.read(TrappingGuest.RAM + last, 8));

        List<String> codes = new ArrayList<>();
        List<String> forms = List.of("8b47%02x", "8947%02x", "0fb647%02x", "0147%02x", "f30f6f47%02x", "488b47%02x",
                "c747%02x01020304", "660fbe47%02x", "854f%02x", "488947%02x", "8047%02x05", "0fbe4f%02x",
                "f30f7f47%02x", "ff47%02x", "3947%02x", "480fb757%02x");
        for (int i = 0; i < INSTRUCTIONS; i++) {
            codes.add(forms.get(i % forms.size()).formatted(i));
        }
        mixed = new TrappingGuest("architectural", bus, codes);
        for (int i = 0; i < INSTRUCTIONS; i++) {
            emulated(mixed.trap(i));
        }
    }

    private static void emulated(Outcome outcome) {
        if (!(outcome instanceof Outcome.Emulated emulated) || !emulated.complete()) {
            throw new IllegalStateException("not emulated: " + outcome);
        }
    }

    private static void require(long got, long expected) {
        if (got != expected) {
            throw new IllegalStateException("0x%x instead of 0x%x".formatted(got, expected));
        }
    }

    /// {@return the outcome of a trap of one kind}
    @Benchmark
    public Outcome again(OneKind kind) {
        return kind.guest.trap();
    }

    /// {@return the outcome of a 4-byte load, of which each page has 2 bytes}
    @Benchmark
    public Outcome pageCrossingLoad() {
        int number = next = (next + 1) % INSTRUCTIONS;
        crossing.cpu.setGpr(Gpr.RDI, TrappingGuest.DEVICE + TrappingGuest.PAGE - 2 - number);
        return crossing.trap(number);
    }

    /// {@return the outcome of `rep movsd` from ordinary memory to the device; the time is that of one element}
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public Outcome repMovs() {
        strings.cpu.setGpr(Gpr.RDI, TrappingGuest.DEVICE);
        strings.cpu.setGpr(Gpr.RSI, TrappingGuest.RAM);
        strings.cpu.setGpr(Gpr.RCX, ELEMENTS);
        return strings.trap(0);
    }

    /// {@return the outcome of one of 64 instructions of 16 forms, in a random order}
    @Benchmark
    public Outcome mix() {
        next = (next + 1) % SEQUENCE;
        return mixed.trap(order[next]);
    }
}
