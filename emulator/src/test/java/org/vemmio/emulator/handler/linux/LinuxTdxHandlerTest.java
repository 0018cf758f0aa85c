package org.vemmio.emulator.handler.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What the recordings do not show of the TDX handler: kernel versions, traps that are refused for themselves, hazards.
class LinuxTdxHandlerTest {
    private static final long CR4 = new CpuState().cr4();

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).answers(0);
    }

    private static String verdict(TrapRun run) {
        return switch (run.outcome()) {
            case Outcome.Failed failed -> failed.failure().check().label();
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
        long gla = switch (address) {
            case "kernel" -> 0xffff_8880_0000_0000L;
            case "user" -> 0x7f00_0000_0000L;
            case "vsyscall" -> 0xffff_ffff_ff60_0800L;
            case "below" -> 0x7fff_ffff_efffL;
            case "first" -> 0x7fff_ffff_f000L;
            default -> throw new IllegalArgumentException(address);
        };
        HandmadeTrap trap = trap("8b07").at(gla, DEVICE_GPA).cpl(cpl).with("cr4", CR4 & ~Cr.CR4_LA57);
        if (isPrivate) {
            trap.onPrivateMemory();
        }
        assertThat(verdict(trap.run(version, "propagate"))).isEqualTo(expected);
    }

    /// Linux arch/x86/include/asm/page_64.h, `task_size_max`.
    @ParameterizedTest
    @CsvSource({
        "0x7ffffffff000, user-address", "0xffffffffffefff, user-address", "0xfffffffffff000, emulated",
        "0x100000000000000, emulated", "0xffffffffff600fff, user-address", "0xffffffffff601000, emulated"})
    void theKernelHalfBeginsLaterWithFiveLevels(String gla, String expected) {
        TrapRun run = trap("8b07").at(Long.parseUnsignedLong(gla.substring(2), 16), DEVICE_GPA)
                .with("cr4", CR4 | Cr.CR4_LA57).run("linux-tdx", "propagate");
        assertThat(verdict(run)).isEqualTo(expected);
    }

    /// The order in which the rows below are refused, of 6.12.
    @Test
    void theLadderHasTheOrderOfTheRefusals() {
        assertThat(TrapHandlers.named("linux-tdx-6.12").ladder().checks()).extracting(Check::label).containsSubsequence(
                "user-mode-trap", "private-address", "fetch-fault", "insn-decode-failed", "mmio-decode-failed",
                "user-address", "page-split", "string-move", "device-refused");
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
    void theFirstCheckThatFailsGivesTheReason(ArgumentsAccessor row) {
        String code = row.getString(1);
        int bytes = row.getInteger(3);
        HandmadeTrap trap = trap(code + "90".repeat(bytes - code.length() / 2)).withNothingBehind()
                .with("rax", DEVICE + Long.decode(row.getString(6))).cpl(row.getInteger(2))
                .at(Long.parseUnsignedLong(row.getString(5).substring(2), 16), DEVICE_GPA);
        if (row.getBoolean(4)) {
            trap.onPrivateMemory();
        }
        TrapRun run = trap.run("linux-tdx-" + row.getString(0), "propagate");
        String expected = row.getString(7);
        assertThat(verdict(run)).isEqualTo(expected);
        if (!expected.equals("emulated")) {
            assertThat(run).changedNothing().accesses().areNone();
        }
    }

    @ParameterizedTest
    @CsvSource({"5.19, mmio-decode-failed", "6.1, mmio-decode-failed", "6.5, mmio-decode-failed", "6.12, emulated"})
    void aRex2PrefixIsKnownSinceLinux610(String version, String expected) {
        assertThat(verdict(trap("d5008b07").run("linux-tdx-" + version, "propagate"))).isEqualTo(expected);
    }

    @Test
    void fifteenBytesHaveToBeThere() {
        assertThat(trap("8b07" + "90".repeat(12)).withNothingBehind().run("linux-tdx", "propagate"))
                .hasCheck("fetch-fault").failure().as("the processor needs two").hasMnemonic("mov");
    }

    @ParameterizedTest
    @EnumSource(value = CodeMode.class, names = {"CODE16", "CODE32"})
    void firmwareIsDecodedAs64BitAndRefusedForItsAddress(CodeMode mode) {
        assertThat(trap("8b07").mode(mode).with("rdi", DEVICE_GPA).run("linux-tdx", "propagate"))
                .hasCheck("user-address");
    }

    @Test
    void theAccessGoesToTheAddressOfTheTrapWhateverTheInstructionSays() {
        TrapRun run = trap("8b07").with("rdi", 0x1234).at(0x10).answers(0xcafe).run("linux-tdx", "propagate");
        assertThat(run).isEmulated().hasRegister("rax", 0xcafe)
                .accesses().haveTexts("read 4 bytes at 0xfe000010 = 0xcafe");
    }

    @Test
    void theTrapFlagIsIgnored() {
        assertThat(trap("8b07").with("rflags", Rflags.TF | 2).answers(1).run("linux-tdx", "propagate")).isEmulated()
                .changedOnly("rax");
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
        TrapRun run = trap(code).run("linux-tdx", "propagate");
        assertThat(run).isEmulated();
        assertThat(((Outcome.Emulated) run.outcome()).hazards()).extracting(Object::toString)
                .isEqualTo(hazard == null ? List.of() : List.of(hazard));
    }
}
