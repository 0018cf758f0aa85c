package org.vemmio.emulator.handler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.Outcome;

/// What the recordings do not show of the TDX handler: kernel versions, traps that are refused for themselves, hazards.
class LinuxTdxHandlerTest {
    private static final String PADDING = "90".repeat(14);
    private static final long KERNEL_HALF = 0xffff_8880_0000_0000L;

    private static TestMachine machine(String version, String code) {
        TestMachine machine = TestMachine.of(code + PADDING).at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named(version));
        machine.trap = Trap.at(KERNEL_HALF, TestMachine.GPA);
        return machine;
    }

    private static String verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> failed.failure().reason().label();
            case Outcome.Emulated emulated -> "emulated";
            case Outcome.Exception exception -> Outcome.Exception.name(exception.vector());
        };
    }

    /// Linux arch/x86/coco/tdx/tdx.c at the tags v5.19, v6.1, v6.5 and v6.12.
    @ParameterizedTest
    @CsvSource({
        "linux-tdx-5.19, 0, kernel, false, emulated",
        "linux-tdx-5.19, 0, kernel, true, emulated",
        "linux-tdx-6.1, 0, kernel, true, private-address",
        "linux-tdx-6.5, 0, kernel, true, private-address",
        "linux-tdx-6.12, 0, kernel, true, private-address",
        "linux-tdx-6.5, 0, user, false, emulated",
        "linux-tdx-6.12, 0, user, false, user-address",
        "linux-tdx-6.12, 0, vsyscall, false, user-address",
        "linux-tdx-6.12, 0, below, false, user-address",
        "linux-tdx-6.12, 0, first, false, emulated",
        "linux-tdx-5.19, 3, kernel, false, user-mode-trap",
        "linux-tdx, 1, kernel, false, user-mode-trap",
        "linux-tdx, 3, kernel, true, user-mode-trap"})
    void versionsDifferWhereTheKernelsDo(String version, int cpl, String address, boolean isPrivate, String expected) {
        TestMachine machine = machine(version, "8b07");
        machine.cpu.setCr4(machine.cpu.cr4() & ~Cr.CR4_LA57);
        machine.cpu.setCpl(cpl);
        long gla = switch (address) {
            case "kernel" -> KERNEL_HALF;
            case "user" -> 0x7f00_0000_0000L;
            case "vsyscall" -> 0xffff_ffff_ff60_0800L;
            case "below" -> 0x7fff_ffff_efffL;
            case "first" -> 0x7fff_ffff_f000L;
            default -> throw new IllegalArgumentException(address);
        };
        machine.trap = new Trap(Trap.EPT_VIOLATION, 0, gla, TestMachine.GPA, isPrivate);
        assertThat(verdict(machine.run())).isEqualTo(expected);
    }

    /// Linux arch/x86/include/asm/page_64.h, `task_size_max`.
    @ParameterizedTest
    @CsvSource({
        "0x7ffffffff000, user-address", "0xffffffffffefff, user-address", "0xfffffffffff000, emulated",
        "0x100000000000000, emulated", "0xffffffffff600fff, user-address", "0xffffffffff601000, emulated"})
    void theKernelHalfBeginsLaterWithFiveLevels(String gla, String expected) {
        TestMachine machine = machine("linux-tdx", "8b07");
        machine.cpu.setCr4(machine.cpu.cr4() | Cr.CR4_LA57);
        machine.trap = Trap.at(Long.parseUnsignedLong(gla.substring(2), 16), TestMachine.GPA);
        assertThat(verdict(machine.run())).isEqualTo(expected);
    }

    /// Each row is wrong in one way fewer than the one before.
    @ParameterizedTest
    @CsvSource({
        "6.12, a5, 3, 14, true, 0x1000, 0xffd, user-mode-trap",
        "6.12, a5, 0, 14, true, 0x1000, 0xffd, private-address",
        "6.12, a5, 0, 14, false, 0x1000, 0xffd, fetch-fault",
        "6.12, c5f88807, 0, 15, false, 0x1000, 0xffd, insn-decode-failed",
        "6.12, 66ab, 0, 15, false, 0x1000, 0xffd, mmio-decode-failed",
        "6.12, a5, 0, 15, false, 0x1000, 0xffd, user-address",
        "6.12, a5, 0, 15, false, 0xffff888000000000, 0xffd, page-split",
        "6.12, a5, 0, 15, false, 0xffff888000000000, 0xffc, string-move",
        "6.12, 8b00, 0, 15, false, 0xffff888000000000, 0xffc, emulated",
        "5.19, a5, 0, 15, true, 0x1000, 0xffd, page-split",
        "6.5, a5, 0, 15, false, 0x1000, 0xffc, string-move"})
    void theFirstCheckThatFailsGivesTheReason(String version, String code, int cpl, int bytes, boolean isPrivate,
            String gla, String offset, String expected) {
        TestMachine machine = TestMachine.of(code + "90".repeat(bytes - code.length() / 2))
                .with(Gpr.RAX, TestMachine.DEVICE + Long.decode(offset));
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-tdx-" + version));
        machine.cpu.setCpl(cpl);
        machine.trap = new Trap(Trap.EPT_VIOLATION, 0, Long.parseUnsignedLong(gla.substring(2), 16), TestMachine.GPA,
                isPrivate);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(verdict(machine.run())).isEqualTo(expected);
        if (!expected.equals("emulated")) {
            assertThat(machine.cpu).isEqualTo(before);
            assertThat(machine.accesses).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"5.19, mmio-decode-failed", "6.1, mmio-decode-failed", "6.5, mmio-decode-failed", "6.12, emulated"})
    void aRex2PrefixIsKnownSinceLinux610(String version, String expected) {
        assertThat(verdict(machine("linux-tdx-" + version, "d5008b07").run())).isEqualTo(expected);
    }

    @Test
    void fifteenBytesHaveToBeThere() {
        TestMachine machine = TestMachine.of("8b07" + "90".repeat(12)).at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-tdx"));
        machine.trap = Trap.at(KERNEL_HALF, TestMachine.GPA);
        Outcome outcome = machine.run();
        assertThat(verdict(outcome)).isEqualTo("fetch-fault");
        assertThat(((Outcome.Failed) outcome).failure().instruction()).as("the processor needs two")
                .hasValueSatisfying(instruction -> assertThat(instruction.mnemonic()).isEqualTo("mov"));
    }

    @ParameterizedTest
    @EnumSource(value = CodeMode.class, names = {"CODE16", "CODE32"})
    void firmwareIsDecodedAs64BitAndRefusedForItsAddress(CodeMode mode) {
        TestMachine machine = new TestMachine(mode, "8b07" + PADDING).at(0);
        machine.options = builder -> builder.handler(TrapHandlers.named("linux-tdx"));
        assertThat(verdict(machine.run())).isEqualTo("user-address");
    }

    @Test
    void theAccessGoesToTheAddressOfTheTrapWhateverTheInstructionSays() {
        TestMachine machine = machine("linux-tdx", "8b07").with(Gpr.RDI, 0x1234);
        machine.trap = Trap.at(KERNEL_HALF, TestMachine.GPA + 0x10);
        machine.device.write(0x10, 4, 0xcafe);
        assertThat(verdict(machine.run())).isEqualTo("emulated");
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(0xcafe);
    }

    @Test
    void theTrapFlagIsIgnored() {
        TestMachine machine = machine("linux-tdx", "8b07");
        machine.cpu.setRflags(Rflags.TF | 2);
        assertThat(verdict(machine.run())).isEqualTo("emulated");
        assertThat(machine.cpu.rflags()).isEqualTo(Rflags.TF | 2);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "8b07, none",
        "0fb607, stale upper half: rax",
        "480fb607, none",
        "0fbf0f, stale upper half: rcx",
        "8827, 'high byte register: ah, taken for the low byte of rsp'",
        "8a3f, 'high byte register: bh, taken for the low byte of rdi'",
        "448827, none",
        "c5f8c60701, 'other instruction: vshufps, taken for WRITE_IMM of size 1'",
        "f08907, illegal encoding: the instruction does not take a LOCK prefix",
        "8bc7, no memory operand: mov",
        "c60780, 'wide value: 0xffffffffffffff80 at size 1'",
        "66c7070080, 'wide value: 0xffffffffffff8000 at size 2'",
        "c70700000080, 'wide value: 0xffffffff80000000 at size 4'",
        "c707ffffff7f, none",
        "c60701, none",
        "48c70780000000, none"})
    void successThatDiffersFromTheProcessorIsAHazard(String code, String hazard) {
        Outcome outcome = machine("linux-tdx", code).run();
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Emulated.class, emulated -> {
            if (hazard == null) {
                assertThat(emulated.hazards()).isEmpty();
            } else {
                assertThat(emulated.hazards()).extracting(Object::toString).containsExactly(hazard);
            }
        });
    }
}
