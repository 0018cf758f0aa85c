package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.TestTraps.code;
import static org.vemmio.emulator.recording.TestTraps.errno;
import static org.vemmio.emulator.recording.TestTraps.expect;
import static org.vemmio.emulator.recording.TestTraps.first;
import static org.vemmio.emulator.recording.TestTraps.mnemonic;
import static org.vemmio.emulator.recording.TestTraps.outcome;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import tools.jackson.databind.node.ObjectNode;

/// Registers, memory and device after a recorded instruction, of which a handler then changes one thing.
class JudgedStateTest {
    private static final HexFormat HEX = HexFormat.of();
    /// Both ends of both halves of a register.
    private static final int[] BITS = {0, 31, 32, 63};

    private final TamperingHandler handler = new TamperingHandler(TrapHandlers.named("architectural"));
    private final Replay replay = Replay.builder().engine(MmioEngine.builder().handler(handler)).build();

    @AfterEach
    void close() {
        replay.close();
    }

    private ReplayResult replay(RecordedTrap trap, Consumer<Execution> change) {
        handler.change(change);
        return replay.replay(trap);
    }

    private CpuState agreed(RecordedTrap trap) {
        ReplayResult result = replay(trap, _ -> { });
        assertAgreed(result);
        return result.after();
    }

    // The traps

    private static Named<RecordedTrap> trap(String name, ObjectNode line) {
        return Named.of(name, TestTraps.of(line.toString()));
    }

    private static ObjectNode xadd(String rflagsMask) {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        expect(line).put("rflags_mask", rflagsMask);
        return line;
    }

    /// Beside two ranges of memory that it does not touch.
    private static ObjectNode divideErrorBesideMemory() {
        ObjectNode line = first(TestTraps.INTEGER, outcome("exception"));
        line.putArray("mem").addObject().put("gla", "0x30000ffe").put("bytes", "00017f80ff");
        line.withArray("mem").addObject().put("gla", "0x30002000").put("bytes", "00");
        return line;
    }

    static Stream<Named<RecordedTrap>> completed() {
        return Stream.of(
                trap("a read", first(TestTraps.REACHABLE, code("8a04c8"))),
                trap("a write", first(TestTraps.REACHABLE, code("668807"))),
                trap("a device that behaves as memory", first(TestTraps.INTEGER, mnemonic("xadd"))),
                trap("every flag", xadd("0xffffffffffffffff")),
                trap("no flag", xadd("0x0")),
                trap("memory read", first(TestTraps.INTEGER, mnemonic("cmpsd"))),
                trap("memory written", first(TestTraps.INTEGER, line -> line.has("mem")
                        && !line.get("mem").equals(line.get("expect").get("mem")))),
                trap("a vector register", first(TestTraps.VECTOR, mnemonic("pinsrw"))));
    }

    static Stream<Named<RecordedTrap>> faulted() {
        return Stream.of(
                trap("#DE", first(TestTraps.INTEGER, outcome("exception"))),
                trap("#DE beside memory", divideErrorBesideMemory()),
                trap("#GP", first(TestTraps.VECTOR, outcome("exception"))));
    }

    static Stream<Named<RecordedTrap>> traps() {
        return Stream.concat(completed(), faulted());
    }

    // Registers

    /// A register of 64 bits that is no vector register.
    private record Register(String name, ToLongFunction<Cpu> get, ObjLongConsumer<Cpu> set) {
        static Stream<Register> all() {
            return Stream.concat(
                    IntStream.range(0, Gpr.COUNT).mapToObj(i -> new Register(Gpr.name(i), cpu -> cpu.gpr(i),
                            (cpu, value) -> cpu.setGpr(i, value))),
                    IntStream.range(0, 8).boxed().flatMap(i -> Stream.of(
                            new Register("k" + i, cpu -> cpu.mask(i), (cpu, value) -> cpu.setMask(i, value)),
                            new Register("mm" + i, cpu -> cpu.mmx(i), (cpu, value) -> cpu.setMmx(i, value)))));
        }

        static Register rip() {
            return new Register("rip", Cpu::rip, Cpu::setRip);
        }

        void flip(Cpu cpu, int bit) {
            set.accept(cpu, get.applyAsLong(cpu) ^ 1L << bit);
        }

