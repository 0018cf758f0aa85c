package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
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

import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.SkippingHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import tools.jackson.databind.node.ObjectNode;

/// Exceptions with error code and address, ends of refusals, and instructions that stop in the middle.
class JudgedEventTest {
    private static ReplayResult hardware(ObjectNode line) {
        return replay(TestTraps.of(line.toString()), "architectural");
    }

    private static ObjectNode pageFault() {
        return first(TestTraps.FAULTS, line -> line.at("/expect/vector").asInt() == 14
                && line.at("/expect/cr2").asString().length() < 16);
    }

    private static Difference difference(Difference.Kind kind, String name, String expected, String got) {
        return new Difference(kind, name, expected, got);
    }

    // Exceptions

    @Test
    void comparesEveryBitOfAnErrorCode() {
        ObjectNode line = pageFault();
        assertAgreed(hardware(line));
        long raised = line.at("/expect/error_code").asLong();
        for (int bit = 0; bit < 32; bit++) {
            long other = raised ^ 1L << bit;
            expect(line).put("error_code", other);
            assertDisagreed(hardware(line), difference(Difference.Kind.ERROR_CODE, "error code",
                    "0x" + Long.toHexString(other), "0x" + Long.toHexString(raised)));
        }
        expect(line).remove("error_code");
        assertAgreed(hardware(line));
    }

    @Test
    void comparesEveryBitOfTheAddressOfAPageFault() {
        ObjectNode line = pageFault();
        String raised = line.at("/expect/cr2").asString();
        for (int bit = 0; bit < 64; bit++) {
            String other = "0x" + Long.toHexString(Long.decode(raised) ^ 1L << bit);
            expect(line).put("cr2", other);
            assertDisagreed(hardware(line), difference(Difference.Kind.CR2, "cr2", other, raised));
        }
        expect(line).remove("cr2");
        assertAgreed(hardware(line));
    }

    /// Linux arch/x86/mm/fault.c, `sanitize_error_code`: a user is told that an address of the kernel is present.
    @Test
    void leavesOpenWhetherAnAddressOfTheKernelIsPresentToAUser() {
        ObjectNode line = first(TestTraps.FAULTS, trap -> trap.at("/expect/cr2").asString().length() > 16);
        long raised = line.at("/expect/error_code").asLong();
        for (int bit = 0; bit < 32; bit++) {
            expect(line).put("error_code", raised ^ 1L << bit);
            ReplayResult result = hardware(line);
            assertThat(result.verdict()).as("bit %d", bit).isEqualTo(bit == 0 ? Verdict.AGREED : Verdict.DISAGREED);
        }
        line.put("cpl", 0);
        expect(line).put("error_code", raised & ~(LinearMemory.PF_PRESENT | LinearMemory.PF_USER));
        assertAgreed(hardware(line));
        expect(line).put("error_code", raised & ~LinearMemory.PF_USER | LinearMemory.PF_PRESENT);
        assertThat(hardware(line).verdict()).isEqualTo(Verdict.DISAGREED);
    }

    @Test
    void takesTheAddressOfAnotherExceptionAsItComes() {
        ObjectNode line = first(TestTraps.FAULTS, outcome("exception").and(trap ->
                trap.at("/expect/vector").asInt() == 13));
        expect(line).put("cr2", "0x123");
        assertAgreed(hardware(line));
    }

    /// The first of two elements is moved before the source ends.
    private static ObjectNode faultInTheMiddle() {
        return TestTraps.line("""
                {'rip':'0x1000','code':'f3a4','regs':{'rcx':'0x2','rsi':'0x5000','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mem':[{'gla':'0x5000','bytes':'01'}],\
                'mmio':[{'op':'w','gpa':'0x9000','size':1,'value':'0x1'}],\
                'expect':{'outcome':'exception','vector':14,'error_code':0,'cr2':'0x5001',\
                'regs':{'rcx':'0x1','rsi':'0x5001','rdi':'0x2001'}}}""");
    }

