package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

/// An 8-byte load from the last bytes of a page of RAM, which runs over into a device.
class ZeropadTest {
    private static final long RIP = Failures.RIP;
    private static final long DEVICE = 0xffff_8880_0000_1000L;
    private static final long LOADED = 0x8877_6655_4433_2211L;

    private final CpuState cpu = new CpuState();
    private FixupType type = FixupType.ZEROPAD;
    private long length;
    private long faultAddress = DEVICE;
    private Knobs knobs = Knobs.DEFAULT;
    private boolean aligned = true;

    ZeropadTest() {
        cpu.setRip(RIP);
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, 0xaaaa_0000 + i);
        }
        cpu.setGpr(Gpr.RDI, DEVICE - 3);
    }

    private Outcome.Failed load(String code, Action action) {
        byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
        MemoryMap.Builder memory = MemoryMap.builder().device(DEVICE, Failures.GPA, 4096).code(RIP, bytes);
        if (aligned) {
            byte[] last = new byte[8];
            for (int i = 0; i < last.length; i++) {
                last[i] = (byte) (LOADED >>> 8 * i);
            }
            memory.ram(DEVICE - 8, last);
        }
        long fixup = RIP + (length == 0 ? bytes.length : length);
        GuestKernel kernel = GuestKernel.builder()
                .exceptionTable(ExceptionTable.of(List.of(ExceptionEntry.of(RIP, fixup, type)))).build();
        Failure failure = Failures.of("page-split", code, 0, RIP, faultAddress);
        FailurePolicy policy = FailurePolicy.builder("test").rule(Condition.any(), action).knobs(knobs).build();
        Decision decision = policy.decide(failure);
        return kernel.follow(failure, decision, policy, cpu, memory.build());
    }

    private Outcome.Failed load(String code) {
        return load(code, new Action.Recover(new Recovery.Zeropad()));
    }

    static Stream<Arguments> loads() {
        return Stream.of(
                Arguments.of("48 8b 07", Gpr.RAX),
                Arguments.of("4c 8b 3f", Gpr.R15),
                Arguments.of("48 8b 3f", Gpr.RDI),
                Arguments.of("66 48 8b 07", Gpr.RAX),
                Arguments.of("48 8b 87 00 00 00 00", Gpr.RAX),
                Arguments.of("64 48 8b 0f", Gpr.RCX));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void loadsTheBytesBeforeTheBoundary(String code, int register) {
        CpuState after = CpuState.copyOf(cpu);
        after.setGpr(register, LOADED >>> 40);
        after.setRip(RIP + code.replace(" ", "").length() / 2);
        Ending.Fixup fixup = new Ending.Fixup("zeropad", after.rip());
        assertThat(load(code)).isInstanceOfSatisfying(Outcome.Recovered.class,
                recovered -> assertThat(recovered.fixup()).isEqualTo(fixup));
        assertThat(cpu).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7})
    void padsWithZerosFromEveryOffset(long left) {
        cpu.setGpr(Gpr.RDI, DEVICE - left);
        load("48 8b 07");
        assertThat(cpu.gpr(Gpr.RAX)).isEqualTo(LOADED >>> 8 * (8 - left));
    }

    @Test
    void takesTheSegmentBaseIntoAccount() {
        cpu.setSegmentBase(Segment.GS, 0x1000);
        cpu.setGpr(Gpr.RDI, DEVICE - 2 - 0x1000);
        assertThat(load("65 48 8b 07")).isInstanceOf(Outcome.Recovered.class);
        assertThat(cpu.gpr(Gpr.RAX)).isEqualTo(LOADED >>> 48);
    }

    @Test
    void isPartOfTheGeneralProtectionPath() {
        assertThat(load("48 8b 07", new Action.GeneralProtection())).isInstanceOfSatisfying(
                Outcome.GeneralProtection.class,
                gp -> assertThat(gp.ending()).isEqualTo(new Ending.Fixup("zeropad", RIP + 3)));
    }

    @Test
    void neverRecoversWhereTheKernelIsToldAddressZero() {
        knobs = Knobs.DEFAULT.withFaultAddress(Knobs.FaultAddress.ZERO);
        assertRefused("48 8b 07");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // Not the opcode, or not 8 bytes: a 4-byte load, a store, a load with zero-extension, an immediate.
        "8b 07", "66 8b 07", "48 89 07", "48 0f b6 07", "48 63 07", "48 c7 07 00 00 00 00",
        // No address: two segment overrides.
        "64 65 48 8b 07",
        // REX in front of another prefix, which is the opcode for the kernel.
        "48 66 8b 07"})
    void takesNothingButAnEightByteLoad(String code) {
        assertRefused(code);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 15, 16, -3})
    void insistsThatTheFixupIsTheNextInstruction(long length) {
        this.length = length;
        assertRefused("48 8b 07");
    }

    @ParameterizedTest
    @ValueSource(longs = {DEVICE + 1, DEVICE - 8, DEVICE + 8, DEVICE - 1, 0})
    void insistsOnTheAddressOfTheNextWord(long faultAddress) {
        this.faultAddress = faultAddress;
        assertRefused("48 8b 07");
    }

    @Test
    void insistsOnAWordThatCanBeRead() {
        aligned = false;
        assertRefused("48 8b 07");
    }

    @Test
    void insistsOnMemoryBeforeTheBoundary() {
        cpu.setGpr(Gpr.RDI, DEVICE + 5);
        faultAddress = DEVICE + 8;
        assertRefused("48 8b 07");
    }

    private void assertRefused(String code) {
        CpuState before = CpuState.copyOf(cpu);
        assertThat(load(code)).isInstanceOf(Outcome.Propagated.class);
        assertThat(cpu).isEqualTo(before);
        assertThat(load(code, new Action.GeneralProtection())).isInstanceOfSatisfying(Outcome.GeneralProtection.class,
                gp -> assertThat(gp.ending()).isInstanceOf(Ending.Oops.class));
        assertThat(cpu).isEqualTo(before);
    }
}