        Difference flipped(Cpu expected, int bit) {
            long value = get.applyAsLong(expected);
            return new Difference(Difference.Kind.REGISTER, name, hex(value), hex(value ^ 1L << bit));
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    @ParameterizedTest
    @MethodSource("traps")
    void comparesEveryRegister(RecordedTrap trap) {
        CpuState expected = agreed(trap);
        Register.all().forEach(register -> assertCompares(trap, register, expected));
    }

    @ParameterizedTest
    @MethodSource("faulted")
    void comparesTheInstructionPointerOfAFault(RecordedTrap trap) {
        assertCompares(trap, Register.rip(), agreed(trap));
    }

    private void assertCompares(RecordedTrap trap, Register register, CpuState expected) {
        for (int bit : BITS) {
            ReplayResult result = replay(trap, execution -> register.flip(execution.cpu(), bit));
            assertDisagreed(result, register.flipped(expected, bit));
        }
    }

    /// Those that a recording can name are told with as many lanes as it has, all others whole.
    @ParameterizedTest
    @MethodSource("traps")
    void comparesEveryLaneOfEveryVectorRegister(RecordedTrap trap) {
        CpuState expected = agreed(trap);
        for (int register = 0; register < 32; register++) {
            for (int lane = 0; lane < 8; lane++) {
                for (int bit : BITS) {
                    CpuState changed = CpuState.copyOf(expected);
                    flip(changed, register, lane, bit);
                    int vector = register;
                    int changedLane = lane;
                    ReplayResult result = replay(trap, execution ->
                            flip(execution.cpu(), vector, changedLane, bit));
                    assertDisagreed(result, vector(register, lane < 4 ? 4 : 8, expected, changed));
                }
            }
        }
    }

    private static void flip(Cpu cpu, int register, int lane, int bit) {
        cpu.setVector(register, lane, cpu.vector(register, lane) ^ 1L << bit);
    }

    private static Difference vector(int register, int lanes, Cpu expected, Cpu got) {
        return new Difference(Difference.Kind.VECTOR_REGISTER, (lanes == 4 ? "ymm" : "zmm") + register,
                lanes(register, lanes, expected), lanes(register, lanes, got));
    }

    private static String lanes(int register, int lanes, Cpu cpu) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * lanes).order(ByteOrder.LITTLE_ENDIAN);
        for (int lane = 0; lane < lanes; lane++) {
            bytes.putLong(cpu.vector(register, lane));
        }
        return HEX.formatHex(bytes.array());
    }

    /// After a fault every flag is as before.
    @ParameterizedTest
    @MethodSource("traps")
    void comparesFlagsUnderTheMaskAlone(RecordedTrap trap) {
        long mask = trap.expectation().orElseThrow().after().rflagsMask();
        long expected = agreed(trap).rflags();
        for (int bit = 0; bit < 64; bit++) {
            long flag = 1L << bit;
            ReplayResult result = replay(trap, execution ->
                    execution.cpu().setRflags(execution.cpu().rflags() ^ flag));
            if ((mask & flag) == 0) {
                assertAgreed(result);
            } else {
                assertDisagreed(result, new Difference(Difference.Kind.FLAGS, "rflags", hex(expected & mask),
                        hex((expected ^ flag) & mask)));
            }
        }
    }

    // Memory and device

    private static List<ByteRange> memory(RecordedTrap trap) {
        return trap.expectation().orElseThrow() instanceof Expectation.Emulated emulated
                ? emulated.after().memory()
                : trap.guestMemory().ranges();
    }

    private static List<ByteRange> backing(RecordedTrap trap) {
        return (trap.expectation().orElseThrow() instanceof Expectation.Emulated emulated
                ? emulated.after().backing()
                : trap.backing()).stream().toList();
    }

    @ParameterizedTest
    @MethodSource("traps")
    void comparesEveryByteOfMemory(RecordedTrap trap) {
        assertComparesBytes(trap, Difference.Kind.MEMORY, "memory", memory(trap), (execution, address) ->
                execution.memory().write(address, 1, execution.memory().read(address, 1) ^ 0x80));
    }

    @ParameterizedTest
    @MethodSource("traps")
    void comparesEveryByteOfTheBackingDevice(RecordedTrap trap) {
        assertComparesBytes(trap, Difference.Kind.BACKING, "backing", backing(trap), JudgedStateTest::flipOnDevice);
    }

    private static void flipOnDevice(Execution execution, long gpa) {
        execution.writeDevice(gpa, 1, execution.readDevice(gpa, 1) ^ 0x80);
    }

