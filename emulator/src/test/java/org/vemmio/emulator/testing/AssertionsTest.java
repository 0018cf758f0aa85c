package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.SkippingHandler;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.kernel.ExceptionEntry;
import org.vemmio.emulator.kernel.ExceptionTable;
import org.vemmio.emulator.kernel.FixupType;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplayResult;

/// Every assertion, where it holds and where it fails; the messages are those of a file.
class AssertionsTest {
    private static final HandmadeTrap LOAD = HandmadeTrap.of("8b 07").with("rdi", DEVICE).answers(0x1234);
    private static final HandmadeTrap STRING = HandmadeTrap.of("f3 48 a5").with("rcx", 4).with("rsi", 0x1000)
            .with("rdi", DEVICE).memory(0x1000, "00".repeat(32));
    private static final HandmadeTrap FLOAT = HandmadeTrap.of("d9 07").with("rdi", DEVICE);

    private static final TrapRun EMULATED = LOAD.run("architectural", "propagate");
    private static final TrapRun QUIRK = HandmadeTrap.of("88 27").with("rdi", DEVICE).run("linux-tdx", "propagate");
    private static final TrapRun FAULT = HandmadeTrap.of("48 a5").with("rsi", 0x1000).with("rdi", DEVICE)
            .run("architectural", "propagate");
    private static final TrapRun OOPS = STRING.run("linux-tdx", "linux-6.12");
    private static final TrapRun WARNING = FLOAT.run("linux-tdx", "linux-6.12");
    private static final TrapRun BUG = STRING.run("linux-tdx", "bug");
    private static final TrapRun PANIC = HandmadeTrap.of("8b 07").onPrivateMemory().run("linux-tdx", "linux-6.12");
    private static final TrapRun PANIC_ON_WARN = FLOAT.run("linux-tdx", "paranoid");
    private static final TrapRun RECOVERED = STRING.run("linux-tdx", "recover");
    private static final TrapRun PROPAGATED = HandmadeTrap.of("0f 04").run("linux-tdx", "propagate");
    private static final TrapRun TERMINATED =
            HandmadeTrap.of("0f c3 07").with("rdi", DEVICE).run("linux-sev", "linux-sev");
    private static final TrapRun INJECTED = run(new Action.Inject(13, OptionalInt.of(0x18)));
    private static final TrapRun INJECTED_UD = run(new Action.Inject(6, OptionalInt.empty()));
    private static final TrapRun HALTED = run(new Action.Halt());
    private static final TrapRun ABORTED = run(new Action.Abort());
    private static final TrapRun VMM_ERROR = run(new Action.VmmError());
    private static final TrapRun PASSED_OVER = LOAD.run(MmioEngine.builder().handler(new SkippingHandler()));
    private static final TrapRun SIGNAL = HandmadeTrap.of("8b 07").cpl(3).run("linux-tdx", "linux-6.12");
    private static final TrapRun NOTIFIED = run(STRING, "linux-6.12",
            GuestKernel.builder().notifier((event, failure, cpu) -> true).build());
    private static final TrapRun FIXUP = run(STRING, "linux-6.12", GuestKernel.builder()
            .exceptionTable(ExceptionTable.of(List.of(ExceptionEntry.of(CODE, CODE + 0x100, FixupType.DEFAULT))))
            .build());
    private static final TrapRun SKIPPED = FLOAT.run(MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"))
            .policy(FailurePolicy.builder("skip").rule(Condition.failure("string-move"), new Action.Bug())
                    .rule(Condition.any(), new Action.Recover(new Recovery.Skip(true))).build()));
    private static final TrapRun PARTIAL = HandmadeTrap.of("ff 07").with("rdi", DEVICE).answers(7).refusesAfter(1)
            .run("architectural", "propagate");
    private static final TrapRun IDLE =
            run(STRING, "linux-6.12", GuestKernel.builder().context(Context.idle(0)).build());

    private static TrapRun run(Action action) {
        FailurePolicy policy = FailurePolicy.builder("test").rule(Condition.any(), action).build();
        return FLOAT.run(MmioEngine.builder().policy(policy));
    }

