package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What the recordings leave out of the string instructions (Intel SDM vol. 2, REP, MOVS, CMPS, STOS, LODS, SCAS):
/// faults in the middle, bounds on iterations, address sizes, other modes.
class StringsTest {
    private static final int COUNT = 12;
    private static final long RAM = DEVICE + 0x1000;
    private static final long END_OF_RAM = RAM + 0x1000;

    /// On a device, a page of it, that holds `device`, and a page of RAM behind it.
    private static HandmadeTrap trap(String code, String device) {
        return HandmadeTrap.of(code).with("rsi", RAM).with("rdi", DEVICE).with("rcx", COUNT).holds(device)
                .memory(RAM, "00".repeat(0x1000));
    }

    static Stream<Arguments> repeated() {
        return Stream.of("f3a4", "f366a5", "f3a5", "f348a5", "f3aa", "f348ab", "f3ac", "f348ad", "f3a6", "f3a7", "f2af",
                "f248af").flatMap(code -> Stream.of(false, true).map(down -> Arguments.of(code, down)));
    }

    /// A string of [#COUNT] equal elements that leaves memory after `whole` of them: upwards at the end of
    /// RAM, downwards at the start of the device. SCAS, which goes on while the elements differ, looks for another
    /// value.
    private static HandmadeTrap faultingAfter(String code, boolean down, int whole) {
        boolean bytes = "468ace".indexOf(code.charAt(code.length() - 1)) >= 0;
        int size = code.contains("66") ? 2 : code.contains("48") ? 8 : bytes ? 1 : 4;
        long start = down ? DEVICE + (whole - 1L) * size : END_OF_RAM - (long) whole * size;
        return trap(code, "").with("rsi", start).with("rdi", start).with("rax", -1)
                .with("rflags", down ? Rflags.DF | 2 : 2);
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void aFaultLeavesTheRegistersAtItsElementWhateverTheBound(String code, boolean down) {
        for (int whole = 0; whole < COUNT; whole++) {
            HandmadeTrap trap = faultingAfter(code, down, whole);
            String where = "%s after %d".formatted(code, whole);
            TrapRun unbounded = trap.run(MmioEngine.builder().repeatBound(MmioEngine.MAX_REPEAT_BOUND));
            assertThat(unbounded).as(where).isException(Outcome.Exception.PF).hasRegister("rcx", COUNT - whole)
                    .continuesAt(CODE);
            assertThat(((Outcome.Exception) unbounded.outcome()).complete()).isFalse();
            for (int bound : List.of(1, 2, 3, 5, COUNT)) {
                List<TrapRun> bounded = trap.runToTheEnd(MmioEngine.builder().repeatBound(bound));
                TrapRun last = bounded.getLast();
                assertThat(last.outcome()).as("%s, bound %d", where, bound).isEqualTo(unbounded.outcome());
                assertThat(last.after()).isEqualTo(unbounded.after());
                assertThat(bounded.stream().flatMap(run -> run.accesses().stream()).toList())
                        .isEqualTo(unbounded.accesses());
                assertThat(last.memory().contents(RAM, 0x1000)).isEqualTo(unbounded.memory().contents(RAM, 0x1000));
            }
        }
    }

    /// The strings are equal but for element 5 of the device's, which alone is what SCAS looks for.
    @ParameterizedTest
    @CsvSource({"f3a6, 6", "f2a6, 1", "f3ae, 1", "f2ae, 6"})
    void aComparisonEndsWhereItsPrefixSays(String code, int compared) {
        assertThat(trap(code, "0000000000 77").with("rax", 0x77).run()).isComplete()
                .hasRegister("rdi", DEVICE + compared).hasRegister("rcx", COUNT - compared);
    }

    @ParameterizedTest
    @CsvSource({"f3a4", "f348ab", "f3ac", "f3a6", "f2af", "67f3a4"})
    void aCountOfZeroDoesNothing(String code) {
        assertThat(HandmadeTrap.of(code).with("rsi", 0x77_7000).with("rdi", 0x77_7000).with("rax", 3)
                .with("rcx", code.startsWith("67") ? 0x1_0000_0000L : 0).run())
                .hasEffect(Outcome.Effect.NO_ACCESS).changedOnly();
    }

    @Test
    void a32BitAddressSizeClearsTheUpperHalves() {
        assertThat(HandmadeTrap.of("67f3a4").with("rsi", 0xffff_0000_0000_1000L).with("rcx", 0xffff_0000_0000_0003L)
                .with("rdi", 0xffff_0000_0000_0000L | DEVICE_GPA).window(DEVICE_GPA, DEVICE_GPA, 0x1000)
                .memory(0x1000, "000000").run()).isEmulated().hasRegister("rsi", 0x1003)
                .hasRegister("rdi", DEVICE_GPA + 3).hasRegister("rcx", 0);
    }

    @Test
    void a16BitAddressSizeWrapsAndKeepsTheRest() {
        assertThat(HandmadeTrap.of("f3aa").mode(CodeMode.CODE16).with("rdi", 0xabcd_fffeL).with("rcx", 0x1234_0004L)
                .with("rax", 0x5a).with("es", DEVICE_GPA - 0xf000)
                .window(DEVICE_GPA, DEVICE_GPA, 0x1000).run()).hasFaultAddress(DEVICE_GPA - 0xf000)
                .hasRegister("rdi", 0xabcd_0000L).hasRegister("rcx", 0x1234_0002L)
                .accesses().are(write(DEVICE_GPA + 0xffe, 1, 0x5a), write(DEVICE_GPA + 0xfff, 1, 0x5a));
    }

    @ParameterizedTest
    @CsvSource({"64a4, 0x2000, 0", "65a4, 0, 0x2000"})
    void aSegmentOverrideChangesTheSourceAlone(String code, String fs, String gs) {
        assertThat(HandmadeTrap.of(code).with("rsi", RAM - 0x2000).with("rdi", DEVICE + 8)
                .with("fs", Long.decode(fs)).with("gs", Long.decode(gs)).memory(RAM, "5a").run())
                .isEmulated().accesses().are(write(DEVICE_GPA + 8, 1, 0x5a));
    }

    /// MOVS and STOS write their destination; CMPS and SCAS, which read it, do not.
    @ParameterizedTest
    @CsvSource({"a4, true", "48a5, true", "f3aa, true", "66ab, true", "a6, false", "f348a7, false", "ae, false",
        "f2af, false"})
    void readOnlyMemoryFaultsWhereItIsWritten(String code, boolean writes) {
        long readOnly = 0x50_0000;
        TrapRun run = HandmadeTrap.of(code).with("rsi", DEVICE).with("rdi", readOnly).with("rcx", 1).holds("")
                .readOnlyMemory(readOnly, "0000000000000000").run();
        if (writes) {
            assertThat(run).hasFaultAddress(readOnly).hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE)
                    .accesses().areNone();
        } else {
            assertThat(run).isEmulated();
        }
    }