    private void assertComparesBytes(RecordedTrap trap, Difference.Kind kind, String name, List<ByteRange> ranges,
            ObjLongConsumer<Execution> flip) {
        agreed(trap);
        for (ByteRange range : ranges) {
            byte[] expected = range.bytes();
            for (int i = 0; i < range.size(); i++) {
                long address = range.address() + i;
                ReplayResult result = replay(trap, execution -> flip.accept(execution, address));
                assertDisagreed(result, new Difference(kind, "%s 0x%x".formatted(name, address),
                        HEX.toHexDigits(expected[i]), HEX.toHexDigits((byte) (expected[i] ^ 0x80))));
            }
        }
    }

    /// What lies between the first byte that differs and the last is told too.
    @Test
    void tellsBytesFromTheFirstToTheLastThatDiffers() {
        RecordedTrap trap = TestTraps.of(divideErrorBesideMemory().toString());
        ReplayResult result = replay(trap, execution -> {
            execution.memory().write(0x3000_0ffeL, 1, 2);
            execution.memory().write(0x3000_1001L, 1, 0);
            execution.memory().write(0x3000_2000L, 1, 4);
        });
        assertDisagreed(result, new Difference(Difference.Kind.MEMORY, "memory 0x30000ffe", "00017f80", "02017f00"),
                new Difference(Difference.Kind.MEMORY, "memory 0x30002000", "00", "04"));
    }

    // All together, and nothing

    @Test
    void tellsEveryDifference() {
        RecordedTrap trap = TestTraps.of(divideErrorBesideMemory().toString());
        CpuState expected = agreed(trap);
        long gpa = trap.backing().orElseThrow().address();
        ReplayResult result = replay(trap, execution -> {
            Register.all().forEach(register -> register.flip(execution.cpu(), 5));
            Register.rip().flip(execution.cpu(), 5);
            execution.cpu().setRflags(0);
            flip(execution.cpu(), 3, 1, 0);
            flip(execution.cpu(), 3, 6, 0);
            flip(execution.cpu(), 31, 0, 0);
            execution.memory().write(0x3000_2000L, 1, 4);
            flipOnDevice(execution, gpa);
        });
        CpuState changed = CpuState.copyOf(expected);
        flip(changed, 3, 1, 0);
        flip(changed, 3, 6, 0);
        flip(changed, 31, 0, 0);
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
        assertThat(result.differences()).hasSize(1 + 16 + 1 + 2 + 16 + 2)
                .containsAll(Register.all().map(register -> register.flipped(expected, 5)).toList())
                .contains(Register.rip().flipped(expected, 5),
                        new Difference(Difference.Kind.FLAGS, "rflags", hex(expected.rflags()), "0x0"),
                        vector(3, 8, expected, changed), vector(31, 4, expected, changed),
                        new Difference(Difference.Kind.MEMORY, "memory 0x30002000", "00", "04"))
                .last().extracting(Difference::kind).isEqualTo(Difference.Kind.BACKING);
    }

    private static void spoil(Execution execution) {
        Register.all().forEach(register -> register.flip(execution.cpu(), 7));
        execution.cpu().setRflags(-1);
        flip(execution.cpu(), 0, 0, 0);
    }

    @Test
    void takesTheStateAsItComesWithoutExpectation() {
        RecordedTrap trap = TestTraps.changed(TestTraps.DRIVERS, code("890e"), _ -> { });
        assertAgreed(replay(trap, JudgedStateTest::spoil));
    }

    @Test
    void takesTheStateAsItComesOfAFailure() {
        TamperingHandler refusing = new TamperingHandler(TrapHandlers.named("architectural"));
        refusing.change(execution -> {
            spoil(execution);
            throw execution.refuse(Failures.check("string-move"), "");
        });
        RecordedTrap trap = TestTraps.changed(TestTraps.REACHABLE, errno("EINVAL").and(code("a4")), line ->
                expect(line).remove("linux"));
        assertAgreed(Replays.replay(trap, Replay.builder().engine(MmioEngine.builder().handler(refusing))));
    }

    /// Memory and device have nothing to be held against then; registers keep their values.
    @Test
    void takesMemoryAndDeviceAsTheyComeWhereTheyAreNotTold() {
        RecordedTrap trap = TestTraps.changed(TestTraps.INTEGER, code("a7"), line -> {
            expect(line).remove("backing");
            expect(line).remove("mem");
        });
        assertAgreed(replay(trap, execution -> {
            execution.memory().write(trap.guestMemory().ranges().getFirst().address(), 1, 0x55);
            flipOnDevice(execution, trap.backing().orElseThrow().address());
        }));
        assertThat(replay(trap, execution -> Register.all().findFirst().orElseThrow().flip(execution.cpu(), 0))
                .differences()).hasSize(1);
    }
}
