package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.ExceptionEntry;
import org.vemmio.emulator.kernel.ExceptionTable;
import org.vemmio.emulator.kernel.FixupType;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;

/// What an engine does where a policy recovers by another handler, or skips the instruction.
class RecoveryTest {
    private static final long KERNEL_HALF = 0xffff_8880_0000_0000L;
    private static final String PADDING = "90".repeat(14);

    private static Action by(String handler) {
        return new Action.Recover(new Recovery.Handler(handler));
    }

    private static Action skip(boolean ones) {
        return new Action.Recover(new Recovery.Skip(ones));
    }

    private static FailurePolicy policy(Action action) {
        return FailurePolicy.builder("test").rule(Condition.any(), action).build();
    }

    private static TestMachine machine(CodeMode mode, String code, String handler, Action action) {
        TestMachine machine = new TestMachine(mode, code + PADDING).at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named(handler)).policy(policy(action));
        machine.trap = Trap.at(KERNEL_HALF, TestMachine.GPA);
        return machine;
    }

    private static TestMachine machine(String code, Action action) {
        return machine(CodeMode.CODE64, code, "linux-tdx", action);
    }

    private static Outcome.Recovered recovered(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Recovered.class);
        return (Outcome.Recovered) outcome;
    }

    private static Failure propagated(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Propagated.class);
        return ((Outcome.Propagated) outcome).failure();
    }

    @Test
    void anotherHandlerEmulatesARepFromTrapToTrap() {
        TestMachine machine = machine("f366ab", by("architectural")).with(Gpr.RCX, 5).with(Gpr.RAX, 0x1234);
        var options = machine.options;
        machine.options = builder -> options.apply(builder).repeatBound(2);
        try (MmioEngine engine = machine.engine()) {
            for (int left = 3; left >= -1; left -= 2) {
                Outcome.Recovered outcome = recovered(engine.handle(machine.trap, machine.cpu, machine.memory));
                assertThat(outcome.failure().reason()).isEqualTo(FailureReason.MMIO_DECODE_FAILED);
                boolean complete = left < 0;
                assertThat(outcome.by()).isInstanceOfSatisfying(Outcome.Emulated.class,
                        emulated -> assertThat(emulated.complete()).isEqualTo(complete));
                assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(Math.max(0, left));
                assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + (complete ? 3 : 0));
            }
        }
        assertThat(machine.accesses).hasSize(5);
    }

    @Test
    void theFirstFailureIsKeptWhereTheOtherHandlerFailsToo() {
        Failure failure = propagated(machine("0fae07", by("architectural")).run());
        assertThat(failure.reason()).isEqualTo(FailureReason.MMIO_DECODE_FAILED);
        assertThat(failure.handler()).isEqualTo("linux-tdx-6.12");
        assertThat(failure.detail()).isEqualTo(
                "fxsave; architectural: an instruction that is not supported: fxsave (XSAVE and FXSAVE)");
    }

    @ParameterizedTest
    @CsvSource({"architectural, architectural", "linux-tdx, linux-tdx-6.12", "linux-tdx-6.12, linux-tdx"})
    void theHandlerThatFailedIsNotAskedAgain(String first, String second) {
        TestMachine machine = machine(CodeMode.CODE64, "8b07", first, by(second));
        int[] reads = new int[1];
        machine.bus = new MmioBus() {
            @Override
            public long read(long gpa, int size) {
                reads[0]++;
                throw new DeviceRefusedException("it is busy");
            }

            @Override
            public void write(long gpa, int size, long value) {
            }
        };
        Failure failure = propagated(machine.run());
        assertThat(failure.reason()).isEqualTo(FailureReason.DEVICE_REFUSED);
        assertThat(failure.detail()).isEqualTo("read of 4 bytes at 0xfe000000: it is busy");
        assertThat(reads[0]).isEqualTo(1);
    }

    @Test
    void aHandlerThatDoesNotExistIsToldWhenTheEngineIsBuilt() {
        MmioEngine.Builder builder = MmioEngine.builder().bus(TestMachine.of("").bus).policy(policy(by("linux-tdk")));
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no handler 'linux-tdk'; did you mean 'linux-tdx'?");
    }

    @Test
    void anAddressThatTheKernelRefusesIsNoneToTheProcessor() {
        TestMachine machine = machine("8b07", by("architectural"));
        machine.trap = Trap.at(TestMachine.DEVICE, TestMachine.GPA);
        machine.device.write(0, 4, 0xcafe);
        assertThat(recovered(machine.run()).failure().reason()).isEqualTo(FailureReason.USER_ADDRESS);
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0xcafe);
    }

    @ParameterizedTest
    @CsvSource({"66a5, true, 0xffff", "66a5, false, 0x0", "a4, true, 0x55ff", "48a5, true, 0xffffffffffffffff"})
    void aSkippedInstructionReadsWhatItIsTold(String code, boolean ones, String memory) {
        TestMachine machine = machine(code, skip(ones)).with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, TestMachine.RAM);
        machine.memory.write(TestMachine.RAM, 2, 0x5555);
        assertThat(recovered(machine.run()).by()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.memory.read(TestMachine.RAM, 8)).isEqualTo(Long.parseUnsignedLong(memory.substring(2), 16));
        assertThat(machine.accesses).isEmpty();
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + code.length() / 2);
    }

    @Test
    void aSkippedInstructionWritesNothingToADevice() {
        TestMachine machine = machine("66ab", skip(true)).with(Gpr.RAX, 0x1234);
        machine.device.write(0, 2, 0x5555);
        assertThat(recovered(machine.run()).by()).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.device.read(0, 2)).isEqualTo(0x5555);
        assertThat(machine.accesses).isEmpty();
        assertThat(machine.cpu.gpr(Gpr.RDI)).isEqualTo(TestMachine.DEVICE + 2);
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
    }

    @Test
    void aSkippedRepCountsDownFromTrapToTrap() {
        TestMachine machine = machine("f3a4", skip(true)).with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, TestMachine.RAM)
                .with(Gpr.RCX, 3);
        var options = machine.options;
        machine.options = builder -> options.apply(builder).repeatBound(2);
        try (MmioEngine engine = machine.engine()) {
            assertThat(recovered(engine.handle(machine.trap, machine.cpu, machine.memory)).by())
                    .isInstanceOfSatisfying(Outcome.Emulated.class, by -> assertThat(by.complete()).isFalse());
            assertThat(machine.cpu.gpr(Gpr.RCX)).isEqualTo(1);
            assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE);
            recovered(engine.handle(machine.trap, machine.cpu, machine.memory));
        }
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
        assertThat(machine.memory.read(TestMachine.RAM, 4)).isEqualTo(0xff_ffff);
    }

    @Test
    void aPrivateAddressCanBeSkipped() {
        TestMachine machine = machine("8b07", skip(true));
        machine.trap = new Trap(Trap.EPT_VIOLATION, 0, KERNEL_HALF, TestMachine.GPA, true);
        assertThat(recovered(machine.run()).failure().reason()).isEqualTo(FailureReason.PRIVATE_ADDRESS);
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0xffff_ffffL);
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
    }

    @Test
    void aSkippedLoadAcrossAPageReadsWhereWidthsAreNotSplit() {
        TestMachine machine = machine("488b07", skip(true)).at(0xffd);
        var options = machine.options;
        machine.options = builder -> options.apply(builder).splitting(false);
        assertThat(recovered(machine.run()).failure().reason()).isEqualTo(FailureReason.PAGE_SPLIT);
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(-1);
    }

    @Test
    void aFaultOfASkippedInstructionIsTheGuests() {
        TestMachine machine = machine("66a5", skip(true)).with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, 0x77_7000);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(recovered(machine.run()).by()).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
            assertThat(fault.vector()).isEqualTo(Outcome.Exception.PF);
            assertThat(fault.address()).isEqualTo(0x77_7000);
        });
        assertThat(machine.cpu).isEqualTo(before);
    }

    @Test
    void anInstructionThatIsNotExecutedIsPassedOver() {
        TestMachine machine = machine("0fae07", skip(true));
        CpuState after = CpuState.copyOf(machine.cpu);
        after.setRip(TestMachine.CODE + 3);
        assertThat(recovered(machine.run()).by()).isNull();
        assertThat(machine.cpu).isEqualTo(after);
    }

    @Test
    void passingOverWrapsWithTheCodeSegment() {
        TestMachine machine = machine(CodeMode.CODE16, "0fae07", "architectural", skip(true));
        machine.cpu.setRip(0xfffe);
        MemoryMap memory = MemoryMap.builder()
                .code(TestMachine.CODE + 0xfffe, new byte[] {0x0f, (byte) 0xae, 0x07}).build();
        try (MmioEngine engine = machine.engine()) {
            assertThat(recovered(engine.handle(machine.trap, machine.cpu, memory)).by()).isNull();
        }
        assertThat(machine.cpu.rip()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06", "c4ffff"})
    void bytesThatAreNoInstructionCannotBeSkipped(String code) {
        TestMachine machine = machine(code, skip(false));
        CpuState before = CpuState.copyOf(machine.cpu);
        propagated(machine.run());
        assertThat(machine.cpu).isEqualTo(before);
    }

    /// A load that begins three bytes before a device: `load_unaligned_zeropad`, in the kernels of both histories.
    @ParameterizedTest
    @CsvSource({"5.19, false", "6.1, false", "6.5, true", "6.12, true"})
    void aLoadIntoADeviceIsPaddedSinceTheKernelIsToldTheAddress(String version, boolean padded) {
        long code = 0xffff_ffff_8100_0000L;
        long device = KERNEL_HALF + 0x1000;
        TestMachine machine = TestMachine.of("").with(Gpr.RDI, device - 3).with(Gpr.RAX, 0x5555);
        machine.cpu.setRip(code);
        MemoryMap memory = MemoryMap.builder().code(code, HexFormat.of().parseHex("488b07" + PADDING))
                .ram(device - 8, new byte[] {0, 1, 2, 3, 4, 5, 6, 7}).device(device, TestMachine.GPA, 0x1000).build();
        GuestKernel kernel = GuestKernel.builder().exceptionTable(ExceptionTable.of(
                List.of(ExceptionEntry.of(code, code + 3, FixupType.ZEROPAD)))).build();
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-tdx-" + version)).kernel(kernel)
                .policy(FailurePolicy.preset("linux-" + version));
        try (MmioEngine engine = machine.engine()) {
            Outcome outcome = engine.handle(Trap.at(device, TestMachine.GPA), machine.cpu, memory);
            assertThat(outcome).isInstanceOfSatisfying(Outcome.GeneralProtection.class, gp -> {
                assertThat(gp.failure().reason()).isEqualTo(FailureReason.PAGE_SPLIT);
                assertThat(gp.warned()).isFalse();
                assertThat(gp.ending()).isInstanceOf(padded ? Ending.Fixup.class : Ending.Oops.class);
            });
        }
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(padded ? 0x07_0605 : 0x5555);
        assertThat(machine.cpu.rip()).isEqualTo(code + (padded ? 3 : 0));
        assertThat(machine.accesses).isEmpty();
    }

    /// Two processors of one guest: its once-only warning has fired for both.
    @Test
    void enginesOfOneGuestShareItsKernel() {
        GuestKernel kernel = GuestKernel.create();
        List<Boolean> warned = new ArrayList<>();
        for (String code : List.of("66ab", "0fc307")) {
            TestMachine machine = machine(code, new Action.WarnAndGeneralProtection(true));
            var options = machine.options;
            machine.options = builder -> options.apply(builder).kernel(kernel);
            warned.add(((Outcome.GeneralProtection) machine.run()).warned());
        }
        assertThat(warned).containsExactly(true, false);
        assertThat(kernel.oopses()).isEqualTo(2);
    }

    @Test
    void aKernelThatHasStoppedRecoversFromNothing() {
        GuestKernel kernel = GuestKernel.create();
        for (Action action : new Action[] {new Action.Panic(), skip(true), by("architectural")}) {
            TestMachine machine = machine("66a5", action).with(Gpr.RSI, TestMachine.DEVICE).with(Gpr.RDI, TestMachine.RAM);
            var options = machine.options;
            machine.options = builder -> options.apply(builder).kernel(kernel);
            CpuState before = CpuState.copyOf(machine.cpu);
            assertThat(machine.run()).isInstanceOf(Outcome.Panic.class);
            assertThat(machine.cpu).isEqualTo(before);
        }
        assertThat(kernel.hasStopped()).isTrue();
    }
}
