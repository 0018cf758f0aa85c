package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.TestTraps.changed;
import static org.vemmio.emulator.recording.TestTraps.code;
import static org.vemmio.emulator.recording.TestTraps.errno;
import static org.vemmio.emulator.recording.TestTraps.expect;
import static org.vemmio.emulator.recording.TestTraps.first;
import static org.vemmio.emulator.recording.TestTraps.mnemonic;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;
import static org.vemmio.emulator.recording.replay.Replays.assertRefused;
import static org.vemmio.emulator.recording.replay.Replays.builder;
import static org.vemmio.emulator.recording.replay.Replays.replay;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import tools.jackson.databind.node.ObjectNode;

/// How a trap ends: as was recorded or otherwise, refused, or in another handler's hands.
class JudgedOutcomeTest {
    private static Difference outcome(String expected, String got) {
        return new Difference(Difference.Kind.OUTCOME, "outcome", expected, got);
    }

    private static ObjectNode xadd() {
        return first(TestTraps.INTEGER, mnemonic("xadd"));
    }

    private static ObjectNode divideError() {
        return first(TestTraps.INTEGER, TestTraps.outcome("exception"));
    }

    // As was recorded or otherwise

    @ParameterizedTest
    @CsvSource({
        "emulated, architectural, emulated",
        "exception, architectural, exception #DE",
        "emulated, linux-tdx, 'failure EIO, user-mode-trap'",
        "exception, linux-tdx, 'failure EIO, user-mode-trap'"})
    void tellsHowElseATrapEnded(String kind, String handler, String got) {
        ObjectNode line = first(TestTraps.INTEGER, TestTraps.outcome(kind));
        for (String expected : List.of("emulated", "failure", "exception")) {
            ReplayResult result = replay(changed(line, changed -> {
                if (!expected.equals(kind)) {
                    changed.putObject("expect").put("outcome", expected);
                }
            }), handler);
            if (got.startsWith(expected)) {
                assertAgreed(result);
            } else {
                assertDisagreed(result, outcome(expected, got));
            }
        }
    }