    @Test
    void comparesTheStateAfterAFaultInTheMiddle() {
        assertAgreed(hardware(faultInTheMiddle()));
        ObjectNode asBefore = faultInTheMiddle();
        expect(asBefore).remove("regs");
        assertDisagreed(hardware(asBefore),
                difference(Difference.Kind.REGISTER, "rcx", "0x2", "0x1"),
                difference(Difference.Kind.REGISTER, "rsi", "0x5000", "0x5001"),
                difference(Difference.Kind.REGISTER, "rdi", "0x2000", "0x2001"));
        ObjectNode moved = faultInTheMiddle();
        expect(moved).put("rip", "0x1002");
        assertDisagreed(hardware(moved), difference(Difference.Kind.REGISTER, "rip", "0x1002", "0x1000"));
        ObjectNode written = faultInTheMiddle();
        expect(written).putArray("mem").addObject().put("gla", "0x5000").put("bytes", "02");
        assertDisagreed(hardware(written), difference(Difference.Kind.MEMORY, "memory 0x5000", "02", "01"));
    }

    // How a refusal ends

    private static ReplayResult refused(ObjectNode line, FailurePolicy policy) {
        return replay(TestTraps.of(line.toString()), Replay.builder().engine(
                MmioEngine.builder().handler(TrapHandlers.named("linux-tdx")).policy(policy)));
    }

    private static ObjectNode refusal() {
        return first(TestTraps.REACHABLE, errno("EINVAL").and(code("a4")));
    }

    @Test
    void comparesTheCheckThatRefused() {
        ObjectNode line = refusal();
        expect(line).put("check", "string-move").put("where", "somewhere else");
        assertAgreed(replay(TestTraps.of(line.toString()), "linux-tdx"));
        expect(line).put("check", "page-split");
        assertDisagreed(replay(TestTraps.of(line.toString()), "linux-tdx"),
                difference(Difference.Kind.CHECK, "check", "page-split", "string-move"));
    }

    private static FailurePolicy policy(String action) {
        return FailurePolicy.builder("test").rule(Condition.any(), switch (action) {
            case "panic" -> new Action.Panic();
            case "terminate" -> new Action.Terminate();
            case "bug" -> new Action.Bug();
            case "halt" -> new Action.Halt();
            case "abort" -> new Action.Abort();
            case "inject" -> new Action.Inject(6, OptionalInt.empty());
            case "vmm-error" -> new Action.VmmError();
            case "skip" -> new Action.Recover(new Recovery.Skip(false));
            default -> new Action.Propagate();
        }).build();
    }

    @ParameterizedTest
    @CsvSource({"panic, panic, ", "panic, terminate, terminate", "panic, bug, oops", "panic, propagate, ",
        "terminate, terminate, ", "terminate, panic, panic", "terminate, propagate, ", "inject, panic, panic",
        "inject, propagate, ", "inject, inject, ", "inject, halt, halt", "halt, halt, ", "halt, panic, panic",
        "halt, propagate, ", "abort, abort, ", "abort, bug, oops", "abort, halt, halt", "abort, propagate, ",
        "error, vmm-error, ", "error, terminate, terminate", "error, propagate, ", "skip, panic, panic",
        "skip, skip, recovered", "skip, propagate, ", "panic, vmm-error, error", "terminate, abort, abort",
        "panic, inject, inject"})
    void comparesTheEndsThatAnOutcomeTells(String end, String action, String got) {
        ObjectNode line = refusal();
        expect(line).put("end", end);
        if (got == null) {
            assertAgreed(refused(line, policy(action)));
        } else {
            assertDisagreed(refused(line, policy(action)), difference(Difference.Kind.END, "end", end, got));
        }
    }

