package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Failures;

class RegistersTest {
    private static final int BASE = 0x1_0000;
    private static final int RIP = 0x100;

    @ParameterizedTest
    @EnumSource(value = CodeMode.class, names = {"CODE16", "CODE32"})
    void findTheCodeThroughTheBaseOfCs(CodeMode mode) {
        byte[] page = new byte[0x1000];
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) i;
        }
        MemoryMap memory = MemoryMap.builder().ram(BASE, page).build();
        CpuState cpu = new CpuState();
        cpu.setMode(mode);
        cpu.setSegmentBase(Segment.CS, BASE);
        cpu.setRip(RIP);
        GuestKernel kernel = GuestKernel.create();
        Failure failure = Failures.of("string-move");
        FailurePolicy policy =
                FailurePolicy.builder("test").rule(Condition.any(), Guest.GENERAL_PROTECTION).build();

        kernel.follow(failure, policy.decide(failure), policy, cpu, memory);

        assertThat(kernel.log().getFirst()).isInstanceOfSatisfying(LogEntry.Oops.class, oops -> {
            Registers registers = oops.crash().registers();
            assertThat(registers.rip()).isEqualTo(RIP);
            assertThat(registers.faulting()).isEqualTo(42);
            assertThat(registers.code()).isEqualTo(Arrays.copyOfRange(page, RIP - 42, RIP + 22));
        });
    }
}
