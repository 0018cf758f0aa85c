package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.TestTraps.access;
import static org.vemmio.emulator.recording.TestTraps.changed;
import static org.vemmio.emulator.recording.TestTraps.code;
import static org.vemmio.emulator.recording.TestTraps.expect;
import static org.vemmio.emulator.recording.TestTraps.first;
import static org.vemmio.emulator.recording.TestTraps.mnemonic;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Device accesses: of lines with every kind of expectation one access is changed, and the replay tells it.
class JudgedAccessesTest {
    private static final String ONE_READ = "{'op':'r','gpa':'0x9000','size':16,'value':'0x20000000000000003'}";
    private static final String TWO_READS = "{'op':'r','gpa':'0x9000','size':8,'value':'0x3'},"
            + "{'op':'r','gpa':'0x9008','size':8,'value':'0x2'}";

    /// The host refuses the third of three elements.
    private static ObjectNode refusedMove() {
        return TestTraps.line("""
                {'rip':'0x1000','code':'f3a4','regs':{'rcx':'0x3','rsi':'0x5000','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mem':[{'gla':'0x5000','bytes':'010203'}],\
                'mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'0x1'},\
                {'op':'w','gpa':'0x9001','size':1,'value':'0x2'}],\
                'expect':{'outcome':'failure','errno':'EIO'}}""");
    }

    /// The divisor that the device answers is 0.
    private static ObjectNode division() {
        return TestTraps.line("""
                {'rip':'0x1000','code':'f637','regs':{'rax':'0x5','rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000',\
                'mmio':[{'op':'r','gpa':'0x9000','size':1,'value':'0x0'}],\
                'expect':{'outcome':'exception','vector':0}}""");
    }

    /// All but the last complete, or fault behind their last access.
    static Stream<Named<ObjectNode>> executed() {
        return Stream.of(
                Named.of("a write, what comes out not known", first(TestTraps.DRIVERS, code("890e"))),
                Named.of("a read, what comes out not known", first(TestTraps.DRIVERS, code("8b01"))),
                Named.of("many, what comes out not known", first(TestTraps.DRIVERS, line ->
                        line.get("mmio").size() > 16 && line.get("mmio").size() < 65)),
                Named.of("an emulated write", first(TestTraps.REACHABLE, code("668807"))),
                Named.of("an emulated read", first(TestTraps.REACHABLE, code("8a04c8"))),
                Named.of("an exception", division()));
    }

    static Stream<Named<ObjectNode>> lines() {
        return Stream.concat(executed(), Stream.of(Named.of("a failure", refusedMove())));
    }

    private static List<DeviceAccess> accesses(ObjectNode line) {
        return changed(line, _ -> { }).accesses();
    }

    private static Difference difference(int index, Object expected, Object got) {
        return new Difference(Difference.Kind.ACCESS, Integer.toString(index + 1), expected.toString(),
                got.toString());
    }

    /// Asserts that an access is told; where it is a read, whatever else comes of another answer.
    private static void assertTells(ReplayResult result, int index, Object expected, DeviceAccess got) {
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
        assertThat(result.differences()).filteredOn(difference ->
                got.isWrite() || difference.kind() == Difference.Kind.ACCESS)
                .containsExactly(difference(index, expected, got));
    }

    private static ReplayResult replay(RecordedTrap trap) {
        return Replays.replay(trap, "architectural");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void agreesWithWhatWasRecorded(ObjectNode line) {
        assertAgreed(replay(changed(line, _ -> { })));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void comparesEveryAddress(ObjectNode line) {
        List<DeviceAccess> made = accesses(line);
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < made.size(); i++) {
                for (int bit : new int[] {0, 12, 31, 32, 51}) {
                    int index = i;
                    long gpa = made.get(i).gpa() ^ 1L << bit;
                    RecordedTrap trap = changed(line, changed ->
                            access(changed, index).put("gpa", "0x" + Long.toHexString(gpa)));
                    assertDisagreed(replay.replay(trap), difference(i, trap.accesses().get(i), made.get(i)));
                }
            }
        }
    }