    @Test
    void takesAnInjectedExceptionForTheProcessorsOwn() {
        ObjectNode line = first(TestTraps.INTEGER, outcome("exception"));
        expect(line).put("outcome", "failure").put("end", "inject").put("check", "any");
        assertAgreed(hardware(line));
        expect(line).put("vector", 6);
        assertDisagreed(hardware(line), difference(Difference.Kind.VECTOR, "vector", "6", "0"));
        expect(line).put("end", "error");
        assertDisagreed(hardware(line), difference(Difference.Kind.OUTCOME, "outcome", "failure", "exception #DE"));
        ObjectNode emulated = first(TestTraps.INTEGER, mnemonic("xadd"));
        emulated.putObject("expect").put("outcome", "failure").put("end", "inject").put("vector", 0);
        assertDisagreed(hardware(emulated), difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated"));
    }

    private static ReplayResult injected(ObjectNode line, OptionalInt errorCode) {
        Action inject = new Action.Inject(13, errorCode);
        return refused(line, FailurePolicy.builder("test").rule(Condition.any(), inject).build());
    }

    @Test
    void comparesTheExceptionThatAPolicyInjects() {
        ObjectNode line = refusal();
        expect(line).put("end", "inject");
        assertAgreed(injected(line, OptionalInt.of(8)));
        expect(line).put("vector", 13);
        assertAgreed(injected(line, OptionalInt.of(8)));
        expect(line).put("error_code", 8);
        assertAgreed(injected(line, OptionalInt.of(8)));
        assertDisagreed(injected(line, OptionalInt.of(-1)),
                difference(Difference.Kind.ERROR_CODE, "error code", "0x8", "0xffffffff"));
        assertDisagreed(injected(line, OptionalInt.empty()),
                difference(Difference.Kind.ERROR_CODE, "error code", "0x8", "none"));
        expect(line).put("vector", 6);
        assertDisagreed(injected(line, OptionalInt.of(8)), difference(Difference.Kind.VECTOR, "vector", "6", "13"));
    }

    @Test
    void takesASuccessOfAHandlerThatSkipsForTheEndSkip() {
        Replay.Builder skipping = Replay.builder().engine(MmioEngine.builder().handler(new SkippingHandler()));
        ObjectNode line = refusal();
        expect(line).put("end", "skip");
        assertAgreed(replay(TestTraps.of(line.toString()), skipping));
        expect(line).put("end", "halt");
        assertDisagreed(replay(TestTraps.of(line.toString()), skipping),
                difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated"));
        ObjectNode accessed = first(TestTraps.INTEGER, mnemonic("xadd"));
        accessed.putObject("expect").put("outcome", "failure").put("end", "skip");
        assertDisagreed(hardware(accessed), difference(Difference.Kind.OUTCOME, "outcome", "failure", "emulated"));
    }

    @Test
    void comparesTheStateAfterASkip() {
        ObjectNode line = TestTraps.line("""
                {'rip':'0x1000','code':'8807','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000',\
                'mem':[{'gla':'0x5000','bytes':'01'}],'expect':{'outcome':'failure','end':'skip'}}""");
        assertAgreed(skipped(line, _ -> { }));
        assertDisagreed(skipped(line, execution -> execution.setGpr(Gpr.RBX, 7)),
                difference(Difference.Kind.REGISTER, "rbx", "0x0", "0x7"));
        assertDisagreed(skipped(line, execution -> execution.memory().write(0x5000, 1, 2)),
                difference(Difference.Kind.MEMORY, "memory 0x5000", "01", "02"));
        assertThat(skipped(line, Execution::leaveIncomplete).differences()).contains(
                difference(Difference.Kind.PROGRESS, "progress", "complete", "incomplete"));
        assertDisagreed(skipped(line, execution -> execution.writeDevice(0x9000, 1, 0)),
                difference(Difference.Kind.ACCESS, "1", "", "write 1 byte at 0x9000 = 0x0"));
        line.putArray("mmio").addObject().put("op", "w").put("gpa", "0x9000").put("size", 1).put("value", "0x0");
        assertDisagreed(skipped(line, _ -> { }),
                difference(Difference.Kind.ACCESS, "1", "write 1 byte at 0x9000 = 0x0", ""));
    }

    private static ReplayResult skipped(ObjectNode line, Consumer<Execution> aside) {
        return replay(TestTraps.of(line.toString()),
                Replay.builder().engine(MmioEngine.builder().handler(new SkippingHandler(aside))));
    }

    @Test
    void takesAnInstructionThatAPolicyPassesOverForTheEndSkip() {
        ObjectNode line = TestTraps.line("""
                {'rip':'0x1000','code':'d90790909090909090909090909090','regs':{'rdi':'0xffff888000000000'},\
                'gla':'0xffff888000000000','gpa':'0x9000','expect':{'outcome':'failure','end':'skip'}}""");
        assertAgreed(refused(line, policy("skip")));
        expect(line).put("end", "halt");
        assertDisagreed(refused(line, policy("skip")), difference(Difference.Kind.END, "end", "halt", "skip"));
    }

    // Instructions that stop in the middle

    private static RecordedTrap stores(int written, String expectation) {
        return changed(TestTraps.line("""
                {'rip':'0x1000','code':'f3aa','regs':{'rcx':'0x3','rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000'%s}"""
                .formatted(expectation)), line -> {
                    for (int i = 0; i < written; i++) {
                        line.withArray("mmio").addObject().put("op", "w").put("gpa", "0x" + Integer.toHexString(
                                0x9000 + i)).put("size", 1).put("value", "0x0");
                    }
                });
    }

    private static ReplayResult bounded(int iterations, int calls, RecordedTrap trap) {
        return replay(trap, Replay.builder().engine(MmioEngine.builder().repeatBound(iterations))
                .completion(new Completion(calls)));
    }

    @Test
    void callsOnceWhereIterationsAreToBeLeft() {
        String told = ",'expect':{'outcome':'emulated','remaining':true,'regs':{'rcx':'0x1','rdi':'0x2002'}}";
        assertAgreed(bounded(2, 10, stores(2, told)));
        assertDisagreed(bounded(3, 10, stores(3, told)),
                difference(Difference.Kind.PROGRESS, "progress", "incomplete", "complete"),
                difference(Difference.Kind.REGISTER, "rip", "0x1000", "0x1002"),
                difference(Difference.Kind.REGISTER, "rcx", "0x1", "0x0"),
                difference(Difference.Kind.REGISTER, "rdi", "0x2002", "0x2003"));
        assertDisagreed(bounded(2, 10, stores(3, told)), difference(Difference.Kind.ACCESS, "3",
                "write 1 byte at 0x9002 = 0x0", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'expect':{'outcome':'emulated'}"})
    void tellsThatTheCallsAreUsedUp(String expectation) {
        String told = expectation.replace("emulated'", "emulated','regs':{'rcx':'0x0','rdi':'0x2003'}");
        assertAgreed(bounded(1, 3, stores(3, told)));
        ReplayResult result = bounded(1, 2, stores(3, told));
        assertThat(result.verdict()).isEqualTo(Verdict.DISAGREED);
        assertThat(result.differences()).contains(difference(Difference.Kind.PROGRESS, "progress", "complete",
                "incomplete after 2 calls of the engine"));
    }

    // Registers of AVX-512 and MMX, and an empty map

    @ParameterizedTest
    @CsvSource({"zmm3, VECTOR_REGISTER, 64", "ymm31, VECTOR_REGISTER, 32", "mm7, REGISTER, 8"})
    void comparesVectorRegistersThatAreTold(String name, Difference.Kind kind, int size) {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        expect(line).putObject("vec").put(name, "00".repeat(size));
        assertAgreed(hardware(line));
        expect(line).putObject("vec").put(name, "00".repeat(size - 1) + "01");
        assertThat(hardware(line).differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(kind);
            assertThat(difference.name()).isEqualTo(name);
        });
        line.putObject("vec").put(name, "00".repeat(size - 1) + "01");
        assertAgreed(hardware(line));
    }

    @Test
    void comparesMaskRegistersThatAreTold() {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        expect(line).putObject("vec").put("k7", "0x8000000000000000");
        assertDisagreed(hardware(line), difference(Difference.Kind.REGISTER, "k7", "0x8000000000000000", "0x0"));
        line.putObject("vec").put("k7", "0x8000000000000000");
        assertAgreed(hardware(line));
    }

    /// What lies above a YMM register keeps its value unless it is told.
    @Test
    void keepsTheUpperHalfOfARegisterWhoseLowerIsTold() {
        ObjectNode line = first(TestTraps.INTEGER, mnemonic("xadd"));
        line.putObject("vec").put("zmm5", "01".repeat(64));
        expect(line).putObject("vec").put("ymm5", "01".repeat(32));
        assertAgreed(hardware(line));
    }

    @Test
    void findsNoDeviceInAnEmptyMap() {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'8807','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x9000','map':[],\
                'expect':{'outcome':'exception','vector':14,'error_code':'0x2','cr2':'0x2000'}}""");
        assertAgreed(replay(trap, "architectural"));
        assertThat(trap.expectation()).get().isInstanceOf(Expectation.Exception.class);
    }
}