    /// A single step is no fault: the instruction is complete, and is judged as one.
    @Test
    void takesASingleStepForACompletedInstruction() {
        ObjectNode line = TestTraps.line("""
                {'rip':'0x1000','code':'8807','regs':{'rax':'0x5','rdi':'0x2000','rflags':'0x100'},\
                'gla':'0x2000','gpa':'0x9000','mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'0x5'}],\
                'expect':{'outcome':'emulated','rip':'0x1002'}}""");
        ReplayResult result = replay(changed(line, _ -> { }), "architectural");
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Exception.class, exception ->
                assertThat(exception.vector()).isEqualTo(Outcome.Exception.DB));
        assertAgreed(result);
        assertAgreed(replay(changed(line, changed -> changed.remove("expect")), "architectural"));
        assertDisagreed(replay(changed(line, changed -> expect(changed).put("rip", "0x1000")), "architectural"),
                new Difference(Difference.Kind.REGISTER, "rip", "0x1000", "0x1002"));
        RecordedTrap missing = changed(line, changed -> {
            changed.remove("expect");
            changed.withArray("mmio").add(TestTraps.access(changed, 0).deepCopy());
        });
        assertDisagreed(replay(missing, "architectural"), new Difference(Difference.Kind.ACCESS, "2",
                "write 1 byte at 0x9000 = 0x5", ""));
    }

    // What comes out is not known

    @Test
    void countsARefusalWithoutExpectationApart() {
        RecordedTrap trap = changed(TestTraps.DRIVERS, code("f366ab").and(line -> line.get("mode").asInt() == 64),
                _ -> { });
        ReplayResult result = replay(trap, "linux-tdx");
        assertRefused(result);
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed ->
                assertThat(failed.failure().check().label()).isEqualTo("mmio-decode-failed"));
        assertThat(result.after()).isEqualTo(trap.cpu());
    }

    /// A Linux handler decodes firmware as 64-bit code; the fault that comes of it is not the processor's.
    @Test
    void countsAFaultByALinuxHandlerAsRefusal() {
        ReplayResult result = replay(changed(TestTraps.DRIVERS, code("c7055003e0fe"), _ -> { }), "linux-sev");
        assertThat(result.outcome()).isInstanceOf(Outcome.Exception.class);
        assertRefused(result);
    }

    /// The divisor is 0, so that the processor read it and faulted.
    @Test
    void countsAFaultWithNothingMissingAsRefusal() {
        RecordedTrap faulting = division("0x0", 1);
        assertThat(replay(faulting, "architectural").outcome()).isInstanceOf(Outcome.Exception.class);
        assertRefused(replay(faulting, "architectural"));
        assertRefused(replay(changed(divideError(), line -> line.remove("expect")), "architectural"));
    }

    @Test
    void tellsAFaultOfTheProcessorBeforeARecordedAccess() {
        assertDisagreed(replay(division("0x0", 2), "architectural"), outcome("emulated", "exception #DE"));
        assertAgreed(replay(division("0x1", 1), "architectural"));
    }

    private static RecordedTrap division(String divisor, int reads) {
        return changed(TestTraps.line("""
                {'rip':'0x1000','code':'f637','regs':{'rax':'0x5','rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000'}"""),
                line -> {
                    for (int i = 0; i < reads; i++) {
                        line.withArray("mmio").addObject().put("op", "r").put("gpa", "0x9000").put("size", 1)
                                .put("value", divisor);
                    }
                });
    }

    /// The host refuses the second of two elements, which was recorded as a write elsewhere.
    @ParameterizedTest
    @CsvSource({"0x1, AGREED", "0x2, DISAGREED"})
    void holdsAccessesBeforeAFailureAgainstTheRecording(String value, Verdict verdict) {
        ReplayResult result = replay(TestTraps.of("""
                {'rip':'0x1000','code':'f3a4','regs':{'rcx':'0x2','rsi':'0x5000','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mem':[{'gla':'0x5000','bytes':'0102'}],\
                'mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'%s'}],\
                'expect':{'outcome':'failure','errno':'EIO'}}""".formatted(value)), "architectural");
        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.differences()).hasSize(verdict == Verdict.AGREED ? 0 : 1);
    }

    /// Refused in the middle: `movs` runs out of memory behind its first element.
    @ParameterizedTest
    @ValueSource(strings = {"0x1", "0x2"})
    void holdsAccessesBeforeARefusalAgainstTheRecording(String value) {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'f3a4','regs':{'rcx':'0x2','rsi':'0x5000','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mem':[{'gla':'0x5000','bytes':'01'}],\
                'mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'%s'}]}""".formatted(value));
        ReplayResult result = replay(trap, "architectural");
        if (value.equals("0x1")) {
            assertRefused(result);
        } else {
            assertDisagreed(result, new Difference(Difference.Kind.ACCESS, "1",
                    "write 1 byte at 0x9000 = 0x2", "write 1 byte at 0x9000 = 0x1"));
        }
    }

    // In another handler's hands

    private static Replay.Builder recovering(Recovery how) {
        return Replay.builder().engine(MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"))
                .policy(FailurePolicy.builder("test").rule(Condition.any(), new Action.Recover(how)).build()));
    }

    @Test
    void judgesWhatTheOtherHandlerEmulates() {
        Replay.Builder builder = builder("linux-tdx", "recover");
        assertAgreed(replay(changed(xadd(), _ -> { }), builder));
        assertDisagreed(replay(changed(xadd(), line -> expect(line, "regs").put("rsi", "0x1")), builder),
                new Difference(Difference.Kind.REGISTER, "rsi", "0x1", "0x21c4cd77"));
        assertDisagreed(replay(changed(xadd(), line -> line.putObject("expect").put("outcome", "exception")), builder),
                outcome("exception", "emulated"));
    }

    @Test
    void judgesWhatFaultTheOtherHandlerFinds() {
        Replay.Builder builder = builder("linux-tdx", "recover");
        assertAgreed(replay(changed(divideError(), _ -> { }), builder));
        assertDisagreed(replay(changed(divideError(), line -> expect(line).put("vector", 6)), builder),
                new Difference(Difference.Kind.VECTOR, "vector", "6", "0"));
        assertDisagreed(replay(changed(divideError(), line -> line.putObject("expect").put("outcome", "emulated")),
                builder), outcome("emulated", "exception #DE"));
    }

    /// The other handler's accesses, registers and end are not what was expected to fail.
    @Test
    void judgesAnExpectedFailureWhateverAPolicyMakesOfIt() {
        ObjectNode line = first(TestTraps.REACHABLE, errno("EINVAL").and(code("a4")));
        for (String policy : FailurePolicy.presets()) {
            assertAgreed(replay(changed(line, _ -> { }), builder("linux-tdx", policy)));
            assertDisagreed(replay(changed(line, changed -> expect(changed).put("errno", "EFAULT")),
                    builder("linux-tdx", policy)),
                    new Difference(Difference.Kind.ERRNO, "errno", "EFAULT", "EINVAL"));
        }
        RecordedTrap trap = changed(xadd(), changed -> {
            changed.remove("backing");
            changed.putObject("expect").put("outcome", "failure");
        });
        ReplayResult recovered = replay(trap, builder("linux-tdx", "recover"));
        assertThat(recovered.after()).isNotEqualTo(trap.cpu());
        assertAgreed(recovered);
    }

    @Test
    void judgesTheOtherHandlerWhereNothingIsExpected() {
        Replay.Builder builder = builder("linux-tdx", "recover");
        ObjectNode store = first(TestTraps.DRIVERS, code("f366ab").and(line -> line.get("mode").asInt() == 64));
        assertAgreed(replay(changed(store, _ -> { }), builder));
        RecordedTrap missing = changed(store, line ->
                line.withArray("mmio").add(TestTraps.access(line, 0).deepCopy()));
        assertThat(replay(missing, builder).differences()).singleElement()
                .satisfies(difference -> assertThat(difference.got()).isEmpty());
        RecordedTrap faulting = changed(first(TestTraps.DRIVERS, code("f3a4").and(line ->
                line.get("mode").asInt() == 64 && line.has("mem"))), line -> line.remove("mem"));
        assertDisagreed(replay(faulting, builder), outcome("emulated", "exception #PF"));
    }

    /// An instruction that is skipped is executed without its devices, which no recording expects.
    @Test
    void takesASkippedInstructionForAFailure() {
        ObjectNode store = first(TestTraps.DRIVERS, code("f366ab").and(line -> line.get("mode").asInt() == 64));
        Replay.Builder skipping = recovering(new Recovery.Skip(true));
        ReplayResult result = replay(changed(store, _ -> { }), skipping);
        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Recovered.class, recovered ->
                assertThat(recovered.by()).isInstanceOf(Outcome.Emulated.class));
        assertRefused(result);
        assertDisagreed(replay(changed(store, line -> line.putObject("expect").put("outcome", "emulated")), skipping),
                outcome("emulated", "failure EINVAL, mmio-decode-failed"));
        assertAgreed(replay(changed(store, line -> {
            line.remove("mmio");
            line.putObject("expect").put("outcome", "failure").put("errno", "EINVAL");
        }), skipping));
    }
}
