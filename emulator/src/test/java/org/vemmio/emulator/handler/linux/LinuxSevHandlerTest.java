package org.vemmio.emulator.handler.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Linux arch/x86/coco/sev, `vc_handle_mmio` and what it calls, as of 6.12.
class LinuxSevHandlerTest {
    private static final long RAM = 0x1000;
    private static final long UNMAPPED = 0x77_7000;

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).answers(0);
    }

    private static TrapRun run(HandmadeTrap trap) {
        return trap.run("linux-sev", "propagate");
    }

    @Test
    void theDecodedAddressIsAccessedWhateverTheTrapSays() {
        TrapRun run = run(trap("8b4708").at(0x1234, 0x5678).window(DEVICE, DEVICE_GPA, 0x1000).answers(0xcafe));
        assertThat(run).isEmulated().hasRegister("rax", 0xcafe)
                .accesses().haveTexts("read 4 bytes at 0xfe000008 = 0xcafe");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "c60780, none", "c70700000080, none", "8b07, none", "0fb607, stale upper half: rax",
        "48c70700000080, 'wrong value: bits 63:32 are bookkeeping of the decoder instead of the sign'"})
    void successThatDiffersFromTheProcessorIsAHazard(String code, String hazard) {
        TrapRun run = run(trap(code));
        assertThat(run).isEmulated();
        assertThat(((Outcome.Emulated) run.outcome()).hazards()).extracting(Object::toString)
                .isEqualTo(hazard == null ? List.of() : List.of(hazard));
    }

    @ParameterizedTest
    @CsvSource({
        "8807, write 1 byte at 0xfe000000 = 0x88",
        "8907, write 4 bytes at 0xfe000000 = 0xbbccdd88",
        "488907, write 8 bytes at 0xfe000000 = 0x99aabbbbccdd88",
        "c60780, write 1 byte at 0xfe000000 = 0x80",
        "c707ffffff80, write 4 bytes at 0xfe000000 = 0x80ffffff",
        "48c707ffffff80, write 8 bytes at 0xfe000000 = 0x40180ffffff"})
    void writesCarryTheirExactSize(String code, String access) {
        assertThat(run(trap(code).with("rax", 0x0099_aabb_bbcc_dd88L))).isEmulated().accesses().haveTexts(access);
    }

    @Test
    void anAccessThatCrossesAPageIsNotSplit() {
        HandmadeTrap trap = trap("8b07").with("rdi", DEVICE + 0xffe).window(DEVICE, DEVICE_GPA, 0x2000);
        assertThat(run(trap.answers(0x1234_5678))).isEmulated().accesses().haveTexts("read 4 bytes at 0xfe000ffe = 0x12345678");
    }

    @ParameterizedTest
    @CsvSource({"8b07, 0", "8907, 2"})
    void anAddressWithoutTranslationIsTheGuestsPageFault(String code, int errorCode) {
        assertThat(run(trap(code).with("rdi", UNMAPPED + 0x123))).hasFaultAddress(UNMAPPED + 0x123)
                .hasErrorCode(errorCode).changedNothing();
    }

    @Test
    void bytesThatCannotBeFetchedAreTheGuestsPageFault() {
        HandmadeTrap trap = trap("8b07").withNothingBehind();
        assertThat(run(trap)).hasFaultAddress(CODE).hasErrorCode(LinearMemory.PF_FETCH);
        assertThat(run(trap.cpu(cpu -> cpu.setRip(UNMAPPED)).cpl(3))).hasFaultAddress(UNMAPPED)
                .hasErrorCode(LinearMemory.PF_FETCH | LinearMemory.PF_USER);
    }

    @ParameterizedTest
    @CsvSource({"8b07, 0, not-translated", "8b07, 3, user-mode", "f366ab, 0, mmio-decode-failed",
        "8b07, 1, user-mode", "66ab, 3, mmio-decode-failed", "64658b07, 0, no-address"})
    void whatItCannotDoItRefuses(String code, int cpl, String expected) {
        assertThat(run(trap(code).with("rdi", RAM).memory(RAM, "00000000").cpl(cpl))).hasCheck(expected);
    }

    @Test
    void movsIsDoneOneElementPerTrap() {
        List<TrapRun> runs = trap("f3a5").with("rsi", RAM).with("rdi", DEVICE + 0x20).with("rcx", 3)
                .memory(RAM, "11111111 22222222 33333333")
                .runToTheEnd(MmioEngine.builder().handler(TrapHandlers.named("linux-sev")));
        assertThat(runs).hasSize(3);
        assertThat(runs.get(0)).isIncomplete().continuesAt(CODE)
                .accesses().haveTexts("write 4 bytes at 0xfe000020 = 0x11111111");
        assertThat(runs.get(1)).isIncomplete().continuesAt(CODE)
                .accesses().haveTexts("write 4 bytes at 0xfe000024 = 0x22222222");
        assertThat(runs.get(2)).isComplete().continuesAt(CODE + 2).hasRegister("rcx", 0).hasRegister("rsi", RAM + 12)
                .accesses().haveTexts("write 4 bytes at 0xfe000028 = 0x33333333");
    }

    @Test
    void movsGoesDownAndFromDeviceToDevice() {
        TrapRun run = run(trap("a4").with("rsi", DEVICE + 5).with("rdi", DEVICE + 0x20).with("rflags", Rflags.DF | 2)
                .answers(0x7f));
        assertThat(run).isEmulated().hasRegister("rsi", DEVICE + 4).hasRegister("rdi", DEVICE + 0x1f)
                .accesses().haveTexts("read 1 byte at 0xfe000005 = 0x7f", "write 1 byte at 0xfe000020 = 0x7f");
    }

    @Test
    void aCountOfZeroMovesOneElementAndWraps() {
        TrapRun run = run(trap("f3a4").with("rsi", DEVICE).with("rdi", DEVICE + 0x20));
        assertThat(run).isIncomplete().hasRegister("rcx", -1).accesses().hasSize(2);
        assertThat(((Outcome.Emulated) run.outcome()).hazards())
                .containsExactly(new Hazard(Hazard.Kind.REPEAT, "a count of 0 moves one element and wraps"));
    }

    @Test
    void movsIgnoresSegmentsAndAddressSize() {
        TrapRun run = run(trap("6467a4").with("rsi", DEVICE).with("rdi", DEVICE + 0x20).with("fs", 0x55_5000));
        assertThat(run).isEmulated().accesses().hasSize(2);
        assertThat(((Outcome.Emulated) run.outcome()).hazards()).extracting(Hazard::kind)
                .containsExactly(Hazard.Kind.ADDRESS);
    }

    /// The nested trap looks at the page of the first byte.
    @Test
    void movsOfAnElementThatBeginsInMemoryAndEndsOnADeviceIsRefused() {
        HandmadeTrap trap = trap("48a5").memory(DEVICE - 0x1000, "5a".repeat(0x1000));
        TrapRun read = run(trap.with("rsi", DEVICE - 4));
        assertThat(read).isPropagated().hasCheck("not-translated").changedNothing().accesses().areNone();

        TrapRun written = run(trap.with("rsi", DEVICE).with("rdi", DEVICE - 4).answers(0x11));
        assertThat(written).isPropagated().hasCheck("not-translated").changedNothing()
                .accesses().haveTexts("read 8 bytes at 0xfe000000 = 0x11");
        assertThat(written.memory().contents(DEVICE - 8, 8)).containsOnly(0x5a);
    }

    @Test
    void movsOfAnElementThatBeginsOnADeviceGoesOutWhole() {
        long end = DEVICE + 0x1000;
        TrapRun run = run(trap("48a5").with("rsi", end - 4).with("rdi", end - 2).answers(0x1122_3344_5566_7788L)
                .memory(end, "5a".repeat(16)));
        assertThat(run).isEmulated().accesses().haveTexts("read 8 bytes at 0xfe000ffc = 0x1122334455667788",
                "write 8 bytes at 0xfe000ffe = 0x1122334455667788");
        assertThat(run.memory().contents(end, 8)).containsOnly(0x5a);
    }

    @ParameterizedTest
    @ValueSource(longs = {RAM + 0x1000, RAM + 0xffc})
    void movsIntoMemoryThatMayNotBeWrittenIsTheGuestsPageFault(long to) {
        TrapRun run = run(trap("48a5").with("rsi", RAM).with("rdi", to).memory(RAM, "5a".repeat(0x1000))
                .readOnlyMemory(RAM + 0x1000, "00".repeat(0x1000)));
        assertThat(run).hasFaultAddress(to).hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE)
                .changedNothing();
        assertThat(run.memory().contents(RAM, 0x1000)).containsOnly(0x5a);
        assertThat(run.memory().contents(RAM + 0x1000, 0x1000)).containsOnly(0);
    }

    @Test
    void movsIntoUnmappedMemoryHasReadAlready() {
        TrapRun run = run(trap("a4").with("rsi", DEVICE).with("rdi", UNMAPPED));
        assertThat(run).hasFaultAddress(UNMAPPED).hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE)
                .changedNothing().accesses().hasSize(1);
    }
}
