package org.vemmio.emulator.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;

class RecordedTrapTest {
    private static RecordedTrap trap(Consumer<RecordedTrap.Builder> change) {
        RecordedTrap.Builder builder = RecordedTrap.builder().code((byte) 0x90).address(0x2004, 0x9004);
        change.accept(builder);
        return builder.build();
    }

    static Stream<Consumer<RecordedTrap.Builder>> parts() {
        return Stream.of(
                builder -> builder.before(ProcessorState.of(cpu -> cpu.setMask(7, 1))),
                builder -> builder.code((byte) 0x91),
                builder -> builder.address(0x2005, 0x9004),
                builder -> builder.address(0x2004, 0x9005),
                builder -> builder.privateAddress(true),
                builder -> builder.withoutPage(),
                builder -> builder.window(new DeviceWindow(0x2000, 0x9000, 4095)),
                builder -> builder.memory(new ByteRange(0x5000, new byte[1])),
                builder -> builder.access(DeviceAccess.write(0x9004, new byte[1])),
                builder -> builder.backing(new ByteRange(0x9004, new byte[1])),
                builder -> builder.backing(new ByteRange(0x9004, new byte[1]))
                        .changed(new ByteRange(0x9004, new byte[1])),
                builder -> builder.context(Context.Kind.INIT),
                builder -> builder.labels(new TrapLabels("vga", "", "")),
                builder -> builder.labels(new TrapLabels("", "mov", "")),
                builder -> builder.labels(new TrapLabels("", "", "zen5")),
                builder -> builder.assumed(List.of("gpa")),
                builder -> builder.expect(Expectation.Emulated.at(1)));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void isEqualIfEveryPartIs(Consumer<RecordedTrap.Builder> change) {
        RecordedTrap changed = trap(change);
        assertThat(changed).isNotEqualTo(trap(_ -> { }));
        assertThat(changed).isEqualTo(trap(change.andThen(builder -> builder.line(7))))
                .hasSameHashCodeAs(trap(change));
    }

    static Stream<Consumer<CpuState>> registers() {
        return Stream.of(cpu -> cpu.setMode(CodeMode.CODE16), cpu -> cpu.setCpl(3), cpu -> cpu.setRip(1),
                cpu -> cpu.setRflags(0x46), cpu -> cpu.setGpr(15, 1), cpu -> cpu.setSegmentBase(5, 1),
                cpu -> cpu.setSegmentLimit(0, 0xffff), cpu -> cpu.setSegmentSelector(1, 3),
                cpu -> cpu.setVector(31, 7, 1), cpu -> cpu.setMask(7, 1), cpu -> cpu.setMmx(7, 1), cpu -> cpu.setCr0(0),
                cpu -> cpu.setCr4(0), cpu -> cpu.setXcr0(0), cpu -> cpu.setPasid(5), cpu -> cpu.setX87Control(0),
                cpu -> cpu.setX87Status(0x3800), cpu -> cpu.setX87Tag(0), cpu -> cpu.setX87Exponent(7, 0x3fff),
                cpu -> {
                    cpu.setMmx(2, 5);
                    cpu.setX87Exponent(2, 0);
                });
    }

    @ParameterizedTest
    @MethodSource("registers")
    void keepsEveryRegister(Consumer<CpuState> change) {
        CpuState cpu = new CpuState();
        change.accept(cpu);
        ProcessorState state = ProcessorState.of(cpu);
        assertThat(state.toCpu()).isEqualTo(cpu);
        assertThat(state).isEqualTo(ProcessorState.of(CpuState.copyOf(cpu)))
                .isNotEqualTo(ProcessorState.of(new CpuState()));
        cpu.setGpr(3, 77);
        assertThat(state.toCpu().gpr(3)).isZero();
    }

    @Test
    void givesNothingAwayThatCanBeChanged() {
        byte[] code = {1, 2};
        RecordedTrap trap = trap(builder -> builder.code(code));
        code[0] = 9;
        trap.code()[1] = 9;
        trap.cpu().setGpr(0, 9);
        assertThat(trap).isEqualTo(trap(builder -> builder.code((byte) 1, (byte) 2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void aVectorRegisterHasFourLanesOrEight(int lanes) {
        assertThatIllegalArgumentException().isThrownBy(() -> new VectorRegisters(
                Map.of(0, Collections.nCopies(lanes, 1L)), Map.of(), Map.of()));
    }
}
