package org.vemmio.emulator.recording.replay;

import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.vemmio.emulator.recording.TestTraps.access;
import static org.vemmio.emulator.recording.TestTraps.changed;
import static org.vemmio.emulator.recording.TestTraps.code;
import static org.vemmio.emulator.recording.TestTraps.errno;
import static org.vemmio.emulator.recording.TestTraps.expect;
import static org.vemmio.emulator.recording.TestTraps.first;
import static org.vemmio.emulator.recording.TestTraps.mnemonic;
import static org.vemmio.emulator.recording.TestTraps.outcome;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;
import static org.vemmio.emulator.recording.replay.Replays.replay;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.TestTraps;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a recorded line expects, of which one thing is changed.
class JudgedExpectationTest {
    /// Both ends of both halves of a register.
    private static final int[] BITS = {0, 31, 32, 63};

    private static Arguments change(String what, Line line, Consumer<ObjectNode> change, Difference... differences) {
        return arguments(what, line, change, List.of(differences));
    }

    /// The first line of a recording that is of a kind, and the handler that it is judged by.
    private record Line(String recording, String handler, Predicate<ObjectNode> kind) {
        ReplayResult replayed(Consumer<ObjectNode> change) {
            return replay(TestTraps.changed(recording, kind, change), handler);
        }
    }

    private static Difference difference(Difference.Kind kind, String name, String expected, String got) {
        return new Difference(kind, name, expected, got);
    }