    private static TrapRun run(HandmadeTrap trap, String policy, GuestKernel kernel) {
        return trap.run(MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"))
                .policy(FailurePolicy.preset(policy)).kernel(kernel));
    }

    private static RecordedTrap.Builder load() {
        return trap(DEVICE, (byte) 0x8b, (byte) 0x07).access(read(DEVICE_GPA, 4, 1));
    }

    private static RecordedTrap recorded() {
        return load().expect(Expectation.Emulated.at(0x1002)).build();
    }

    private static RecordedTrap refused() {
        return trap(0, (byte) 0xd9, (byte) 0x07).build();
    }

    private static RecordedTrap.Builder trap(long rdi, byte... code) {
        return RecordedTrap.builder().code(code).address(DEVICE, DEVICE_GPA).before(ProcessorState.of(cpu -> {
            cpu.setRip(0x1000);
            cpu.setGpr(Gpr.RDI, rdi);
        }));
    }

    private static ReplayResult replay(RecordedTrap trap) {
        try (Replay replay = Replay.builder().build()) {
            return replay.replay(trap);
        }
    }

    @Test
    void whatHoldsPasses() {
        assertThat(EMULATED).isEmulated().isComplete().hasEffect(Outcome.Effect.WHOLE).hasNoHazards().changedOnly("rax")
                .hasRegister("rax", 0x1234).continuesAt(CODE + 2);
        assertThat(EMULATED.outcome()).isEmulated();
        assertThat(QUIRK).isEmulated().hasHazard(Hazard.Kind.HIGH_BYTE_REGISTER);
        assertThat(FAULT).isException(Outcome.Exception.PF).isException("#PF").hasErrorCode(0)
                .hasFaultAddress(0x1000).changedNothing();
        assertThat(OOPS).isGeneralProtection().hasNotWarned().endsInOops().hasCheck("string-move")
                .hasErrno(Errno.EINVAL).wasDecidedBy("linux-6.12").wasDecidedBy("linux-6.12", 3).changedNothing();
        assertThat(WARNING).isGeneralProtection().hasWarned().endsInOops()
                .kernel().hasWarned(1).hasOopsed(1).isRunning().logs("WARNING: CPU: 0");
        assertThat(BUG).isBug().endsInOops();
        assertThat(PANIC).isPanic().endsInPanic().endsInPanic("Unexpected EPT-violation on private memory.")
                .kernel().hasPanicked("Unexpected EPT-violation on private memory.");
        assertThat(PANIC_ON_WARN).isGeneralProtection().hasWarned().endsInPanic();
        assertThat(RECOVERED).isRecovered().isRecoveredBy("architectural").changedOnly("rcx", "rsi", "rdi");
        assertThat(PROPAGATED).isPropagated().failure().hasCheck("mmio-decode-failed")
                .hasErrno(Errno.EINVAL).isFrom("linux-tdx-6.12").hasDetailContaining("no such").hasNoInstruction()
                .accesses().areNone();
        assertThat(TERMINATED).isTerminated().failure().hasMnemonic("movnti");
        assertThat(INJECTED).isInjected(Outcome.Exception.GP).hasErrorCode(0x18).wasDecidedBy("test").changedNothing()
                .kernel().isRunning().logsNothing();
        assertThat(INJECTED_UD).isInjected(Outcome.Exception.UD);
        assertThat(HALTED).isHalted().changedNothing().failure().hasMnemonic("fld");
        assertThat(ABORTED).isAborted().changedNothing();
        assertThat(VMM_ERROR).isVmmError().changedNothing().kernel().isRunning();
        assertThat(PASSED_OVER).isEmulated().hasSkipped().changedOnly().continuesAt(CODE + 2);
        assertThat(SIGNAL).isGeneralProtection().endsInSignal("SIGSEGV").failure().hasNoInstruction();
        assertThat(NOTIFIED).isGeneralProtection().endsInNotifier();
        assertThat(FIXUP).isGeneralProtection().recoversTo(CODE + 0x100).continuesAt(CODE + 0x100);
        assertThat(SKIPPED).isRecovered().wasDecidedBy("skip", 2).continuesAt(CODE + 2);
        assertThat(new Hazard(Hazard.Kind.REPEAT, "rep dropped")).is(Hazard.Kind.REPEAT).concerns("rep");
        assertThat(QUIRK).hasHazard(((Outcome.Emulated) QUIRK.outcome()).hazards().getFirst());
        assertThat(PARTIAL).failure().hasDetail("write of 4 bytes at 0xfe000000: the test has it refuse")
                .accesses().areOnlyReads().hasSize(1);
        assertThat(List.of(write(0x1000, 1, 1), write(0x1001, 8, 2)))
                .areOnlyWrites().haveSizes(1, 8).areWithin(0x1000, 9)
                .haveTexts("write 1 byte at 0x1000 = 0x1", "write 8 bytes at 0x1001 = 0x2");
        assertThat(new ArrayList<DeviceAccess>()).areNone().haveTexts().areOnlyReads().areOnlyWrites();
        assertThat(replay(recorded())).isEmulated().changedOnly("rax");
        assertThat(replay(load().build())).agrees();
    }