    /// A read of another width is answered with what there is.
    @ParameterizedTest
    @MethodSource("lines")
    void comparesEverySize(ObjectNode line) {
        List<DeviceAccess> made = accesses(line);
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < made.size(); i++) {
                DeviceAccess original = made.get(i);
                for (int size = 1; size <= 64; size *= 2) {
                    if (size != original.size()) {
                        int index = i;
                        int other = size;
                        RecordedTrap trap = changed(line, changed -> access(changed, index).put("size", other));
                        DeviceAccess expected = trap.accesses().get(i);
                        DeviceAccess got = original.isWrite() ? original : DeviceAccess.read(original.gpa(),
                                Arrays.copyOf(expected.bytes(), original.size()));
                        assertTells(replay.replay(trap), i, expected, got);
                    }
                }
            }
        }
    }

    /// The answer to a read is whatever was recorded.
    @ParameterizedTest
    @MethodSource("lines")
    void comparesEveryBitThatIsWritten(ObjectNode line) {
        List<DeviceAccess> made = accesses(line);
        try (Replay replay = Replay.builder().build()) {
            for (int i = 0; i < made.size(); i++) {
                for (int bit = 0; bit < 8 * made.get(i).size(); bit++) {
                    int index = i;
                    long value = made.get(i).value() ^ 1L << bit;
                    RecordedTrap trap = changed(line, changed ->
                            access(changed, index).put("value", "0x" + Long.toHexString(value)));
                    ReplayResult result = replay.replay(trap);
                    if (made.get(i).isWrite()) {
                        assertDisagreed(result, difference(i, trap.accesses().get(i), made.get(i)));
                    } else {
                        assertThat(result.differences()).extracting(Difference::kind)
                                .doesNotContain(Difference.Kind.ACCESS);
                        assertThat(result.verdict()).isEqualTo(
                                trap.expectation().isPresent() ? Verdict.DISAGREED : Verdict.AGREED);
                    }
                }
            }
        }
    }

    /// What was recorded as written is no answer: a read gets zeros.
    @ParameterizedTest
    @MethodSource("lines")
    void tellsReadsFromWrites(ObjectNode line) {
        List<DeviceAccess> made = accesses(line);
        for (int i = 0; i < made.size(); i++) {
            int index = i;
            DeviceAccess original = made.get(i);
            RecordedTrap trap = changed(line, changed ->
                    access(changed, index).put("op", original.isWrite() ? "r" : "w"));
            assertTells(replay(trap), i, trap.accesses().get(i), original.isWrite() ? original : unanswered(original));
        }
    }

    private static DeviceAccess unanswered(DeviceAccess read) {
        return DeviceAccess.read(read.gpa(), new byte[read.size()]);
    }

    @ParameterizedTest
    @MethodSource("executed")
    void tellsWhatIsMissing(ObjectNode line) {
        int made = accesses(line).size();
        RecordedTrap trap = changed(line, changed -> changed.withArray("mmio")
                .add(access(changed, 0).deepCopy()).add(access(changed, made - 1).deepCopy().put("size", 8)));
        List<DeviceAccess> recorded = trap.accesses();
        assertDisagreed(replay(trap), difference(made, recorded.get(made), ""),
                difference(made + 1, recorded.get(made + 1), ""));
    }

    @ParameterizedTest
    @MethodSource("executed")
    void tellsWhatIsTooMany(ObjectNode line) {
        List<DeviceAccess> made = accesses(line);
        int last = made.size() - 1;
        RecordedTrap trap = changed(line, changed -> changed.withArray("mmio").remove(last));
        DeviceAccess got = made.get(last);
        assertTells(replay(trap), last, "", got.isWrite() ? got : unanswered(got));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void comparesTheOrder(int first) {
        ObjectNode line = fourElements();
        List<DeviceAccess> made = accesses(line);
        RecordedTrap trap = changed(line, changed -> {
            ArrayNode all = changed.withArray("mmio");
            all.insert(first, all.remove(first + 1));
        });
        assertDisagreed(replay(trap), difference(first, made.get(first + 1), made.get(first)),
                difference(first + 1, made.get(first), made.get(first + 1)));
    }

    /// Four elements, no two alike.
    private static ObjectNode fourElements() {
        ObjectNode line = refusedMove();
        line.remove("expect");
        line.set("regs", line.objectNode().put("rcx", "0x4").put("rsi", "0x5000").put("rdi", "0x2000"));
        ((ObjectNode) line.get("mem").get(0)).put("bytes", "01020304");
        for (int i = 2; i < 4; i++) {
            line.withArray("mmio").add(access(line, 0).deepCopy().put("gpa", "0x900" + i)
                    .put("value", "0x" + (i + 1)));
        }
        return line;
    }

    @Test
    void tellsTheFirstFewOfMany() {
        ObjectNode line = first(TestTraps.DRIVERS, recorded -> recorded.get("mmio").size() > 100);
        int made = accesses(line).size();
        ReplayResult missing = replay(changed(line, changed -> {
            for (int i = 0; i < 1000; i++) {
                changed.withArray("mmio").add(access(changed, 0).deepCopy());
            }
        }));
        assertThat(missing.differences()).hasSizeBetween(2, 100)
                .first().extracting(Difference::name).isEqualTo(Integer.toString(made + 1));
        ReplayResult tooMany = replay(changed(line, changed -> changed.putArray("mmio")));
        assertThat(tooMany.differences()).hasSizeBetween(2, 100)
                .first().extracting(Difference::name).isEqualTo("1");
    }

    // Expected failures

    /// That it was the recorded accesses that went well before is part of what is expected.
    @Test
    void tellsWhatIsMissingBeforeAFailure() {
        RecordedTrap trap = changed(refusedMove(), line -> line.put("private", true));
        assertDisagreed(replay(trap), difference(0, trap.accesses().get(0), ""),
                difference(1, trap.accesses().get(1), ""));
    }

    /// An expected EIO is a hypercall that fails, which the replay has the access behind the recorded ones do.
    @ParameterizedTest
    @ValueSource(strings = {"linux-tdx", "linux-sev", "architectural"})
    void refusesTheAccessThatIsToFail(String handler) {
        RecordedTrap trap = changed(TestTraps.REACHABLE, code("8a04c8"), line -> {
            line.remove("mmio");
            line.set("expect", line.objectNode().put("outcome", "failure").put("errno", "EIO"));
        });
        ReplayResult result = Replays.replay(trap, handler);
        assertAgreed(result);
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().check().label()).isEqualTo("device-refused"));
        assertThat(result.after()).isEqualTo(trap.cpu());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void refusesTheFirstAccessBehindThoseRecorded(int recorded) {
        RecordedTrap trap = changed(refusedMove(), line -> {
            while (line.get("mmio").size() > recorded) {
                line.withArray("mmio").remove(recorded);
            }
        });
        ReplayResult result = replay(trap);
        assertAgreed(result);
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().accesses()).isEqualTo(trap.accesses()));
    }

    /// No other failure comes from the host.
    @ParameterizedTest
    @ValueSource(strings = {"{'outcome':'failure'}", "{'outcome':'failure','errno':'EINVAL'}",
        "{'outcome':'failure','errno':'EFAULT'}"})
    void refusesNoAccessWhereAnotherFailureIsExpected(String expectation) {
        RecordedTrap trap = changed(refusedMove(), line -> line.set("expect", TestTraps.line(expectation)));
        assertDisagreed(replay(trap), new Difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated"),
                difference(2, "", "write 1 byte at 0x9002 = 0x3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "exception"})
    void refusesNoAccessWhereNoFailureIsExpected(String outcome) {
        RecordedTrap trap = changed(refusedMove(), line -> line.putObject("expect").put("outcome", outcome));
        ReplayResult result = replay(trap);
        assertThat(result.outcome()).isInstanceOf(Outcome.Emulated.class);
        assertThat(result.differences()).contains(difference(2, "", "write 1 byte at 0x9002 = 0x3"));
    }

    // The backing device

    @ParameterizedTest
    @ValueSource(strings = {"0xfe000000", "0xfe000fe1", "0xffe000f80"})
    void refusesWhatLiesBesideTheBackingDevice(String gpa) {
        RecordedTrap trap = changed(TestTraps.INTEGER, mnemonic("xadd"), line -> {
            ((ObjectNode) line.get("backing")).put("gpa", gpa);
            expect(line).remove("backing");
        });
        assertDisagreed(replay(trap), new Difference(Difference.Kind.OUTCOME, "outcome", "emulated",
                "failure EIO, device-refused"));
    }

    /// The first and the last byte of a device, and one byte further.
    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "4, true", "5, false", "-1, false"})
    void reachesTheWholeBackingDevice(long offset, boolean reaches) {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'8b07','regs':{'rdi':'0x%x'},'gla':'0x2000','gpa':'0x9000',\
                'backing':{'gpa':'0x9010','bytes':'0000000000000000'},'expect':{'outcome':'emulated'}}"""
                .formatted(0x2010 + offset));
        assertThat(replay(trap).verdict()).isEqualTo(reaches ? Verdict.AGREED : Verdict.DISAGREED);
    }

    // Widths

    private static RecordedTrap wideLoad(String accesses) {
        return TestTraps.of("""
                {'rip':'0x1000','code':'f30f6f0f','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000','mmio':[%s],\
                'expect':{'outcome':'emulated','rip':'0x1004',\
                'vec':{'ymm1':'0300000000000000020000000000000000000000000000000000000000000000'}}}"""
                .formatted(accesses));
    }

    /// Devices take the widths in which they were recorded.
    @ParameterizedTest
    @ValueSource(strings = {ONE_READ, TWO_READS})
    void answersWideAccessesAsRecorded(String accesses) {
        assertAgreed(replay(wideLoad(accesses)));
    }

    /// Of a write as wide, every byte is compared.
    @Test
    void comparesEveryByteOfAWideWrite() {
        String line = """
                {'rip':'0x1000','code':'f30f7f0f','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000',\
                'vec':{'ymm1':'000102030405060708090a0b0c0d0e0f00000000000000000000000000000000'},\
                'mmio':[{'op':'w','gpa':'0x9000','size':16,'value':'0x%s'}]}""";
        byte[] written = HexFormat.of().parseHex("0f0e0d0c0b0a09080706050403020100");
        assertAgreed(replay(TestTraps.of(line.formatted("f0e0d0c0b0a09080706050403020100"))));
        for (int i = 0; i < written.length; i++) {
            byte[] other = written.clone();
            other[i] ^= 0x10;
            RecordedTrap trap = TestTraps.of(line.formatted(HexFormat.of().formatHex(other).replaceFirst("^0+", "")));
            assertDisagreed(replay(trap), difference(0, trap.accesses().getFirst(),
                    "write 16 bytes at 0x9000 = 000102030405060708090a0b0c0d0e0f"));
        }
    }

    // One trap after another

    /// Neither the widths of a trap's devices, nor that it left its recording, has to do with the next.
    @Test
    void judgesEachTrapByItself() {
        ObjectNode move = fourElements();
        try (Replay replay = Replay.builder().engine(MmioEngine.builder().repeatBound(1)).build()) {
            assertAgreed(replay.replay(wideLoad(ONE_READ)));
            assertAgreed(replay.replay(wideLoad(TWO_READS)));
            RecordedTrap other = changed(move, line -> access(line, 0).put("value", "0x7"));
            assertThat(replay.replay(other).verdict()).isEqualTo(Verdict.DISAGREED);
            assertAgreed(replay.replay(changed(move, _ -> { })));
        }
    }
}