    /// The first lines of each kind: what stands in them is in the differences.
    static Stream<Arguments> changes() {
        String write = "write 4 bytes at 0xb0000010 = 0xffffffff";
        return Stream.of(
                change("a write of another value", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> access(line, 0).put("value", "0xfffffffe"),
                        difference(Difference.Kind.ACCESS, "1", "write 4 bytes at 0xb0000010 = 0xfffffffe", write)),
                change("a write elsewhere", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> access(line, 0).put("gpa", "0xb0000014"),
                        difference(Difference.Kind.ACCESS, "1", "write 4 bytes at 0xb0000014 = 0xffffffff", write)),
                change("a narrower write", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> access(line, 0).put("size", 2),
                        difference(Difference.Kind.ACCESS, "1", "write 2 bytes at 0xb0000010 = 0xffff", write)),
                change("a read for a write", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> access(line, 0).put("op", "r"),
                        difference(Difference.Kind.ACCESS, "1", "read 4 bytes at 0xb0000010 = 0xffffffff", write)),
                change("an access too many", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> line.remove("mmio"),
                        difference(Difference.Kind.ACCESS, "1", "", write)),
                change("an access missing", new Line(TestTraps.DRIVERS, "architectural", code("890e")),
                        line -> ((ArrayNode) line.get("mmio")).add(access(line, 0).deepCopy()),
                        difference(Difference.Kind.ACCESS, "2", write, "")),
                change("no processor's fault was recorded", new Line(TestTraps.DRIVERS, "architectural", code("f3a4")),
                        line -> line.remove("mem"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "exception #PF")),
                change("the instruction pointer", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line).put("rip", "0x40000806"),
                        difference(Difference.Kind.REGISTER, "rip", "0x40000806", "0x40000805")),
                change("a register that changed", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line, "regs").put("rsi", "0x1"),
                        difference(Difference.Kind.REGISTER, "rsi", "0x1", "0x21c4cd77")),
                change("a register that was to stay", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line, "regs").remove("rsi"),
                        difference(Difference.Kind.REGISTER, "rsi", "0x21c4cd15", "0x21c4cd77")),
                change("flags", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line, "regs").put("rflags", "0xa83"),
                        difference(Difference.Kind.FLAGS, "rflags", "0x881", "0x880")),
                change("flags that were to stay", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line, "regs").remove("rflags"),
                        difference(Difference.Kind.FLAGS, "rflags", "0x854", "0x880")),
                change("a vector register that was to stay",
                        new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line).putObject("vec").put("ymm3", "01" + "00".repeat(31)),
                        difference(Difference.Kind.VECTOR_REGISTER, "ymm3", "01" + "00".repeat(31), "00".repeat(32))),
                change("memory", new Line(TestTraps.INTEGER, "architectural", code("a7")),
                        line -> ((ObjectNode) expect(line).get("mem").get(0)).put("bytes",
                                line.get("mem").get(0).get("bytes").asString().replaceFirst("ec3d8e", "ff3d7e")),
                        difference(Difference.Kind.MEMORY, "memory 0x30000f80", "ff3d7e", "ec3d8e")),
                change("the device", new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> expect(line).put("backing",
                                expect(line).get("backing").asString().replaceFirst("49cc4f", "49cc4e")),
                        difference(Difference.Kind.BACKING, "backing 0xfe000f82", "4e", "4f")),
                change("an exception for an instruction",
                        new Line(TestTraps.INTEGER, "architectural", mnemonic("xadd")),
                        line -> line.set("expect", line.objectNode().put("outcome", "exception").put("vector", 13)),
                        difference(Difference.Kind.OUTCOME, "outcome", "exception", "emulated")),
                change("another exception", new Line(TestTraps.INTEGER, "architectural",
                        line -> expect(line).get("outcome").asString().equals("exception")),
                        line -> expect(line).put("vector", 6),
                        difference(Difference.Kind.VECTOR, "vector", "6", "0")),
                change("an instruction for an exception", new Line(TestTraps.INTEGER, "architectural",
                        line -> expect(line).get("outcome").asString().equals("exception")),
                        line -> expect(line).put("outcome", "emulated"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "exception #DE")),
                change("a failure for an instruction", new Line(TestTraps.REACHABLE, "linux-tdx", code("8a04c8")),
                        line -> expect(line).put("outcome", "failure"),
                        difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated")),
                change("an instruction for a failure", new Line(TestTraps.REACHABLE, "linux-tdx",
                        line -> expect(line).path("errno").asString("").equals("EINVAL")),
                        line -> expect(line).put("outcome", "emulated"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "failure EINVAL, string-move")),
                change("another error number", new Line(TestTraps.REACHABLE, "linux-tdx",
                        line -> expect(line).path("errno").asString("").equals("EINVAL")),
                        line -> expect(line).put("errno", "EFAULT"),
                        difference(Difference.Kind.ERRNO, "errno", "EFAULT", "EINVAL")),
                change("a type of Linux's decoder", new Line(TestTraps.REACHABLE, "linux-tdx", code("8a04c8")),
                        line -> expect(line, "linux").put("type", "WRITE"),
                        difference(Difference.Kind.LINUX, "type", "WRITE", "READ")),
                change("a length of Linux's decoder", new Line(TestTraps.REACHABLE, "linux-tdx", code("8a04c8")),
                        line -> expect(line, "linux").put("length", 4),
                        difference(Difference.Kind.LINUX, "length", "4", "3")),
                change("a size of Linux's decoder", new Line(TestTraps.REACHABLE, "linux-sev", code("8a04c8")),
                        line -> expect(line, "linux").put("size", 2),
                        difference(Difference.Kind.LINUX, "size", "2", "1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void disagrees(String what, Line line, Consumer<ObjectNode> change, List<Difference> differences) {
        assertAgreed(line.replayed(_ -> { }));
        assertDisagreed(line.replayed(change), differences);
    }

    @Test
    void comparesFlagsUnderTheMaskAlone() {
        RecordedTrap trap = TestTraps.changed(TestTraps.INTEGER, mnemonic("xadd"), line -> {
            expect(line, "regs").put("rflags", "0xa83");
            expect(line).put("rflags_mask", "0xcd4");
        });
        assertAgreed(replay(trap, "architectural"));
    }

    @Test
    void takesWhatIsNotToldAsItComes() {
        RecordedTrap trap = TestTraps.changed(TestTraps.INTEGER, code("a7"), line -> {
            expect(line).remove("rip");
            expect(line).remove("backing");
            expect(line).remove("mem");
        });
        assertAgreed(replay(trap, "architectural"));
        RecordedTrap failure = TestTraps.changed(TestTraps.REACHABLE, line -> expect(line).has("errno"),
                line -> expect(line).remove("errno"));
        assertAgreed(replay(failure, "linux-tdx"));
        RecordedTrap exception = TestTraps.changed(TestTraps.INTEGER, line -> expect(line).has("vector"),
                line -> expect(line).remove("vector"));
        assertAgreed(replay(exception, "architectural"));
    }

    @Test
    void asksLinuxDecoderOfLinuxHandlersAlone() {
        RecordedTrap trap = TestTraps.changed(TestTraps.REACHABLE, code("8a04c8"),
                line -> expect(line, "linux").put("type", "WRITE"));
        assertAgreed(replay(trap, "architectural"));
    }

    // Every part of what is told

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /// Replays a line of the processor's with a change, which must be told as the one difference.
    private static void assertTells(Replay replay, ObjectNode line, Consumer<ObjectNode> change, Difference told) {
        assertDisagreed(replay.replay(changed(line, change)), told);
    }

    /// Of a register that changes, and of all others.
    @Test
    void comparesEveryRegisterThatIsTold() {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        try (Replay replay = Replay.builder().build()) {
            CpuState after = replay.replay(TestTraps.of(line.toString())).after();
            for (int bit : BITS) {
                for (int i = 0; i < Gpr.COUNT; i++) {
                    String name = Gpr.name(i);
                    String other = hex(after.gpr(i) ^ 1L << bit);
                    assertTells(replay, line, changed -> expect(changed, "regs").put(name, other),
                            difference(Difference.Kind.REGISTER, name, other, hex(after.gpr(i))));
                }
                String other = hex(after.rip() ^ 1L << bit);
                assertTells(replay, line, changed -> expect(changed).put("rip", other),
                        difference(Difference.Kind.REGISTER, "rip", other, hex(after.rip())));
            }
        }
    }

    /// Where no mask is told it is the first.
    @ParameterizedTest
    @ValueSource(longs = {StateAfter.DEFAULT_MASK, 0x41, -1})
    void comparesEveryFlagThatIsToldUnderTheMaskAlone(long mask) {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        if (mask == StateAfter.DEFAULT_MASK) {
            expect(line).remove("rflags_mask");
        } else {
            expect(line).put("rflags_mask", hex(mask));
        }
        try (Replay replay = Replay.builder().build()) {
            long flags = replay.replay(TestTraps.of(line.toString())).after().rflags();
            for (int bit = 0; bit < 64; bit++) {
                long other = flags ^ 1L << bit;
                ReplayResult result = replay.replay(changed(line, changed ->
                        expect(changed, "regs").put("rflags", hex(other))));
                if ((mask >>> bit & 1) == 0) {
                    assertAgreed(result);
                } else {
                    assertDisagreed(result,
                            difference(Difference.Kind.FLAGS, "rflags", hex(other & mask), hex(flags & mask)));
                }
            }
        }
    }

    /// Whether it changed, stayed or was never told before.
    @Test
    void comparesEveryByteOfAVectorRegisterThatIsTold() {
        ObjectNode line = first(TestTraps.VECTOR, mnemonic("pinsrw"));
        try (Replay replay = Replay.builder().build()) {
            for (int register = 0; register < 16; register++) {
                String name = "ymm" + register;
                String after = line.at("/expect/vec/" + name).asString("00".repeat(32));
                for (int i = 0; i < 32; i++) {
                    String other = flipped(after, i);
                    assertTells(replay, line, changed -> expect(changed, "vec").put(name, other),
                            difference(Difference.Kind.VECTOR_REGISTER, name, other, after));
                }
            }
        }
    }

    private static String flipped(String bytes, int index) {
        byte[] changed = HexFormat.of().parseHex(bytes);
        changed[index] ^= 1;
        return HexFormat.of().formatHex(changed);
    }

    private static String at(String bytes, int index) {
        return bytes.substring(2 * index, 2 * index + 2);
    }

    @Test
    void comparesEveryByteOfMemoryThatIsTold() {
        ObjectNode line = first(TestTraps.INTEGER, recorded -> recorded.has("mem")
                && !recorded.get("mem").equals(recorded.get("expect").get("mem")));
        long gla = Long.decode(line.at("/mem/0/gla").asString());
        String after = line.at("/expect/mem/0/bytes").asString();
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < after.length() / 2; i++) {
                String other = flipped(after, i);
                assertTells(replay, line,
                        changed -> ((ObjectNode) expect(changed).get("mem").get(0)).put("bytes", other),
                        difference(Difference.Kind.MEMORY, "memory " + hex(gla + i), at(other, i), at(after, i)));
            }
        }
    }

    @Test
    void comparesEveryByteOfTheBackingDeviceThatIsTold() {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        long gpa = Long.decode(line.at("/backing/gpa").asString());
        String after = line.at("/expect/backing").asString();
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < after.length() / 2; i++) {
                String other = flipped(after, i);
                assertTells(replay, line, changed -> expect(changed).put("backing", other),
                        difference(Difference.Kind.BACKING, "backing " + hex(gpa + i), at(other, i), at(after, i)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"x86-64-hardware-int, 0", "x86-64-hardware-vec, 13"})
    void comparesEveryVector(String recording, int raised) {
        ObjectNode line = first(recording, outcome("exception"));
        try (Replay replay = Replay.builder().build()) {
            for (int vector = 0; vector < 32; vector++) {
                int other = vector;
                if (vector != raised) {
                    assertTells(replay, line, changed -> expect(changed).put("vector", other),
                            difference(Difference.Kind.VECTOR, "vector", "" + vector, "" + raised));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EINVAL", "EFAULT"})
    void comparesEveryErrorNumber(Errno returned) {
        ObjectNode line = first(TestTraps.REACHABLE, errno(returned.name()));
        for (Errno other : Errno.values()) {
            ReplayResult result = replay(changed(line, changed -> expect(changed).put("errno", other.name())),
                    "linux-tdx");
            if (other == returned) {
                assertAgreed(result);
            } else {
                assertDisagreed(result, difference(Difference.Kind.ERRNO, "errno", other.name(), returned.name()));
            }
        }
    }

    /// Of an instruction that is emulated, and of one that is refused.
    @ParameterizedTest
    @CsvSource({"linux-tdx, 8a04c8, READ, 3, 1", "linux-sev, 8a04c8, READ, 3, 1",
        "linux-tdx, a47fe6, MOVS, 1, 1"})
    void comparesAllThatLinuxDecoderSays(String handler, String code, MmioType type, int length, int size) {
        ObjectNode line = first(TestTraps.REACHABLE, code(code));
        for (MmioType other : MmioType.values()) {
            assertLinux(handler, line, "type", other.name(), type.name());
        }
        for (int i = 0; i <= 15; i++) {
            assertLinux(handler, line, "length", "" + i, "" + length);
        }
        for (int i = 0; i <= 8; i++) {
            assertLinux(handler, line, "size", "" + i, "" + size);
        }
    }

    private static void assertLinux(String handler, ObjectNode line, String name, String told, String got) {
        ReplayResult result = replay(changed(line, changed -> {
            if (name.equals("type")) {
                expect(changed, "linux").put(name, told);
            } else {
                expect(changed, "linux").put(name, Integer.parseInt(told));
            }
        }), handler);
        if (told.equals(got)) {
            assertAgreed(result);
        } else {
            assertDisagreed(result, difference(Difference.Kind.LINUX, name, told, got));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"length", "size"})
    void takesWhatIsNotToldOfLinuxDecoderAsItComes(String name) {
        assertAgreed(replay(changed(TestTraps.REACHABLE, code("8a04c8"), line -> expect(line, "linux").remove(name)),
                "linux-tdx"));
    }
}
