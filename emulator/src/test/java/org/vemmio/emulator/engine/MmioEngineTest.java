package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What an engine does whatever the instruction: pages, widths, bounds, refusals, and what it keeps.
class MmioEngineTest {
    private static String reason(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).failure().check().label();
    }

    @Test
    void anAccessAcrossTwoDevicePagesIsTwoAccessesInAscendingOrder() {
        assertThat(HandmadeTrap.of("4889 07").with("rdi", DEVICE + 0xffd).with("rax", 0x1122_3344_5566_7788L)
                .window(DEVICE, DEVICE_GPA, 0x2000).holds("").run()).hasEffect(Outcome.Effect.SPLIT)
                .accesses().haveTexts("write 2 bytes at 0xfe000ffd = 0x7788", "write 1 byte at 0xfe000fff = 0x66",
                        "write 4 bytes at 0xfe001000 = 0x22334455", "write 1 byte at 0xfe001004 = 0x11");
    }

    @Test
    void anAccessAcrossADeviceAndMemoryReachesBoth() {
        long behind = DEVICE + 0x1000;
        TrapRun stored = HandmadeTrap.of("89 07").with("rdi", behind - 2).with("rax", 0xaabb_ccddL)
                .memory(behind, "00000000").run();
        assertThat(stored).isEmulated().accesses().haveTexts("write 2 bytes at 0xfe000ffe = 0xccdd");
        assertThat(stored.memory().read(behind, 4)).isEqualTo(0xaabb);

        assertThat(HandmadeTrap.of("8b 07").with("rdi", behind - 2).answers(0x1234).memory(behind, "7856").run())
                .isEmulated().hasRegister("rax", 0x5678_1234L);
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
        TrapRun run = HandmadeTrap.of("488b 07").with("rdi", DEVICE).widths(widths).holds("1122334455667788")
                .run(MmioEngine.builder().splitting(splitting));
        assertThat(run).isEmulated().hasRegister("rax", 0x8877_6655_4433_2211L)
                .accesses().haveSizes(Stream.of(sizes.split(" ")).mapToInt(Integer::parseInt).toArray());
    }

    @ParameterizedTest
    @CsvSource({"488b07, 7, false", "8b07, 3, false", "8a07, 4, true", "668b07, 12, true"})
    void aWidthThatCannotBeMadeUpIsRefusedBeforeAnyAccess(String code, int widths, boolean splitting) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).widths(widths)
                .run(MmioEngine.builder().splitting(splitting))).hasCheck("width-refused").changedNothing()
                .accesses().areNone();
    }

    @Test
    void aDevicesRefusalLeavesTheRegistersAndTellsWhatWasDone() {
        assertThat(HandmadeTrap.of("488b 07").with("rdi", DEVICE).widths(4).answers(0x4433_2211).refusesAfter(1).run())
                .hasCheck("device-refused").changedNothing()
                .failure().hasDetail("read of 4 bytes at 0xfe000004: the test has it refuse").hasMnemonic("mov")
                .accesses().haveTexts("read 4 bytes at 0xfe000000 = 0x44332211");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4889 07", "0f11 07"})
    void aRefusalLeavesTheMemoryBeforeTheDeviceAsItWas(String code) {
        TrapRun run = HandmadeTrap.of(code).with("rax", -1).with("rdi", DEVICE - 4).vector(0, "ff".repeat(8))
                .memory(DEVICE - 16, "00".repeat(16)).refusesAfter(0).run();
        assertThat(run).hasCheck("device-refused");
        assertThat(run.memory().read(DEVICE - 4, 4)).isZero();
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
        HandmadeTrap trap = HandmadeTrap.of("f3 66ab").with("rdi", DEVICE).with("rcx", 50).with("rax", 0x1234);
        TrapRun whole = trap.run();
        List<TrapRun> pieces = trap.runToTheEnd(MmioEngine.builder().repeatBound(bound));
        assertThat(pieces).hasSize((50 + bound - 1) / bound);
        for (int i = 0; i < pieces.size(); i++) {
            int left = Math.max(0, 50 - (i + 1) * bound);
            assertThat(pieces.get(i)).hasRegister("rcx", left).hasRegister("rdi", DEVICE + 2 * (50 - left));
        }
        assertThat(pieces.getLast().after()).isEqualTo(whole.after());
        assertThat(pieces.stream().flatMap(piece -> piece.accesses().stream()).toList()).isEqualTo(whole.accesses());
    }

    @Test
    void aRepThatIsRefusedStaysAtItsLastWholeIteration() {
        assertThat(HandmadeTrap.of("f3 a4").with("rsi", DEVICE).with("rdi", DEVICE + 0x100).with("rcx", 10)
                .answers(new long[10]).refusesAfter(7).run()).hasCheck("device-refused")
                .hasRegister("rcx", 7).hasRegister("rsi", DEVICE + 3).hasRegister("rdi", DEVICE + 0x103)
                .continuesAt(CODE).failure().accesses().hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({
        "0f05, no-memory-operand", "d9c0, no-memory-operand", "488d07, no-memory-operand",
        "0fae07, unsupported-instruction", "dd07, unsupported-instruction", "8ed8, no-memory-operand",
        "8e1f, unsupported-instruction", "06, undecodable", "8b, fetch-fault"})
    void whatIsNotExecutedIsRefusedByName(String code, String reason) {
        assertThat(HandmadeTrap.of(code).withNothingBehind().with("rdi", DEVICE).run()).hasCheck(reason)
                .changedNothing();
    }

    @Test
    void aPrivateAddressIsNoDevice() {
        assertThat(HandmadeTrap.of("8b 07").with("rdi", DEVICE).onPrivateMemory().run())
                .hasCheck("private-address");
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
            assertThat(reason(outcome)).isEqualTo("no-memory-operand");
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
                    assertThat(reason(outcome)).isEqualTo("fetch-fault");
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
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, MmioEngine.MAX_REPEAT_BOUND + 1, Integer.MAX_VALUE})
    void aBoundOnIterationsOutOfItsRangeIsRefused(int bound) {
        MmioEngine.Builder builder = MmioEngine.builder().bus(DeviceMap.builder().build());
        assertThatThrownBy(() -> builder.repeatBound(bound).build()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the bound on iterations is 1 to 131072, not " + bound);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, MmioEngine.MAX_CACHE_SIZE + 1, 2_147_483_644, Integer.MAX_VALUE})
    void aCacheSizeOutOfItsRangeIsRefused(int size) {
        MmioEngine.Builder builder = MmioEngine.builder().bus(DeviceMap.builder().build());
        assertThatThrownBy(() -> builder.cacheSize(size).build()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cache holds 1 to 1048576 instructions, not " + size);
    }

    /// Each iteration of `rep movsq` from device to device is sixteen accesses where these take single bytes.
    @Test
    void theGreatestBoundsWork() {
        TrapRun run = HandmadeTrap.of("f3 48a5").with("rsi", DEVICE).with("rdi", DEVICE).with("rcx", -1)
                .window(DEVICE, DEVICE_GPA, 0x20_0000).bus(new MmioBus() {
                    @Override
                    public long read(long gpa, int size) {
                        return 0;
                    }

                    @Override
                    public void write(long gpa, int size, long value) {
                    }

                    @Override
                    public int widths(long gpa) {
                        return 1;
                    }
                }).run(MmioEngine.builder().repeatBound(MmioEngine.MAX_REPEAT_BOUND)
                        .cacheSize(MmioEngine.MAX_CACHE_SIZE));
        assertThat(run).isIncomplete().hasRegister("rcx", -1 - MmioEngine.MAX_REPEAT_BOUND);
    }
}
