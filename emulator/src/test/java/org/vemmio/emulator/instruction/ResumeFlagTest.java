package org.vemmio.emulator.instruction;

import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// RFLAGS.RF, which the processor clears once an instruction has been executed (Intel SDM vol. 3, 17.3.1.1).
class ResumeFlagTest {
    private static final long OTHERS = 2 | Rflags.IF | Rflags.AC | Rflags.CF;

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", 3).with("rflags", OTHERS | Rflags.RF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"89 07", "f7 17", "ab", "f3 ab"})
    void aCompleteInstructionClearsIt(String code) {
        assertThat(trap(code).answers(0).run("architectural", "propagate")).isComplete()
                .hasRegister("rflags", OTHERS);
    }

    /// It stays for the iterations that are left, so that they do not meet the breakpoint again.
    @Test
    void aRepetitionKeepsItUntilItsEnd() {
        TrapRun run = trap("f3 ab").run(MmioEngine.builder().repeatBound(2));
        assertThat(run).isIncomplete().hasRegister("rcx", 1).hasRegister("rflags", OTHERS | Rflags.RF)
                .hasRegister("rip", CODE);
    }

    @Test
    void aFaultLeavesIt() {
        assertThat(trap("89 07").with("rdi", 0x77_7000).run("architectural", "propagate"))
                .isException(Outcome.Exception.PF).changedNothing();
    }

    /// Linux advances `regs->ip` alone (arch/x86/coco/tdx/tdx.c, `tdx_handle_virt_exception`; arch/x86/coco/sev/core.c,
    /// `vc_finish_insn`).
    @ParameterizedTest
    @ValueSource(strings = {"linux-tdx", "linux-sev"})
    void theKernelLeavesIt(String handler) {
        assertThat(trap("89 07").run(handler, "propagate")).isComplete().changedOnly();
    }
}
