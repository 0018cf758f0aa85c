package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.kernel.ExceptionEntry;
import org.vemmio.emulator.kernel.ExceptionTable;
import org.vemmio.emulator.kernel.FixupType;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What an engine does where a policy recovers by another handler, or skips the instruction.
class RecoveryTest {
    private static final long RAM = 0x1000;

    private static Action by(String handler) {
        return new Action.Recover(new Recovery.Handler(handler));
    }

    private static Action skip(boolean ones) {
        return new Action.Recover(new Recovery.Skip(ones));
    }

    private static FailurePolicy policy(Action action) {
        return FailurePolicy.builder("test").rule(Condition.any(), action).build();
    }

    private static MmioEngine.Builder engine(String handler, Action action) {
        return MmioEngine.builder().handler(TrapHandlers.named(handler)).policy(policy(action));
    }

    private static MmioEngine.Builder engine(Action action) {
        return engine("linux-tdx", action);
    }

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE);
    }

    /// What was executed instead of the instruction that was refused.
    private static @Nullable Outcome by(TrapRun run) {
        assertThat(run).isRecovered();
        return ((Outcome.Recovered) run.outcome()).by();
    }

    @Test
    void anotherHandlerEmulatesARepFromTrapToTrap() {
        List<TrapRun> runs = trap("f366ab").with("rcx", 5).with("rax", 0x1234)
                .runToTheEnd(engine(by("architectural")).repeatBound(2));
        assertThat(runs).hasSize(3);
        for (int i = 0; i < 3; i++) {
            TrapRun run = runs.get(i);
            assertThat(run).hasCheck("mmio-decode-failed").isRecoveredBy("architectural")
                    .hasRegister("rcx", Math.max(0, 3 - 2 * i)).continuesAt(CODE + (i == 2 ? 3 : 0))
                    .accesses().hasSize(i == 2 ? 1 : 2);
            assertThat(((Outcome.Emulated) by(run)).complete()).isEqualTo(i == 2);
        }
    }

    @Test
    void theFirstFailureIsKeptWhereTheOtherHandlerFailsToo() {
        assertThat(trap("0fae07").run(engine(by("architectural")))).isPropagated().failure()
                .hasCheck("mmio-decode-failed").isFrom("linux-tdx-6.12").hasDetail(
                        "fxsave; architectural: an instruction that is not supported: fxsave (XSAVE and FXSAVE)");
    }

    @ParameterizedTest
    @CsvSource({"architectural, architectural", "linux-tdx, linux-tdx-6.12", "linux-tdx-6.12, linux-tdx"})
    void theHandlerThatFailedIsNotAskedAgain(String first, String second) {
        int[] reads = new int[1];
        MmioBus busy = new MmioBus() {
            @Override
            public long read(long gpa, int size) {
                reads[0]++;
                throw new DeviceRefusedException("it is busy");
            }

            @Override
            public void write(long gpa, int size, long value) {
            }
        };
        assertThat(trap("8b07").bus(busy).run(engine(first, by(second)))).isPropagated().failure()
                .hasCheck("device-refused").hasDetail("read of 4 bytes at 0xfe000000: it is busy");
        assertThat(reads[0]).isEqualTo(1);
    }

    @Test
    void aHandlerThatDoesNotExistIsToldWhenTheEngineIsBuilt() {
        MmioEngine.Builder builder = engine(by("linux-tdk")).bus(DeviceMap.builder().build());
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no handler 'linux-tdk'; did you mean 'linux-tdx'?");
    }

    @Test
    void anAddressThatTheKernelRefusesIsNoneToTheProcessor() {
        assertThat(trap("8b07").with("rdi", 0x10_0000).at(0x10_0000, DEVICE_GPA).answers(0xcafe)
                .run(engine(by("architectural")))).isRecoveredBy("architectural").hasCheck("user-address")
                .hasRegister("rax", 0xcafe);
    }

    @ParameterizedTest
    @CsvSource({"66a5, true, 0xffff", "66a5, false, 0x0", "a4, true, 0x55ff", "48a5, true, 0xffffffffffffffff"})
    void aSkippedInstructionReadsWhatItIsTold(String code, boolean ones, String memory) {
        TrapRun run = trap(code).with("rsi", DEVICE).with("rdi", RAM).memory(RAM, "55550000 00000000")
                .run(engine(skip(ones)));
        assertThat(by(run)).isEmulated();
        assertThat(run.memory().read(RAM, 8)).isEqualTo(Long.parseUnsignedLong(memory.substring(2), 16));
        assertThat(run).continuesAt(CODE + code.length() / 2).accesses().areNone();
    }

    @Test
    void aSkippedInstructionWritesNothingToADevice() {
        TrapRun run = trap("66ab").with("rax", 0x1234).holds("5555").run(engine(skip(true)));
        assertThat(by(run)).isEmulated();
        assertThat(run).hasRegister("rdi", DEVICE + 2).continuesAt(CODE + 2).accesses().areNone();
        assertThat(run.device().read(0, 2)).isEqualTo(0x5555);
    }

    @Test
    void aSkippedRepCountsDownFromTrapToTrap() {
        List<TrapRun> runs = trap("f3a4").with("rsi", DEVICE).with("rdi", RAM).with("rcx", 3).memory(RAM, "00000000")
                .runToTheEnd(engine(skip(true)).repeatBound(2));
        assertThat(runs).hasSize(2);
        assertThat(by(runs.getFirst())).isIncomplete();
        assertThat(runs.getFirst()).hasRegister("rcx", 1).continuesAt(CODE);
        assertThat(by(runs.getLast())).isComplete();
        assertThat(runs.getLast()).continuesAt(CODE + 2);
        assertThat(runs.getLast().memory().read(RAM, 4)).isEqualTo(0xff_ffff);
    }

    @Test
    void aPrivateAddressCanBeSkipped() {
        assertThat(trap("8b07").onPrivateMemory().run(engine(skip(true)))).isRecovered()
                .hasCheck("private-address").hasRegister("rax", 0xffff_ffffL).continuesAt(CODE + 2);
    }

    @Test
    void aSkippedLoadAcrossAPageReadsWhereWidthsAreNotSplit() {
        assertThat(trap("488b07").with("rdi", DEVICE + 0xffd).window(DEVICE, DEVICE_GPA, 0x2000)
                .run(engine(skip(true)).splitting(false))).isRecovered().hasCheck("page-split")
                .hasRegister("rax", -1);
    }

    @Test
    void aFaultOfASkippedInstructionIsTheGuests() {
        TrapRun run = trap("66a5").with("rsi", DEVICE).with("rdi", 0x77_7000).run(engine(skip(true)));
        assertThat(by(run)).hasFaultAddress(0x77_7000);
        assertThat(run).changedNothing();
    }

    @Test
    void anInstructionThatIsNotExecutedIsPassedOver() {
        TrapRun run = trap("0fae07").run(engine(skip(true)));
        assertThat(by(run)).isNull();
        assertThat(run).changedOnly().continuesAt(CODE + 3);
    }

    @Test
    void passingOverWrapsWithTheCodeSegment() {
        TrapRun run = trap("0fae07").mode(CodeMode.CODE16).with("cs", 0x40_0000).with("rip", 0xfffe)
                .run(engine("architectural", skip(true)));
        assertThat(by(run)).isNull();
        assertThat(run).continuesAt(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06", "c4ffff"})
    void bytesThatAreNoInstructionCannotBeSkipped(String code) {
        assertThat(trap(code).run(engine(skip(false)))).isPropagated().changedNothing();
    }

    /// A load that begins three bytes before a device: `load_unaligned_zeropad`, in the kernels of both histories.
    @ParameterizedTest
    @CsvSource({"5.19, false", "6.1, false", "6.5, true", "6.12, true"})
    void aLoadIntoADeviceIsPaddedSinceTheKernelIsToldTheAddress(String version, boolean padded) {
        GuestKernel kernel = GuestKernel.builder().exceptionTable(ExceptionTable.of(
                List.of(ExceptionEntry.of(CODE, CODE + 3, FixupType.ZEROPAD)))).build();
        TrapRun run = trap("488b07").with("rdi", DEVICE - 3).with("rax", 0x5555).memory(DEVICE - 8, "0001020304050607")
                .run(MmioEngine.builder().handler(TrapHandlers.named("linux-tdx-" + version)).kernel(kernel)
                        .policy(FailurePolicy.preset("linux-" + version)));
        assertThat(run).isGeneralProtection().hasCheck("page-split").hasNotWarned()
                .hasRegister("rax", padded ? 0x07_0605 : 0x5555).accesses().areNone();
        if (padded) {
            assertThat(run).recoversTo(CODE + 3).continuesAt(CODE + 3);
        } else {
            assertThat(run).endsInOops().continuesAt(CODE);
        }
    }

    /// Two processors of one guest: its once-only warning has fired for both.
    @Test
    void enginesOfOneGuestShareItsKernel() {
        GuestKernel kernel = GuestKernel.create();
        Action once = new Action.WarnAndGeneralProtection(true);
        assertThat(trap("66ab").run(engine(once).kernel(kernel))).hasWarned();
        assertThat(trap("0fc307").run(engine(once).kernel(kernel))).hasNotWarned();
        assertThat(kernel).hasOopsed(2);
    }

    @Test
    void aKernelThatHasStoppedRecoversFromNothing() {
        GuestKernel kernel = GuestKernel.create();
        for (Action action : new Action[] {new Action.Panic(), skip(true), by("architectural")}) {
            assertThat(trap("66a5").with("rsi", DEVICE).with("rdi", RAM).memory(RAM, "0000")
                    .run(engine(action).kernel(kernel))).isPanic().changedNothing();
        }
        assertThat(kernel.hasStopped()).isTrue();
    }
}
