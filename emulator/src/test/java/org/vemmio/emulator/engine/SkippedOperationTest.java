package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.SkippedOperation;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

class SkippedOperationTest {
    private static TrapRun run(HandmadeTrap trap) {
        return trap.run(MmioEngine.builder().handler(new SkippingHandler()));
    }

    @ParameterizedTest
    @CsvSource({"8b 07, 2, mov", "f3 48 ab, 3, stosq", "d9 07, 2, fld", "06, 1, no such instruction"})
    void movesTheInstructionPointerAndNothingElse(String code, int length, String detail) {
        TrapRun run = run(HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", 4).answers(0x1234));
        assertThat(run).isEmulated().isComplete().hasSkipped().hasHazard(new Hazard(Hazard.Kind.SKIPPED, detail))
                .hasEffect(Outcome.Effect.NO_ACCESS).continuesAt(CODE + length).changedOnly()
                .accesses().areNone();
    }

    @Test
    void leavesTheFlagsOfASingleStep() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        machine.options = builder -> builder.handler(new SkippingHandler());
        machine.cpu.setRflags(Rflags.TF | Rflags.RF | 2);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).hasSkipped();
        before.setRip(TestMachine.CODE + 2);
        assertThat(machine.cpu).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 16})
    void refusesALengthThatNoInstructionHas(int length) {
        try (Decoder decoder = Decoder.open()) {
            Decoding decoding = decoder.decode(CodeMode.CODE64, new byte[]{(byte) 0x90});
            assertThatThrownBy(() -> new SkippedOperation(decoding, length))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an instruction has 1 to 15 bytes, not " + length);
        }
    }
}