    /// What fails, by the name of its message.
    private static Map<String, ThrowingCallable> failing() {
        Map<String, ThrowingCallable> all = new LinkedHashMap<>();
        all.put("isEmulated", () -> assertThat(OOPS).isEmulated());
        all.put("isEmulated, of the outcome alone", () -> assertThat(OOPS.outcome()).isEmulated());
        all.put("isEmulated, recovered", () -> assertThat(RECOVERED).isEmulated());
        all.put("isEmulated, skipped", () -> assertThat(SKIPPED).isEmulated());
        all.put("isComplete", () -> assertThat(incomplete()).isComplete());
        all.put("isIncomplete", () -> assertThat(EMULATED).isIncomplete());
        all.put("hasEffect", () -> assertThat(EMULATED).hasEffect(Outcome.Effect.SPLIT));
        all.put("hasHazard, kind", () -> assertThat(EMULATED).hasHazard(Hazard.Kind.LENGTH));
        all.put("hasHazard", () -> assertThat(QUIRK).hasHazard(new Hazard(Hazard.Kind.LENGTH, "2 for 3")));
        all.put("hasNoHazards", () -> assertThat(QUIRK.outcome()).hasNoHazards());
        all.put("isException, emulated", () -> assertThat(EMULATED).isException(Outcome.Exception.GP));
        all.put("isException, another", () -> assertThat(FAULT).isException(Outcome.Exception.GP));
        all.put("isException, by name", () -> assertThat(FAULT).isException("#GP"));
        all.put("hasErrorCode", () -> assertThat(FAULT).hasErrorCode(2));
        all.put("hasFaultAddress", () -> assertThat(FAULT.outcome()).hasFaultAddress(0x1008));
        all.put("isBug", () -> assertThat(SIGNAL).isBug());
        all.put("isGeneralProtection", () -> assertThat(BUG).isGeneralProtection());
        all.put("isRecovered", () -> assertThat(FIXUP).isRecovered());
        all.put("isPropagated", () -> assertThat(TERMINATED).isPropagated());
        all.put("isPanic", () -> assertThat(PANIC_ON_WARN).isPanic());
        all.put("isTerminated", () -> assertThat(PROPAGATED).isTerminated());
        all.put("isInjected", () -> assertThat(HALTED).isInjected(Outcome.Exception.UD));
        all.put("isInjected, another", () -> assertThat(INJECTED).isInjected(Outcome.Exception.UD));
        all.put("isInjected, raised", () -> assertThat(FAULT).isInjected(Outcome.Exception.PF));
        all.put("isException, injected", () -> assertThat(INJECTED).isException(Outcome.Exception.GP));
        all.put("hasErrorCode, injected", () -> assertThat(INJECTED).hasErrorCode(0));
        all.put("hasErrorCode, injected without", () -> assertThat(INJECTED_UD).hasErrorCode(0));
        all.put("isHalted", () -> assertThat(ABORTED).isHalted());
        all.put("isAborted", () -> assertThat(VMM_ERROR).isAborted());
        all.put("isVmmError", () -> assertThat(INJECTED_UD).isVmmError());
        all.put("hasSkipped", () -> assertThat(EMULATED).hasSkipped());
        all.put("hasSkipped, by a policy", () -> assertThat(SKIPPED).hasSkipped());
        all.put("hasNoHazards, skipped", () -> assertThat(PASSED_OVER).hasNoHazards());
        all.put("hasCheck", () -> assertThat(WARNING).hasCheck("string-move"));
        all.put("hasCheck, emulated", () -> assertThat(EMULATED).hasCheck("string-move"));
        all.put("hasErrno", () -> assertThat(PARTIAL).hasErrno(Errno.EFAULT));
        all.put("failure", () -> assertThat(EMULATED.outcome()).failure());
        all.put("wasDecidedBy", () -> assertThat(BUG).wasDecidedBy("linux-6.12"));
        all.put("wasDecidedBy, rule", () -> assertThat(SKIPPED).wasDecidedBy("skip", 1));
        all.put("hasWarned", () -> assertThat(OOPS).hasWarned());
        all.put("hasNotWarned", () -> assertThat(WARNING).hasNotWarned());
        all.put("endsInOops", () -> assertThat(IDLE).endsInOops());
        all.put("endsInOops, emulated", () -> assertThat(EMULATED).endsInOops());
        all.put("endsInPanic", () -> assertThat(NOTIFIED).endsInPanic());
        all.put("endsInPanic, message", () -> assertThat(PANIC).endsInPanic("Fatal exception"));
        all.put("endsInSignal", () -> assertThat(SIGNAL).endsInSignal("SIGBUS"));
        all.put("endsInNotifier", () -> assertThat(OOPS).endsInNotifier());
        all.put("recoversTo", () -> assertThat(FIXUP).recoversTo(CODE + 3));
        all.put("isRecoveredBy", () -> assertThat(SKIPPED).isRecoveredBy("architectural"));
        all.put("changedNothing", () -> assertThat(EMULATED).changedNothing());
        all.put("changedOnly", () -> assertThat(RECOVERED).changedOnly("rcx"));
        all.put("changedOnly, nothing", () -> assertThat(EMULATED).changedOnly());
        all.put("hasRegister", () -> assertThat(EMULATED).hasRegister("rax", 0x5678));
        all.put("hasRegister, vector", () -> assertThat(EMULATED).hasRegister("xmm0", "ff"));
        all.put("continuesAt", () -> assertThat(OOPS).continuesAt(CODE + 3));
        all.put("agrees", () -> assertThat(replay(recorded())).agrees());
        all.put("agrees, refused", () -> assertThat(replay(refused())).agrees());
        all.put("failure.hasCheck", () -> assertThat(failure()).hasCheck("device-refused"));
        all.put("failure.hasErrno", () -> assertThat(failure()).hasErrno(Errno.EIO));
        all.put("failure.isFrom", () -> assertThat(failure()).isFrom("architectural"));
        all.put("failure.hasDetailContaining", () -> assertThat(failure()).hasDetailContaining("rep"));
        all.put("failure.hasDetail", () -> assertThat(failure()).hasDetail("rep"));
        all.put("failure.hasMnemonic", () -> assertThat(failure()).hasMnemonic("stosq"));
        all.put("failure.hasNoInstruction", () -> assertThat(failure()).hasNoInstruction());
        all.put("hazard.is", () -> assertThat(hazard()).is(Hazard.Kind.LENGTH));
        all.put("hazard.concerns", () -> assertThat(hazard()).concerns("spl"));
        all.put("accesses.are", () -> assertThat(EMULATED.accesses()).are(write(DEVICE_GPA, 4, 1), read(0, 1, 0)));
        all.put("accesses.haveTexts", () -> assertThat(EMULATED.accesses()).haveTexts("a write", "a read"));
        all.put("accesses.haveTexts, none", () -> assertThat(EMULATED.accesses()).haveTexts());
        all.put("accesses.areNone", () -> assertThat(EMULATED.accesses()).areNone());
        all.put("accesses.areOnlyReads", () -> assertThat(QUIRK.accesses()).areOnlyReads());
        all.put("accesses.areOnlyWrites", () -> assertThat(EMULATED.accesses()).areOnlyWrites());
        all.put("accesses.haveSizes", () -> assertThat(EMULATED.accesses()).haveSizes(2, 2));
        all.put("accesses.areWithin", () -> assertThat(EMULATED.accesses()).areWithin(DEVICE_GPA + 1, 0xfff));
        all.put("registers.areNone", () -> assertThat(EMULATED.registers()).areNone());
        all.put("registers.areOnly", () -> assertThat(OOPS.registers()).areOnly("rax"));
        all.put("registers.leave", () -> assertThat(OOPS.registers()).leave("rcx", 5));
        all.put("kernel.hasWarned", () -> assertThat(WARNING.kernel()).hasWarned(2));
        all.put("kernel.hasOopsed", () -> assertThat(PROPAGATED.kernel()).hasOopsed(1));
        all.put("kernel.hasPanicked", () -> assertThat(BUG.kernel()).hasPanicked("Fatal exception"));
        all.put("kernel.isRunning", () -> assertThat(PANIC_ON_WARN.kernel()).isRunning());
        all.put("kernel.isRunning, terminated", () -> assertThat(TERMINATED.kernel()).isRunning());
        all.put("kernel.isRunning, halted", () -> assertThat(HALTED.kernel()).isRunning());
        all.put("kernel.isRunning, aborted", () -> assertThat(ABORTED.kernel()).isRunning());
        all.put("kernel.logs", () -> assertThat(OOPS.kernel()).logs("WARNING"));
        all.put("kernel.logsNothing", () -> assertThat(SIGNAL.kernel()).logsNothing());
        return all;
    }

