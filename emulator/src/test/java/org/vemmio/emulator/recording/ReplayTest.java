package org.vemmio.emulator.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ReplayTest {
    private static final String DRIVERS = "linux-6.1-drivers-q35";
    private static final String REACHABLE = "linux-6.12-handle-mmio-reachable";
    private static final String INTEGER = "x86-64-hardware-int";
    private static final String VECTOR = "x86-64-hardware-vec";

    @ParameterizedTest
    @CsvSource({
        "linux-6.1-cloud-q35-boot, architectural, propagate, 4170",
        "linux-6.1-drivers-q35, architectural, propagate, 49633",
        "x86-64-hardware-int, architectural, propagate, 7148",
        "x86-64-hardware-vec, architectural, propagate, 2585",
        "linux-6.1-drivers-q35, linux-tdx, recover, 49633",
        "linux-6.12-handle-mmio-reachable, linux-tdx, propagate, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, propagate, 2500",
        "linux-6.12-handle-mmio-reachable, linux-tdx-6.12, linux-6.12, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, paranoid, 2500",
        "linux-6.12-handle-mmio-reachable, linux-tdx, recover, 6000",
        "linux-6.12-handle-mmio-unreachable, linux-tdx, recover, 2500"})
    void agreesWithTheRecordings(String recording, String handler, String policy, long traps) {
        ReplaySummary summary = replayAll(recording, builder(handler, policy));
        assertThat(summary.disagreements()).isEmpty();
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(traps, 0, 0));
    }

    /// One iteration a call, and in numbers that do not divide the counts.
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100_000})
    void goesOnWithInstructionsThatHaveIterationsLeft(int bound) {
        try (Replay replay = builder("architectural", "propagate").repeatBound(bound).build();
                RecordingReader reader = RecordingReader.ofResource(DRIVERS)) {
            List<RecordedTrap> repeated = reader.stream().filter(trap -> trap.accesses().size() > 1).toList();
            assertThat(repeated).hasSizeGreaterThan(500);
            assertThat(repeated).allSatisfy(trap -> {
                ReplayResult result = replay.replay(trap);
                assertThat(result.differences()).isEmpty();
                assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
                assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Emulated.class,
                        emulated -> assertThat(emulated.complete()).isTrue());
                assertThat(result.after().rip()).isNotEqualTo(trap.rip());
            });
        }
    }

    /// The SEV handler does one element of MOVS per call, whatever the bound.
    @Test
    void goesOnWithStringMovesOfTheSevHandler() {
        try (Replay replay = builder("linux-sev", "propagate").build();
                RecordingReader reader = RecordingReader.ofResource(DRIVERS)) {
            List<RecordedTrap> moves = reader.stream()
                    .filter(trap -> trap.mode() == CodeMode.CODE64 && trap.accesses().size() > 1)
                    .filter(trap -> trap.code()[0] == (byte) 0xf3 && trap.code()[1] == (byte) 0xa4).toList();
            assertThat(moves).isNotEmpty().allSatisfy(trap ->
                    assertThat(replay.replay(trap).verdict()).isEqualTo(Verdict.AGREED));
        }
    }

    // What disagrees

    private static Arguments change(String what, String recording, String handler, Predicate<ObjectNode> kind,
            Consumer<ObjectNode> change, Difference... differences) {
        return arguments(what, recording, handler, kind, change, List.of(differences));
    }

    private static Difference difference(Difference.Kind kind, String name, String expected, String got) {
        return new Difference(kind, name, expected, got);
    }

    private static ObjectNode access(ObjectNode line) {
        return (ObjectNode) line.get("mmio").get(0);
    }

    private static ObjectNode expect(ObjectNode line) {
        return (ObjectNode) line.get("expect");
    }

    private static ObjectNode expect(ObjectNode line, String object) {
        return (ObjectNode) line.get("expect").get(object);
    }

    private static Predicate<ObjectNode> code(String hex) {
        return line -> line.get("code").asString().startsWith(hex);
    }

    private static Predicate<ObjectNode> mnemonic(String mnemonic) {
        return line -> line.get("mnemonic").asString().equals(mnemonic)
                && expect(line).get("outcome").asString().equals("emulated");
    }

    /// The first lines of each kind: what stands in them is in the differences.
    static Stream<Arguments> changes() {
        String write = "write 4 bytes at 0xb0000010 = 0xffffffff";
        return Stream.of(
                change("a write of another value", DRIVERS, "architectural", code("890e"),
                        line -> access(line).put("value", "0xfffffffe"),
                        difference(Difference.Kind.ACCESS, "1", "write 4 bytes at 0xb0000010 = 0xfffffffe", write)),
                change("a write elsewhere", DRIVERS, "architectural", code("890e"),
                        line -> access(line).put("gpa", "0xb0000014"),
                        difference(Difference.Kind.ACCESS, "1", "write 4 bytes at 0xb0000014 = 0xffffffff", write)),
                change("a narrower write", DRIVERS, "architectural", code("890e"),
                        line -> access(line).put("size", 2),
                        difference(Difference.Kind.ACCESS, "1", "write 2 bytes at 0xb0000010 = 0xffff", write)),
                change("a read for a write", DRIVERS, "architectural", code("890e"),
                        line -> access(line).put("op", "r"),
                        difference(Difference.Kind.ACCESS, "1", "read 4 bytes at 0xb0000010 = 0xffffffff", write)),
                change("an access too many", DRIVERS, "architectural", code("890e"),
                        line -> line.remove("mmio"),
                        difference(Difference.Kind.ACCESS, "1", "", write)),
                change("an access missing", DRIVERS, "architectural", code("890e"),
                        line -> ((ArrayNode) line.get("mmio")).add(access(line).deepCopy()),
                        difference(Difference.Kind.ACCESS, "2", write, "")),
                change("no processor's fault was recorded", DRIVERS, "architectural", code("f3a4"),
                        line -> line.remove("mem"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "exception #PF")),
                change("the instruction pointer", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line).put("rip", "0x40000806"),
                        difference(Difference.Kind.REGISTER, "rip", "0x40000806", "0x40000805")),
                change("a register that changed", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line, "regs").put("rsi", "0x1"),
                        difference(Difference.Kind.REGISTER, "rsi", "0x1", "0x21c4cd77")),
                change("a register that was to stay", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line, "regs").remove("rsi"),
                        difference(Difference.Kind.REGISTER, "rsi", "0x21c4cd15", "0x21c4cd77")),
                change("flags", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line, "regs").put("rflags", "0xa83"),
                        difference(Difference.Kind.FLAGS, "rflags", "0x881", "0x880")),
                change("flags that were to stay", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line, "regs").remove("rflags"),
                        difference(Difference.Kind.FLAGS, "rflags", "0x854", "0x880")),
                change("a vector register that was to stay", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line).putObject("vec").put("ymm3", "01" + "00".repeat(31)),
                        difference(Difference.Kind.VECTOR_REGISTER, "ymm3", "01" + "00".repeat(31), "00".repeat(32))),
                change("memory", INTEGER, "architectural", code("a7"),
                        line -> ((ObjectNode) expect(line).get("mem").get(0)).put("bytes",
                                line.get("mem").get(0).get("bytes").asString().replaceFirst("ec3d8e", "ff3d7e")),
                        difference(Difference.Kind.MEMORY, "memory 0x30000f80", "ff3d7e", "ec3d8e")),
                change("the device", INTEGER, "architectural", mnemonic("xadd"),
                        line -> expect(line).put("backing",
                                expect(line).get("backing").asString().replaceFirst("49cc4f", "49cc4e")),
                        difference(Difference.Kind.BACKING, "backing 0xfe000f82", "4e", "4f")),
                change("an exception for an instruction", INTEGER, "architectural", mnemonic("xadd"),
                        line -> line.set("expect", line.objectNode().put("outcome", "exception").put("vector", 13)),
                        difference(Difference.Kind.OUTCOME, "outcome", "exception", "emulated")),
                change("another exception", INTEGER, "architectural",
                        line -> expect(line).get("outcome").asString().equals("exception"),
                        line -> expect(line).put("vector", 6),
                        difference(Difference.Kind.VECTOR, "vector", "6", "0")),
                change("an instruction for an exception", INTEGER, "architectural",
                        line -> expect(line).get("outcome").asString().equals("exception"),
                        line -> expect(line).put("outcome", "emulated"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "exception #DE")),
                change("a failure for an instruction", REACHABLE, "linux-tdx", code("8a04c8"),
                        line -> expect(line).put("outcome", "failure"),
                        difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated")),
                change("an instruction for a failure", REACHABLE, "linux-tdx",
                        line -> expect(line).path("errno").asString("").equals("EINVAL"),
                        line -> expect(line).put("outcome", "emulated"),
                        difference(Difference.Kind.OUTCOME, "outcome", "emulated", "failure EINVAL, string-move")),
                change("another error number", REACHABLE, "linux-tdx",
                        line -> expect(line).path("errno").asString("").equals("EINVAL"),
                        line -> expect(line).put("errno", "EFAULT"),
                        difference(Difference.Kind.ERRNO, "errno", "EFAULT", "EINVAL")),
                change("a type of Linux's decoder", REACHABLE, "linux-tdx", code("8a04c8"),
                        line -> expect(line, "linux").put("type", "WRITE"),
                        difference(Difference.Kind.LINUX, "type", "WRITE", "READ")),
                change("a length of Linux's decoder", REACHABLE, "linux-tdx", code("8a04c8"),
                        line -> expect(line, "linux").put("length", 4),
                        difference(Difference.Kind.LINUX, "length", "4", "3")),
                change("a size of Linux's decoder", REACHABLE, "linux-sev", code("8a04c8"),
                        line -> expect(line, "linux").put("size", 2),
                        difference(Difference.Kind.LINUX, "size", "2", "1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void disagrees(String what, String recording, String handler, Predicate<ObjectNode> kind,
            Consumer<ObjectNode> change, List<Difference> differences) {
        assertThat(replay(Traps.changed(recording, kind, line -> { }), handler).verdict()).isEqualTo(Verdict.AGREED);
        ReplayResult result = replay(Traps.changed(recording, kind, change), handler);
        assertThat(result.differences()).isEqualTo(differences);
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
    }

    @Test
    void comparesFlagsUnderTheMaskAlone() {
        RecordedTrap trap = Traps.changed(INTEGER, mnemonic("xadd"), line -> {
            expect(line, "regs").put("rflags", "0xa83");
            expect(line).put("rflags_mask", "0xcd4");
        });
        assertThat(replay(trap, "architectural").verdict()).isEqualTo(Verdict.AGREED);
    }

    @Test
    void takesWhatIsNotToldAsItComes() {
        RecordedTrap trap = Traps.changed(INTEGER, code("a7"), line -> {
            expect(line).remove("rip");
            expect(line).remove("backing");
            expect(line).remove("mem");
        });
        assertThat(replay(trap, "architectural").verdict()).isEqualTo(Verdict.AGREED);
        RecordedTrap failure = Traps.changed(REACHABLE, line -> expect(line).has("errno"),
                line -> expect(line).remove("errno"));
        assertThat(replay(failure, "linux-tdx").verdict()).isEqualTo(Verdict.AGREED);
        RecordedTrap exception = Traps.changed(INTEGER, line -> expect(line).has("vector"),
                line -> expect(line).remove("vector"));
        assertThat(replay(exception, "architectural").verdict()).isEqualTo(Verdict.AGREED);
    }

    @Test
    void asksLinuxDecoderOfLinuxHandlersAlone() {
        RecordedTrap trap = Traps.changed(REACHABLE, code("8a04c8"),
                line -> expect(line, "linux").put("type", "WRITE"));
        assertThat(replay(trap, "architectural").verdict()).isEqualTo(Verdict.AGREED);
    }

    /// Devices take the widths in which they were recorded.
    @ParameterizedTest
    @ValueSource(strings = {
        "{'op':'r','gpa':'0x9000','size':16,'value':'0x20000000000000003'}",
        "{'op':'r','gpa':'0x9000','size':8,'value':'0x3'},{'op':'r','gpa':'0x9008','size':8,'value':'0x2'}"})
    void answersWideAccessesAsRecorded(String accesses) {
        RecordedTrap trap = Traps.of("""
                {'rip':'0x1000','code':'f30f6f0f','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000','mmio':[%s],\
                'expect':{'outcome':'emulated','rip':'0x1004',\
                'vec':{'ymm1':'0300000000000000020000000000000000000000000000000000000000000000'}}}"""
                .formatted(accesses));
        ReplayResult result = replay(trap, "architectural");
        assertThat(result.differences()).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
    }

    // Refusals

    @Test
    void countsARefusalWithoutExpectationApart() {
        RecordedTrap trap = Traps.changed(DRIVERS, line -> line.get("mode").asInt() == 64
                && line.get("code").asString().startsWith("f366ab"), line -> { });
        ReplayResult result = replay(trap, "linux-tdx");
        assertThat(result.verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(result.differences()).isEmpty();
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().reason()).isEqualTo(FailureReason.MMIO_DECODE_FAILED));
        assertThat(result.after()).isEqualTo(trap.cpu());
    }

    /// A Linux handler decodes firmware as 64-bit code; the fault that comes of it is not the processor's.
    @Test
    void countsAFaultByALinuxHandlerAsRefusal() {
        RecordedTrap trap = Traps.changed(DRIVERS, code("c7055003e0fe"), line -> { });
        ReplayResult result = replay(trap, "linux-sev");
        assertThat(result.outcome()).isInstanceOf(Outcome.Exception.class);
        assertThat(result.verdict()).isEqualTo(Verdict.REFUSED);
    }

    /// The host refuses the second of two elements.
    @Test
    void holdsAccessesBeforeARefusalAgainstTheRecording() {
        String line = """
                {'rip':'0x1000','code':'f3a4','regs':{'rcx':'0x2','rsi':'0x5000','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mem':[{'gla':'0x5000','bytes':'0102'}],\
                'mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'%s'}],\
                'expect':{'outcome':'failure','errno':'EIO'}}""";
        assertThat(replay(Traps.of(line.formatted("0x1")), "architectural").verdict()).isEqualTo(Verdict.AGREED);
        assertThat(replay(Traps.of(line.formatted("0x2")), "architectural").differences()).containsExactly(
                difference(Difference.Kind.ACCESS, "1", "write 1 byte at 0x9000 = 0x2",
                        "write 1 byte at 0x9000 = 0x1"));
    }

    /// An expected EIO is a hypercall that fails, which the replay has the access behind the recorded ones do.
    @ParameterizedTest
    @ValueSource(strings = {"linux-tdx", "linux-sev", "architectural"})
    void refusesTheAccessThatIsToFail(String handler) {
        RecordedTrap trap = Traps.changed(REACHABLE, code("8a04c8"), line -> {
            line.remove("mmio");
            line.set("expect", line.objectNode().put("outcome", "failure").put("errno", "EIO"));
        });
        ReplayResult result = replay(trap, handler);
        assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().reason()).isEqualTo(FailureReason.DEVICE_REFUSED));
        assertThat(result.after()).isEqualTo(trap.cpu());
    }

    @Test
    void refusesWhatLiesBesideTheBackingDevice() {
        RecordedTrap trap = Traps.changed(INTEGER, mnemonic("xadd"), line ->
                ((ObjectNode) line.get("backing")).put("gpa", "0xfe000000"));
        assertThat(replay(trap, "architectural").differences()).containsExactly(
                difference(Difference.Kind.OUTCOME, "outcome", "emulated", "failure EIO, device-refused"));
    }

    // No end

    @Test
    void stopsAnEndlessInstructionWhenItLeavesTheRecording() {
        RecordedTrap trap = Traps.of("""
                {'rip':'0x1000','code':'f3aa','regs':{'rcx':'0xffffffffffffff','rdi':'0x10000000'},\
                'gla':'0x10000000','gpa':'0x10000000',\
                'map':[{'gla':'0x10000000','gpa':'0x10000000','size':72057594037927936}],\
                'mmio':[{'op':'w','gpa':'0x10000000','size':1,'value':'0x0'}]}""");
        ReplayResult result = replay(trap, "architectural");
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
        assertThat(result.differences()).hasSizeLessThan(100).startsWith(
                difference(Difference.Kind.ACCESS, "2", "", "write 1 byte at 0x10000001 = 0x0"));
    }

    @Test
    void stopsAnInstructionThatDoesNotGoOn() {
        RecordedTrap trap = Traps.changed(DRIVERS, code("890e"), line -> line.remove("mmio"));
        try (Replay replay = Replay.builder().handler(new Standstill()).build()) {
            ReplayResult result = replay.replay(trap);
            assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
            assertThat(result.differences()).containsExactly(
                    difference(Difference.Kind.PROGRESS, "progress", "complete", "incomplete"));
        }
    }

    /// Always has iterations left.
    private static final class Standstill implements TrapHandler {
        @Override
        public String name() {
            return "standstill";
        }

        @Override
        public Optional<FailureReason> refusesTrap(Trap trap, Cpu cpu) {
            return Optional.empty();
        }

        @Override
        public boolean needsAllBytes() {
            return false;
        }

        @Override
        public CodeMode decodesAs(CodeMode mode) {
            return mode;
        }

        @Override
        public Admission admit(byte[] code, int count, Decoding decoding) {
            return new MmioOperation(name(), decoding, 2, Feature.GENERAL, false, List.of()) {
                @Override
                protected void execute(Execution x) {
                    x.leaveIncomplete();
                }
            };
        }
    }

    // The guest's kernel

    @Test
    void keepsOneKernelForTheRecordingUnlessTold() {
        RecordedTrap trap = Traps.changed(REACHABLE, code("6336"), line -> { });
        try (Replay replay = builder("linux-tdx", "linux-6.12").build()) {
            assertThat(isWarned(replay.replay(trap))).isTrue();
            assertThat(isWarned(replay.replay(trap))).as("a warning that prints once").isFalse();
            assertThat(replay.kernel().warnings()).isEqualTo(1);
            assertThat(replay.kernel().oopses()).isEqualTo(2);
        }
        try (Replay replay = builder("linux-tdx", "linux-6.12").kernelScope(Replay.KernelScope.TRAP).build()) {
            assertThat(isWarned(replay.replay(trap))).isTrue();
            assertThat(isWarned(replay.replay(trap))).isTrue();
        }
    }

    private static boolean isWarned(ReplayResult result) {
        assertThat(result.verdict()).isEqualTo(Verdict.AGREED);
        return ((Outcome.GeneralProtection) result.outcome()).warned();
    }

    @ParameterizedTest
    @CsvSource({
        "interrupt, Fatal exception in interrupt",
        "init, Attempted to kill init! exitcode=0x0000000b",
        "idle, Attempted to kill the idle task!"})
    void tellsTheKernelItsContext(String context, String panic) {
        RecordedTrap trap = Traps.changed(REACHABLE, code("6336"), line -> line.put("context", context));
        assertThat(ending(trap)).isEqualTo(new Ending.Panic(panic));
        RecordedTrap task = Traps.changed(REACHABLE, code("6336"), line -> { });
        assertThat(ending(task)).isInstanceOf(Ending.Oops.class);
    }

    private static Ending ending(RecordedTrap trap) {
        try (Replay replay = builder("linux-tdx", "linux-6.12").build()) {
            return ((Outcome.GeneralProtection) replay.replay(trap).outcome()).ending();
        }
    }

    // The summary

    @Test
    void summarises() {
        ReplaySummary summary = replayAll(DRIVERS, builder("linux-tdx", "linux-6.12"));
        long refused = summary.total().refused();
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(49633 - refused, 0, refused));
        assertThat(summary.outcomes().get(ReplaySummary.OutcomeKind.EMULATED).agreed()).isEqualTo(49633 - refused);
        assertThat(summary.outcomes().get(ReplaySummary.OutcomeKind.GENERAL_PROTECTION).refused()).isEqualTo(refused);
        assertThat(summary.failures().values().stream().mapToLong(ReplaySummary.Tally::refused).sum())
                .isEqualTo(refused);
        assertThat(summary.failures()).doesNotContainKey(FailureReason.FETCH_FAULT);
        assertThat(summary.failures().get(FailureReason.STRING_MOVE)).isEqualTo(new ReplaySummary.Tally(0, 0, 4));
        assertThat(summary.forms().get("movzx r32, m16")).isEqualTo(new ReplaySummary.Tally(2235, 0, 0));
        assertThat(summary.forms().get("rep movsb")).isEqualTo(new ReplaySummary.Tally(0, 0, 516));
        assertThat(summary.forms().values().stream().mapToLong(ReplaySummary.Tally::total).sum()).isEqualTo(49633);
        assertThat(summary.devices().get("hpet").total()).isEqualTo(941);
        assertThat(summary.devices().get(ReplaySummary.NO_DEVICE).total()).isEqualTo(2139);
        assertThat(summary.devices().values().stream().mapToLong(ReplaySummary.Tally::total).sum()).isEqualTo(49633);
    }

    @Test
    void keepsTheFirstDisagreements() {
        ReplaySummary summary = new ReplaySummary(2);
        try (Replay replay = builder("linux-tdx", "propagate").build();
                RecordingReader reader = RecordingReader.ofResource(INTEGER)) {
            reader.stream().limit(10).forEach(trap -> summary.add(replay.replay(trap)));
        }
        assertThat(summary.total()).isEqualTo(new ReplaySummary.Tally(0, 10, 0));
        assertThat(summary.disagreements()).extracting(result -> result.trap().line()).containsExactly(2, 3);
    }

    private static ReplaySummary replayAll(String recording, Replay.Builder builder) {
        ReplaySummary summary = new ReplaySummary(10);
        try (Replay replay = builder.build(); RecordingReader reader = RecordingReader.ofResource(recording)) {
            reader.forEachRemaining(trap -> summary.add(replay.replay(trap)));
        }
        return summary;
    }

    private static ReplayResult replay(RecordedTrap trap, String handler) {
        try (Replay replay = builder(handler, "propagate").build()) {
            return replay.replay(trap);
        }
    }

    private static Replay.Builder builder(String handler, String policy) {
        return Replay.builder().handler(TrapHandlers.named(handler)).policy(FailurePolicy.preset(policy));
    }
}
