package org.vemmio.emulator.kernel;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

/// A kernel and a processor on which traps fail: a page of code, all nops but for `rep stosw` and behind it `movnti`.
final class Guest {
    static final Action WARN = new Action.WarnAndGeneralProtection(false);
    static final Action WARN_ONCE = new Action.WarnAndGeneralProtection(true);
    static final Action GENERAL_PROTECTION = new Action.GeneralProtection();
    static final Action BUG = new Action.Bug();
    static final Action PANIC = new Action.Panic();
    static final Action TERMINATE = new Action.Terminate();

    final GuestKernel kernel;
    final CpuState cpu = new CpuState();
    private final MemoryMap memory;

    private Guest(GuestKernel kernel, String code) {
        this.kernel = kernel;
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) 0x90);
        byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
        System.arraycopy(bytes, 0, page, (int) (Failures.RIP & 0xfff), bytes.length);
        memory = MemoryMap.builder().ram(Failures.RIP & ~0xfffL, page).build();
        cpu.setRip(Failures.RIP);
        cpu.setRflags(0x10246);
        cpu.setSegmentSelector(Segment.CS, 0x10);
        cpu.setSegmentSelector(Segment.SS, 0x18);
        cpu.setSegmentBase(Segment.GS, 0xffff_8880_3dc0_0000L);
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, 0x1111_1111_1111_1111L * i);
        }
        cpu.setGpr(Gpr.RSP, 0xffff_c900_0001_3d08L);
        cpu.setGpr(Gpr.RDI, Failures.GLA);
    }

    static Guest of(UnaryOperator<GuestKernel.Builder> options) {
        return new Guest(options.apply(GuestKernel.builder()).build(), "f3 66 ab 0f c3 07");
    }

    static Guest create() {
        return of(builder -> builder);
    }

    Outcome.Failed fail(String reason, Action action) {
        return fail(reason, action, Knobs.DEFAULT);
    }

    Outcome.Failed fail(String reason, Action action, Knobs knobs) {
        return fail(Failures.of(reason, "f3 66 ab", cpu.cpl(), cpu.rip(), Failures.GLA), action, knobs);
    }

    Outcome.Failed fail(Failure failure, Action action, Knobs knobs) {
        return fail(cpu, failure, action, knobs);
    }

    /// As [#fail], on another processor of the same guest.
    Outcome.Failed failOn(CpuState other, String reason, Action action) {
        return fail(other, Failures.of(reason), action, Knobs.DEFAULT);
    }

    private Outcome.Failed fail(CpuState cpu, Failure failure, Action action, Knobs knobs) {
        FailurePolicy policy = FailurePolicy.builder("test").rule(Condition.any(), action).knobs(knobs).build();
        Decision decision = policy.decide(failure);
        return kernel.follow(failure, decision, policy, cpu, memory);
    }

    /// The way in which a Failure with an action that leads to the #GP path or to BUG() ended.
    Ending end(Action action, Knobs knobs) {
        return ending(fail("mmio-decode-failed", action, knobs));
    }

    static Ending ending(Outcome.Failed outcome) {
        return switch (outcome) {
            case Outcome.GeneralProtection gp -> gp.ending();
            case Outcome.Bug bug -> bug.ending();
            case Outcome.Panic panic -> panic.ending();
            case Outcome.Recovered _, Outcome.Propagated _, Outcome.Terminated _, Outcome.Injected _, Outcome.Halted _,
                    Outcome.Aborted _, Outcome.VmmError _ ->
                throw new AssertionError("no ending: " + outcome);
        };
    }
}