    private static TrapRun incomplete() {
        return HandmadeTrap.of("f3 aa").with("rcx", 5).with("rdi", DEVICE).run(MmioEngine.builder().repeatBound(2));
    }

    private static Failure failure() {
        return ((Outcome.Failed) OOPS.outcome()).failure();
    }

    private static Hazard hazard() {
        return new Hazard(Hazard.Kind.HIGH_BYTE_REGISTER, "ah, for sil");
    }

    @TestFactory
    List<DynamicTest> whatDoesNotHoldFailsWithAMessage() throws IOException {
        Map<String, String> messages = messages();
        List<DynamicTest> tests = new ArrayList<>();
        failing().forEach((name, assertion) -> tests.add(DynamicTest.dynamicTest(name, () ->
                assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage(messages.get(name)))));
        tests.add(DynamicTest.dynamicTest("no message is left over", () ->
                assertThat(messages.keySet()).containsExactlyElementsOf(failing().keySet())));
        return tests;
    }

    /// Reads a file of messages, each behind a line of `## ` and its name.
    private static Map<String, String> messages() throws IOException {
        try (InputStream in = Objects.requireNonNull(AssertionsTest.class.getResourceAsStream("messages.txt"))) {
            Map<String, String> messages = new LinkedHashMap<>();
            for (String section : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^## ")) {
                if (!section.isEmpty()) {
                    int end = section.indexOf('\n');
                    messages.put(section.substring(0, end), section.substring(end + 1).stripTrailing());
                }
            }
            return messages;
        }
    }

    @Test
    void aDescriptionStandsInFront() {
        assertThatThrownBy(() -> assertThat(QUIRK).as("100%s").isBug())
                .hasMessageStartingWith("[100%s] expected: BUG()\nbut was:  emulated by linux-tdx-6.12");
    }

    @Test
    void whatIsNotThereFails() {
        assertThatThrownBy(() -> assertThat((Outcome) null).isEmulated()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat((TrapRun) null).endsInOops()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat((TrapRun) null).changedOnly()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat((Failure) null).isFrom("x")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat((GuestKernel) null).isRunning()).isInstanceOf(AssertionError.class);
    }
}
