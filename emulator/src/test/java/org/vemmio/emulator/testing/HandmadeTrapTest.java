package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.HandmadeTrap.LOW_CODE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.handler.architectural.ArchitecturalHandler;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;

class HandmadeTrapTest {
    @ParameterizedTest
    @ValueSource(strings = {"architectural", "linux-tdx", "linux-tdx-5.19", "linux-sev"})
    void everyHandlerRunsIt(String handler) {
        TrapRun run = HandmadeTrap.of("8b 47 20").with("rdi", DEVICE).at(0x20).answers(0x1234)
                .run(handler, "propagate");
        assertThat(run).isEmulated().changedOnly("rax").hasRegister("rax", 0x1234).continuesAt(CODE + 3);
        assertThat(run.accesses()).are(read(DEVICE_GPA + 0x20, 4, 0x1234));
        assertThat(run.kernel()).logsNothing();
        assertThat(run.before()).isEqualTo(run.trap().cpu());
    }

    @Test
    void answersAreGivenInOrderAndFromTheStartInEveryRun() {
        HandmadeTrap trap = HandmadeTrap.of("f3 a4").with("rcx", 3).with("rsi", DEVICE).with("rdi", 0x1000)
                .memory(0x1000, "00 00 00 00").answers(0x11, 0x22, 0xff33);
        for (int i = 0; i < 2; i++) {
            TrapRun run = trap.run("architectural", "propagate");
            assertThat(run).isComplete().changedOnly("rcx", "rsi", "rdi").hasRegister("rcx", 0);
            assertThat(run.accesses()).areOnlyReads().haveSizes(1, 1, 1).areWithin(DEVICE_GPA, 3);
            assertThat(run.memory().contents(0x1000, 4)).containsExactly(0x11, 0x22, 0x33, 0);
        }
    }

    @Test
    void writesAreTaken() {
        TrapRun run = HandmadeTrap.of("48 89 07").with("rdi", DEVICE).with("rax", -2).run("linux-tdx", "linux-6.12");
        assertThat(run).isEmulated().changedOnly();
        assertThat(run).accesses().are(write(DEVICE_GPA, 8, -2));
    }

    @Test
    void aReadWithoutAnAnswerFailsTheTest() {
        HandmadeTrap trap = HandmadeTrap.of("8a 07").with("rdi", DEVICE);
        assertThatThrownBy(() -> trap.run("architectural", "propagate")).isInstanceOf(AssertionError.class).hasMessage(
                "the instruction reads 1 byte at 0xfe000000, for which the trap has no answer; answers(…) has 0");
    }

    @Test
    void aDeviceRefusesAfterSomeAccesses() {
        TrapRun run = HandmadeTrap.of("83 07 01").with("rdi", DEVICE).answers(41).refusesAfter(1)
                .run("architectural", "propagate");
        assertThat(run).isPropagated().hasCheck("device-refused").changedNothing();
        assertThat(run).failure().accesses().are(read(DEVICE_GPA, 4, 41));
    }