    /// In 64-bit mode an override to SS is ignored, and with it that a fault in SS is #SS (Intel SDM vol. 1, 3.3.4).
    @ParameterizedTest
    @CsvSource({"CODE64, 36ac, 13", "CODE64, ac, 13", "CODE32, 36ac, 12", "CODE32, ac, 13"})
    void anOverrideToTheStackSegmentCountsOutside64BitMode(CodeMode mode, String code, int vector) {
        assertThat(HandmadeTrap.of(code).mode(mode).with("rsi", 0x0100_0000_8000_0000L).cpu(cpu -> {
            cpu.setSegmentLimit(Segment.DS, 0xfff);
            cpu.setSegmentLimit(Segment.SS, 0xfff);
        }).run()).isException(vector).hasErrorCode(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x8d5})
    void aMoveLeavesTheFlags(long flags) {
        assertThat(trap("f3a4", "").with("rflags", flags | 2).run()).isEmulated().changedOnly("rcx", "rsi", "rdi");
    }

    @Test
    void theTrapFlagStopsAfterEachIteration() {
        HandmadeTrap trap = trap("f3a4", "").with("rflags", Rflags.TF | 2);
        for (int left = 1; left >= 0; left--) {
            TrapRun run = trap.with("rcx", left + 1).run();
            assertThat(run).isException(Outcome.Exception.DB).hasRegister("rcx", left)
                    .continuesAt(left == 0 ? CODE + 2 : CODE);
            assertThat(((Outcome.Exception) run.outcome()).complete()).isEqualTo(left == 0);
        }
    }
}
