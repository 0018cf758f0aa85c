package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// What an engine does whatever the instruction: pages, widths, bounds, refusals, and what it keeps.
class MmioEngineTest {
    /// Answers reads with what the test sets, counts accesses, and takes the widths it is told.
    private static final class ScriptedBus implements MmioBus {
        int widths = UP_TO_8;
        int refuseAt = Integer.MAX_VALUE;
        int calls;

        @Override
        public long read(long gpa, int size) {
            count();
            return 0x8877_6655_4433_2211L >>> 8 * (gpa & 7);
        }

        @Override
        public void write(long gpa, int size, long value) {
            count();
        }

        @Override
        public int widths(long gpa) {
            return widths;
        }

        private void count() {
            if (++calls == refuseAt) {
                throw new DeviceRefusedException("it is busy");
            }
        }
    }

    private static FailureReason reason(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).failure().reason();
    }

    @Test
    void anAccessAcrossTwoDevicePagesIsTwoAccessesInAscendingOrder() {
        TestMachine machine = TestMachine.of("4889 07").at(0xffd).with(Gpr.RAX, 0x1122_3344_5566_7788L);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.effect()).isEqualTo(Outcome.Effect.SPLIT));
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "write 2 bytes at 0xfe000ffd = 0x7788", "write 1 byte at 0xfe000fff = 0x66",
                "write 4 bytes at 0xfe001000 = 0x22334455", "write 1 byte at 0xfe001004 = 0x11");
    }

    @Test
    void anAccessAcrossADeviceAndMemoryReachesBoth() {
        TestMachine machine = TestMachine.of("89 07").at(0x1ffe).with(Gpr.RAX, 0xaabb_ccddL);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses).extracting(Object::toString).containsExactly(
                "write 2 bytes at 0xfe001ffe = 0xccdd");
        assertThat(machine.memory.read(TestMachine.RAM, 4)).isEqualTo(0xaabb);

        TestMachine reader = TestMachine.of("8b 07").at(0x1ffe);
        reader.device.write(0x1ffe, 2, 0x1234);
        reader.memory.write(TestMachine.RAM, 2, 0x5678);
        reader.run();
        assertThat(reader.cpu.gpr(Gpr.RAX)).isEqualTo(0x5678_1234L);
    }

    @ParameterizedTest
    @CsvSource({
        "15, true, 8",
        "7, true, '4 4'",
        "3, true, '2 2 2 2'",
        "1, true, '1 1 1 1 1 1 1 1'",
        "8, true, 8",
        "8, false, 8"})
    void aWiderAccessIsSplitIntoTheWidestThatTheDeviceTakes(int widths, boolean splitting, String sizes) {
        TestMachine machine = TestMachine.of("488b 07").at(0);
        ScriptedBus bus = new ScriptedBus();
        bus.widths = widths;
        machine.bus = bus;
        machine.options = builder -> builder.splitting(splitting);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.accesses.stream().map(access -> String.valueOf(access.size())).toList())
                .containsExactly(sizes.split(" "));
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x8877_6655_4433_2211L);
    }

    @ParameterizedTest
    @CsvSource({"488b07, 7, false", "8b07, 3, false", "8a07, 4, true", "668b07, 12, true"})
    void aWidthThatCannotBeMadeUpIsRefusedBeforeAnyAccess(String code, int widths, boolean splitting) {
        TestMachine machine = TestMachine.of(code).at(0);
        ScriptedBus bus = new ScriptedBus();
        bus.widths = widths;
        machine.bus = bus;
        machine.options = builder -> builder.splitting(splitting);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(reason(machine.run())).isEqualTo(FailureReason.WIDTH_REFUSED);
        assertThat(bus.calls).isZero();
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void aDevicesRefusalLeavesTheRegistersAndTellsWhatWasDone() {
        TestMachine machine = TestMachine.of("488b 07").at(0);
        ScriptedBus bus = new ScriptedBus();
        bus.widths = 4;
        bus.refuseAt = 2;
        machine.bus = bus;
        CpuState before = CpuState.copyOf(machine.cpu);
        Failure failure = ((Outcome.Failed) machine.run()).failure();
        assertThat(failure.reason()).isEqualTo(FailureReason.DEVICE_REFUSED);
        assertThat(failure.detail()).isEqualTo("read of 4 bytes at 0xfe000004: it is busy");
        assertThat(failure.accesses()).extracting(Object::toString).containsExactly(
                "read 4 bytes at 0xfe000000 = 0x44332211");
        assertThat(failure.instruction()).hasValueSatisfying(
                instruction -> assertThat(instruction.mnemonic()).isEqualTo("mov"));
        assertThat(machine.cpu).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4889 07", "0f11 07"})
    void aRefusalLeavesTheMemoryBeforeTheDeviceAsItWas(String code) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RAX, -1).with(Gpr.RDI, 0x77_7ffc);
        machine.cpu.setVector(0, 0, -1);
        ScriptedBus bus = new ScriptedBus();
        bus.refuseAt = 1;
        machine.bus = bus;
        MemoryMap memory = MemoryMap.builder().code(TestMachine.CODE, HexFormat.of().parseHex(code.replace(" ", "")))
                .ram(0x77_7000, new byte[0x1000]).device(0x77_8000, TestMachine.GPA, 0x1000).build();
        try (MmioEngine engine = machine.engine()) {
            assertThat(reason(engine.handle(machine.trap, machine.cpu, memory)))
                    .isEqualTo(FailureReason.DEVICE_REFUSED);
        }
        assertThat(memory.read(0x77_7ffc, 4)).isZero();
    }

    @Test
    void whatADeviceThrowsOtherwiseReachesTheCaller() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        machine.bus = new MmioBus() {
            @Override
            public long read(long gpa, int size) {
                throw new IllegalStateException("a defect of the simulator");
            }

            @Override
            public void write(long gpa, int size, long value) {
            }
        };
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThatThrownBy(machine::run).isInstanceOf(IllegalStateException.class)
                .hasMessage("a defect of the simulator");
        assertThat(machine.cpu).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void aBoundedRepContinuesToTheSameEndAsAnUnboundedOne(int bound) {
        TestMachine whole = TestMachine.of("f3 66ab").at(0).with(Gpr.RCX, 50).with(Gpr.RAX, 0x1234);
        whole.run();
        TestMachine pieces = TestMachine.of("f3 66ab").at(0).with(Gpr.RCX, 50).with(Gpr.RAX, 0x1234);
        pieces.options = builder -> builder.repeatBound(bound);
        int calls = 0;
        try (MmioEngine engine = pieces.engine()) {
            Outcome outcome;
            do {
                long left = pieces.cpu.gpr(Gpr.RCX);
                outcome = engine.handle(pieces.trap, pieces.cpu, pieces.memory);
                calls++;
                assertThat(pieces.cpu.gpr(Gpr.RCX)).isEqualTo(Math.max(0, left - bound));
                assertThat(pieces.cpu.gpr(Gpr.RDI)).isEqualTo(TestMachine.DEVICE + 2 * (50 - pieces.cpu.gpr(Gpr.RCX)));
            } while (outcome instanceof Outcome.Emulated emulated && !emulated.complete());
        }
        assertThat(calls).isEqualTo((50 + bound - 1) / bound);
        assertThat(pieces.cpu).isEqualTo(whole.cpu);
        assertThat(pieces.accesses).isEqualTo(whole.accesses);
    }

    @Test
    void aRepThatIsRefusedStaysAtItsLastWholeIteration() {
        TestMachine machine = TestMachine.of("f3 a4").with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, TestMachine.DEVICE + 0x100)
                .with(Gpr.RCX, 10);
        ScriptedBus bus = new ScriptedBus();
        bus.refuseAt = 8;
        machine.bus = bus;
        Failure failure = ((Outcome.Failed) machine.run()).failure();
        assertThat(failure.accesses()).hasSize(7);
        assertThat(List.of(machine.cpu.gpr(Gpr.RCX), machine.cpu.gpr(Gpr.RSI), machine.cpu.gpr(Gpr.RDI),
                machine.cpu.rip())).containsExactly(7L, TestMachine.DEVICE + 3, TestMachine.DEVICE + 0x103, TestMachine.CODE);
    }

    @ParameterizedTest
    @CsvSource({
        "0f05, NO_MEMORY_OPERAND", "d9c0, NO_MEMORY_OPERAND", "488d07, NO_MEMORY_OPERAND",
        "0fae07, UNSUPPORTED_INSTRUCTION", "dd07, UNSUPPORTED_INSTRUCTION", "8ed8, NO_MEMORY_OPERAND",
        "8e1f, UNSUPPORTED_INSTRUCTION", "06, UNDECODABLE", "8b, FETCH_FAULT"})
    void whatIsNotExecutedIsRefusedByName(String code, FailureReason reason) {
        TestMachine machine = TestMachine.of(code).at(0);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(reason(machine.run())).isEqualTo(reason);
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void aPrivateAddressIsNoDevice() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        machine.trap = new Trap(Trap.EPT_VIOLATION, 0, TestMachine.DEVICE, TestMachine.GPA, true);
        assertThat(reason(machine.run())).isEqualTo(FailureReason.PRIVATE_ADDRESS);
    }

    @Test
    void aSmallCacheGivesTheSameAnswers() {
        TestMachine machine = TestMachine.of("");
        machine.options = builder -> builder.cacheSize(1);
        try (MmioEngine engine = machine.engine()) {
            for (int round = 0; round < 3; round++) {
                for (int offset = 0; offset < 40; offset++) {
                    machine.device.write(offset, 1, offset);
                    machine.cpu.setRip(TestMachine.CODE);
                    machine.cpu.setGpr(Gpr.RDI, TestMachine.DEVICE);
                    byte[] code = {(byte) 0x8a, 0x47, (byte) offset};
                    engine.handle(machine.trap, machine.cpu, MemoryMap.builder().code(TestMachine.CODE, code)
                            .device(TestMachine.DEVICE, TestMachine.GPA, 0x1000).build());
                    assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(offset);
                }
            }
        }
    }

    @Test
    void theSameBytesInAnotherModeAreAnotherInstruction() {
        TestMachine machine = TestMachine.of("48 8b07").at(0);
        machine.device.write(0, 8, 0x1122_3344_5566_7788L);
        try (MmioEngine engine = machine.engine()) {
            engine.handle(machine.trap, machine.cpu, machine.memory);
            assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x1122_3344_5566_7788L);
            machine.cpu.setMode(CodeMode.CODE32);
            machine.cpu.setRip(TestMachine.CODE);
            Outcome outcome = engine.handle(machine.trap, machine.cpu, machine.memory);
            assertThat(reason(outcome)).isEqualTo(FailureReason.NO_MEMORY_OPERAND);
        }
    }

    /// Zeros stand behind bytes that end early, so that a cut-off instruction may look like another one in full.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesThatEndEarlyAreNotTakenForOnesThatEndInAZero(boolean cutFirst) {
        TestMachine machine = TestMachine.of("8b4700").at(0);
        machine.device.write(0, 4, 0x55);
        MemoryMap cut = MemoryMap.builder().device(TestMachine.DEVICE, TestMachine.GPA, 0x1000)
                .code(TestMachine.CODE, HexFormat.of().parseHex("8b47")).build();
        try (MmioEngine engine = machine.engine()) {
            for (MemoryMap memory : cutFirst ? List.of(cut, machine.memory) : List.of(machine.memory, cut)) {
                machine.cpu.setRip(TestMachine.CODE);
                Outcome outcome = engine.handle(machine.trap, machine.cpu, memory);
                if (memory == cut) {
                    assertThat(reason(outcome)).isEqualTo(FailureReason.FETCH_FAULT);
                } else {
                    assertThat(outcome).isInstanceOf(Outcome.Emulated.class);
                    assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x55);
                }
            }
        }
    }

    @Test
    void theOutcomeOfARepeatedTrapIsTheSameObject() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        try (MmioEngine engine = machine.engine()) {
            Outcome first = engine.handle(machine.trap, machine.cpu, machine.memory);
            machine.cpu.setRip(TestMachine.CODE);
            assertThat(engine.handle(machine.trap, machine.cpu, machine.memory)).isSameAs(first);
        }
    }

    @Test
    void anEngineBelongsToTheThreadThatBuiltIt() throws InterruptedException {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (MmioEngine engine = machine.engine()) {
            Thread other = new Thread(() -> engine.handle(machine.trap, machine.cpu, machine.memory));
            other.setUncaughtExceptionHandler((thread, problem) -> thrown.set(problem));
            other.start();
            other.join();
        }
        assertThat(thrown.get()).isInstanceOf(WrongThreadException.class);
    }

    @Test
    void aClosedEngineRefusesToWork() {
        TestMachine machine = TestMachine.of("8b 07").at(0);
        MmioEngine engine = machine.engine();
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.handle(machine.trap, machine.cpu, machine.memory))
                .isInstanceOf(IllegalStateException.class).hasMessage("the engine is closed");
    }

    @Test
    void aBuilderSaysWhatIsMissingOrWrong() {
        assertThatThrownBy(() -> MmioEngine.builder().build()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a bus");
        assertThatThrownBy(() -> MmioEngine.builder().bus(new ScriptedBus()).repeatBound(0).build())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 1, not 0");
        assertThatThrownBy(() -> MmioEngine.builder().bus(new ScriptedBus()).cacheSize(0).build())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 1");
    }
}