    @Test
    void aDeviceThatHoldsSomethingStartsAfreshInEveryRun() {
        HandmadeTrap increment = HandmadeTrap.of("ff 07").with("rdi", DEVICE + 2).holds("01 02 ff ff 05");
        for (int i = 0; i < 2; i++) {
            TrapRun run = increment.run();
            assertThat(run).hasEffect(Outcome.Effect.WHOLE).accesses().are(
                    read(DEVICE_GPA + 2, 4, 0x5_ffff), write(DEVICE_GPA + 2, 4, 0x6_0000));
            assertThat(run.device().contents()).hasSize(0x1000).startsWith(1, 2, 0, 0, 6, 0);
        }
        assertThat(HandmadeTrap.of("0f 10 07").with("rdi", DEVICE).holds("11").run()).hasEffect(Outcome.Effect.WHOLE)
                .hasRegister("xmm0", "11" + "00".repeat(15));
        assertThat(HandmadeTrap.of("8b 07").answers(1).with("rdi", DEVICE).run().device().contents()).isEmpty();
        increment.window(DEVICE, DEVICE_GPA, 4);
        assertThatThrownBy(increment::run).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a device of 4 bytes cannot hold 5");
        TrapRun elsewhere = HandmadeTrap.of("ff 07").with("rdi", DEVICE + 2).holds(DEVICE_GPA + 2, "ff ff 05 00").run();
        assertThat(elsewhere).accesses().are(read(DEVICE_GPA + 2, 4, 0x5_ffff), write(DEVICE_GPA + 2, 4, 0x6_0000));
        assertThat(elsewhere.device().contents()).containsExactly(0, 0, 6, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceTakesTheWidthsItIsTold(boolean holds) {
        HandmadeTrap load = HandmadeTrap.of("48 8b 07").with("rdi", DEVICE).widths(4).answers(1, 2);
        if (holds) {
            load.holds("01 00 00 00 02");
        }
        assertThat(load.run()).hasRegister("rax", 0x2_0000_0001L).accesses().haveSizes(4, 4);
        TrapRun refused = load.refusesAfter(1).run();
        assertThat(refused).hasCheck("device-refused").accesses().are(read(DEVICE_GPA, 4, 1));
        assertThat(load.widths(2).run(MmioEngine.builder().splitting(false))).hasCheck("width-refused");
    }

    @Test
    void aBusOfOnesOwnRefusesAndIsLockedToo() {
        MmioBus bus = DeviceMap.builder().add(DEVICE_GPA, 8, MemoryDevice.of(new byte[] {7, 0, 0, 0, 0, 0, 0, 0}))
                .build();
        HandmadeTrap add = HandmadeTrap.of("f0 ff 07").with("rdi", DEVICE).bus(bus).widths(4);
        assertThat(add.run()).accesses().are(read(DEVICE_GPA, 4, 7), write(DEVICE_GPA, 4, 8));
        assertThat(add.refusesAfter(1).run()).hasCheck("device-refused");
        assertThat(bus.read(DEVICE_GPA, 4)).isEqualTo(8);
    }

    @Test
    void registersInOneCall() {
        CpuState cpu = HandmadeTrap.of("90").registers("""
                rax=1F rip=1000 rflags=202
                r15=ffffffffffffffff cr0=80000011 gs=7000 gs.selector=2b gs.limit=fffff k1=3 mm7=5""")
                .toRecordedTrap().cpu();
        assertThat(cpu.gpr(Gpr.RAX)).isEqualTo(0x1f);
        assertThat(cpu.rip()).isEqualTo(0x1000);
        assertThat(cpu.rflags()).isEqualTo(0x202);
        assertThat(cpu.gpr(15)).isEqualTo(-1);
        assertThat(cpu.cr0()).isEqualTo(0x8000_0011L);
        assertThat(cpu.segmentBase(Segment.GS)).isEqualTo(0x7000);
        assertThat(cpu.segmentSelector(Segment.GS)).isEqualTo(0x2b);
        assertThat(cpu.segmentLimit(Segment.GS)).isEqualTo(0xfffff);
        assertThat(cpu.mask(1)).isEqualTo(3);
        assertThat(cpu.mmx(7)).isEqualTo(5);
    }

    @Test
    void registersThatHaveNoMethod() {
        TrapRun store = HandmadeTrap.of("62 f1 7c 49 11 07").with("rdi", DEVICE).cpu(cpu -> cpu.setMask(1, 2))
                .cpu(cpu -> cpu.setVector(0, 0, 0x1122_3344_0000_0000L)).run();   // vmovups [rdi]{k1}, zmm0
        assertThat(store).changedOnly().accesses().are(write(DEVICE_GPA + 4, 4, 0x1122_3344));
        assertThat(store.before().mask(1)).isEqualTo(2);
    }

    @Test
    void readOnlyMemoryCanBeReadAndNotWritten() {
        HandmadeTrap load = HandmadeTrap.of("8b 06").with("rsi", 0x1000).readOnlyMemory(0x1000, "11 22 33 44");
        assertThat(load.run()).hasRegister("rax", 0x4433_2211);
        TrapRun store = HandmadeTrap.of("a4").with("rsi", DEVICE).with("rdi", 0x1003).memory(0x2000, "00").answers(1)
                .readOnlyMemory(0x1000, "11 22 33 44").run();
        assertThat(store).hasFaultAddress(0x1003).hasErrorCode(3).changedNothing().accesses().areNone();
        assertThat(store.memory().contents(0x1000, 4)).containsExactly(0x11, 0x22, 0x33, 0x44);
        assertThat(store.memory().contents(0x2000, 1)).containsExactly(0);
    }

    @Test
    void aRepRunsToTheEndInSomeTraps() {
        HandmadeTrap fill = HandmadeTrap.of("f3 aa").with("rcx", 5).with("rdi", DEVICE).holds("").with("rax", 0x5a);
        List<TrapRun> runs = fill.runToTheEnd(MmioEngine.builder().repeatBound(2));
        assertThat(runs).hasSize(3);
        assertThat(runs.getFirst()).isIncomplete().changedOnly("rcx", "rdi").hasRegister("rcx", 3)
                .accesses().haveSizes(1, 1);
        assertThat(runs.getLast()).isComplete().hasRegister("rcx", 0).continuesAt(CODE + 2)
                .accesses().are(write(DEVICE_GPA + 4, 1, 0x5a));
        assertThat(runs.getLast().before().gpr(Gpr.RCX)).isEqualTo(1);
        assertThat(runs.getFirst().device().contents()).startsWith(0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0);
        List<TrapRun> recovered = fill.runToTheEnd(MmioEngine.builder().repeatBound(2)
                .handler(TrapHandlers.named("linux-tdx")).policy(FailurePolicy.preset("recover")));
        assertThat(recovered).hasSize(3).allSatisfy(run -> assertThat(run).isRecoveredBy("architectural"));
        HandmadeTrap endless = HandmadeTrap.of("f3 a4").with("rcx", -1).with("rsi", DEVICE).with("rdi", DEVICE)
                .window(DEVICE, DEVICE_GPA, 0x10_0000).holds("");
        assertThatThrownBy(() -> endless.runToTheEnd(MmioEngine.builder().repeatBound(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the instruction has iterations left after 10,000 traps");
    }

    @Test
    void aBusOfOnesOwn() {
        MemoryDevice device = MemoryDevice.of(new byte[] {1, 2, 3, 4});
        HandmadeTrap increment = HandmadeTrap.of("ff 07").with("rdi", DEVICE)
                .bus(DeviceMap.builder().add(DEVICE_GPA, 4, device).build());
        assertThat(increment.run("architectural", "propagate")).hasEffect(Outcome.Effect.WHOLE);
        assertThat(increment.run("architectural", "propagate")).isEmulated();
        assertThat(device.contents()).containsExactly(3, 2, 3, 4);
    }

    @Test
    void vectorRegistersComeInMemoryOrder() {
        TrapRun store = HandmadeTrap.of("66 0f d6 0f").with("rdi", DEVICE).vector(1, "01 02 03 04 05 06 07 08 ff")
                .run("architectural", "propagate");                               // movq [rdi], xmm1
        assertThat(store).changedOnly().accesses().are(write(DEVICE_GPA, 8, 0x0807060504030201L));
        TrapRun load = HandmadeTrap.of("0f 10 0f").with("rdi", DEVICE).answers(0x0100, -1)
                .run("architectural", "propagate");                               // movups xmm1, [rdi]
        assertThat(load).hasEffect(Outcome.Effect.SPLIT).changedOnly("xmm1")
                .hasRegister("xmm1", "0001000000000000 FFFFffffffffffff");
        CpuState wide = HandmadeTrap.of("90").vector(31, "00".repeat(63) + "80").toRecordedTrap().cpu();
        assertThat(wide.vector(31, 7)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whatFollowsTheBytesCanBeFetchedUnlessTold() {
        HandmadeTrap load = HandmadeTrap.of("8b 07").with("rdi", DEVICE).answers(0);
        assertThat(load.run("linux-tdx", "propagate")).isEmulated();
        load.withNothingBehind();
        assertThat(load.run("linux-tdx", "propagate")).hasCheck("fetch-fault");
        assertThat(load.run("architectural", "propagate")).isEmulated();
    }

    @Test
    void otherModes() {
        TrapRun run = HandmadeTrap.of("8b 07").mode(CodeMode.CODE32).with("rdi", DEVICE_GPA).answers(7)
                .run("architectural", "propagate");
        assertThat(run).isEmulated().hasRegister("rax", 7).continuesAt(LOW_CODE + 2);
        TrapRun real = HandmadeTrap.of("26 8a 05").mode(CodeMode.CODE16).with("es", 0xb8000).at(0xb8000, 0xb8000)
                .answers(7).run("architectural", "propagate");
        assertThat(real).isEmulated().hasRegister("rax", 7).accesses().are(read(0xb8000, 1, 7));
    }

    @Test
    void anotherPlace() {
        TrapRun user = HandmadeTrap.of("8b 07").with("rip", 0x40_0000).cpl(3).run("linux-tdx", "linux-6.12");
        assertThat(user).hasCheck("user-mode-trap").endsInSignal("SIGSEGV");
        assertThat(HandmadeTrap.of("8b 07").onPrivateMemory().run("linux-tdx", "linux-6.12")).isPanic();
        TrapRun windows = HandmadeTrap.of("48 8b 07").with("rdi", DEVICE + 0xffc).window(DEVICE, DEVICE_GPA, 0x1000)
                .window(DEVICE + 0x1000, 0xb8000, 0x1000).answers(1, 2).run("architectural", "propagate");
        assertThat(windows).isEmulated().hasRegister("rax", 0x2_0000_0001L)
                .accesses().are(read(DEVICE_GPA + 0xffc, 4, 1), read(0xb8000, 4, 2));
    }

    @Test
    void anEngineOfOnesOwn() {
        GuestKernel kernel = GuestKernel.create();
        TrapRun run = HandmadeTrap.of("f3 aa").with("rcx", 5).with("rdi", DEVICE).run(
                MmioEngine.builder().handler(ArchitecturalHandler.INSTANCE).repeatBound(2).kernel(kernel));
        assertThat(run).isIncomplete().hasRegister("rcx", 3).continuesAt(CODE);
        assertThat(run.kernel()).isSameAs(kernel);
    }

    @Test
    void mistakes() {
        assertThatThrownBy(() -> HandmadeTrap.of("8b 0")).hasMessage("'8b 0' is no row of hex digits, two a byte");
        assertThatThrownBy(() -> HandmadeTrap.of("90".repeat(16))).hasMessage(
                "an instruction has up to 15 bytes, not the 16 of '" + "90".repeat(16) + "'");
        HandmadeTrap trap = HandmadeTrap.of("8b 07");
        assertThatThrownBy(() -> trap.with("eax", 1)).hasMessageStartingWith("no register 'eax'; there are rax, rcx, ");
        assertThatThrownBy(() -> trap.registers("rax=1 rbx")).hasMessage(
                "'rbx' is no register with a value, such as rax=1f");
        assertThatThrownBy(() -> trap.registers("eax=1")).hasMessageStartingWith("no register 'eax'; there are rax, ");
        assertThatThrownBy(() -> trap.vector(1, "00".repeat(65))).hasMessage(
                "there are vector registers 0 to 31 of 64 bytes, not number 1 with 65");
        assertThatThrownBy(() -> trap.vector(32, "00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> trap.run("linux", "bug")).hasMessageStartingWith("no handler 'linux'; there are ");
        assertThatThrownBy(() -> trap.run("linux-tdx", "bugs")).hasMessage("no preset 'bugs'; did you mean 'bug'?");
    }
}
