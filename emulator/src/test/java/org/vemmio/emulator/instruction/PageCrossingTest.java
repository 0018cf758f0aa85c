package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Operands that lie on two pages, which need not be neighbours.
class PageCrossingTest {
    private static final long RAM = 0x5000;

    /// Linear addresses have 32 bits outside 64-bit mode (Intel SDM vol. 3, 3.3 and 3.4).
    @ParameterizedTest
    @CsvSource({"CODE32, 8b 07", "CODE16, 66 67 8b 07"})
    void theSecondPageIsTheFirstOfAllBehindTheLast(CodeMode mode, String code) {
        TrapRun run = HandmadeTrap.of(code).mode(mode).with("ds", 0xffff_f000L).with("rdi", 0xffe)
                .window(0xffff_f000L, DEVICE_GPA, 0x1000).window(0, DEVICE_GPA + 0x5000, 0x1000)
                .answers(0x2211, 0x4433).run("architectural", "propagate");
        assertThat(run).hasEffect(Outcome.Effect.SPLIT).changedOnly("rax").hasRegister("rax", 0x4433_2211L);
        assertThat(run.accesses()).are(read(DEVICE_GPA + 0xffe, 2, 0x2211), read(DEVICE_GPA + 0x5000, 2, 0x4433));
    }

    @Test
    void linearAddressesGoOnBeyond32BitsIn64BitMode() {
        TrapRun run = HandmadeTrap.of("89 07").with("rdi", 0xffff_fffeL).with("rax", 0x4433_2211L)
                .window(0xffff_f000L, DEVICE_GPA, 0x1000).window(0x1_0000_0000L, DEVICE_GPA + 0x5000, 0x1000)
                .run("architectural", "propagate");
        assertThat(run).hasEffect(Outcome.Effect.SPLIT).changedOnly();
        assertThat(run.accesses()).are(write(DEVICE_GPA + 0xffe, 2, 0x2211), write(DEVICE_GPA + 0x5000, 2, 0x4433));
    }

    @ParameterizedTest
    @ValueSource(strings = {"48 8b 07", "48 89 07", "48 01 07", "0f 11 07"})
    void aDeviceOnTheSecondPageThatDoesNotTakeItsPartIsAskedBeforeTheFirstAccess(String code) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE + 0xffc).window(DEVICE, DEVICE_GPA, 0x2000)
                .bus(new MmioBus() {
                    @Override
                    public long read(long gpa, int size) {
                        throw new AssertionError("it is read");
                    }

                    @Override
                    public void write(long gpa, int size, long value) {
                        throw new AssertionError("it is written");
                    }

                    @Override
                    public int widths(long gpa) {
                        return gpa < DEVICE_GPA + 0x1000 ? UP_TO_8 : 8;
                    }
                }).run("architectural", "propagate");
        assertThat(run).isPropagated().hasCheck("width-refused").changedNothing();
        assertThat(run.accesses()).areNone();
    }

    /// Ordinary memory may end at any byte.
    @ParameterizedTest
    @CsvSource({"8b 07, 0", "89 07, 2", "0f 10 07, 0"})
    void allBytesOnTheSecondPageHaveToBeMapped(String code, int errorCode) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", RAM + 0xffe).with("rax", -1)
                .memory(RAM, "00".repeat(0x1001)).run("architectural", "propagate");
        assertThat(run).isException(Outcome.Exception.PF).hasErrorCode(errorCode).hasFaultAddress(RAM + 0x1000)
                .changedNothing();
        assertThat(run.memory().contents(RAM + 0xffe, 3)).containsExactly(0, 0, 0);
    }

    /// What is told to be split is what devices see: not an operand in ordinary memory beside one on a device.
    @Test
    void memoryOnTwoPagesDoesNotSplitTheDevicesAccess() {
        TrapRun store = HandmadeTrap.of("a5").with("rsi", RAM + 0xffe).with("rdi", DEVICE)
                .memory(RAM, "00".repeat(0xffe) + "11 22 33 44").run("architectural", "propagate");
        assertThat(store).hasEffect(Outcome.Effect.WHOLE);
        assertThat(store.accesses()).are(write(DEVICE_GPA, 4, 0x4433_2211L));

        TrapRun load = HandmadeTrap.of("a5").with("rsi", DEVICE).with("rdi", RAM + 0xffe)
                .memory(RAM, "00".repeat(0x1002)).answers(0x4433_2211L).run("architectural", "propagate");
        assertThat(load).hasEffect(Outcome.Effect.WHOLE);
        assertThat(load.memory().contents(RAM + 0xffe, 4)).containsExactly(0x11, 0x22, 0x33, 0x44);
    }

    @Test
    void memoryAloneIsNoAccess() {
        assertThat(HandmadeTrap.of("8b 07").with("rdi", RAM + 0xffe).memory(RAM, "00".repeat(0x1002))
                .run("architectural", "propagate")).hasEffect(Outcome.Effect.NO_ACCESS);
    }
}
