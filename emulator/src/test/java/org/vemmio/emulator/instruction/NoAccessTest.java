package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Cache-line instructions, prefetches and no-operations (Intel SDM vol. 2, CLFLUSH, CLFLUSHOPT, CLWB, CLDEMOTE, NOP,
/// PREFETCHh, PREFETCHW, PREFETCHWT1; AMD APM vol. 3, PREFETCH).
class NoAccessTest {
    private static final String CLFLUSH = "0fae3f";
    private static final String CLFLUSHOPT = "660fae3f";
    private static final String CLWB = "660fae37";
    private static final long NON_CANONICAL = 0x0200_0000_0000_0000L;

    /// Fails the test if it is asked for anything.
    private static final class Untouchable implements MmioBus {
        @Override
        public long read(long gpa, int size) {
            throw new AssertionError("a read");
        }

        @Override
        public void write(long gpa, int size, long value) {
            throw new AssertionError("a write");
        }

        @Override
        public int widths(long gpa) {
            throw new AssertionError("a question for widths");
        }
    }

    private static void assertNothingHappens(HandmadeTrap trap, String code) {
        TrapRun run = trap.bus(new Untouchable()).run(MmioEngine.builder().splitting(false));
        assertThat(run).hasEffect(Outcome.Effect.NO_ACCESS).changedOnly()
                .continuesAt(run.before().rip() + code.length() / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {CLFLUSH, CLFLUSHOPT, CLWB, "0f1c07",
        // prefetchnta, prefetcht0, prefetcht1, prefetcht2, the places of prefetchit1 and prefetchit0, reserved hints
        "0f1807", "0f180f", "0f1817", "0f181f", "0f1837", "0f183f", "0f1827", "0f182f",
        // prefetch, prefetchw, prefetchwt1, and AMD's reserved ones
        "0f0d07", "0f0d0f", "0f0d17", "0f0d1f", "0f0d3f",
        // no-operations with a ModRM byte, some with prefixes that mean something elsewhere
        "0f1f07", "660f1f4700", "0f1907", "0f1a07", "660f1b07", "0f1c0f", "0f1d07", "0f1e07", "f30f1e07", "480f1f07"})
    void theDeviceIsLeftAloneWithAllFlagsSetAndClear(String code) {
        for (long flags : new long[] {2, 2 | Rflags.ARITHMETIC | Rflags.DF | Rflags.AC}) {
            assertNothingHappens(HandmadeTrap.of(code).with("rdi", DEVICE + 0xfff).with("rax", 7).cpl(3)
                    .with("rflags", flags), code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0f1c07", "0f180f", "0f0d07", "0f0d0f", "0f0d17", "0f1f07", "0f1e07"})
    void hintsNeverFault(String code) {
        assertNothingHappens(HandmadeTrap.of(code).with("rdi", NON_CANONICAL), code);
        assertNothingHappens(HandmadeTrap.of(code).with("rdi", 0x77_7000), code);
    }

    @ParameterizedTest
    @CsvSource({
        CLFLUSH + ", 0x200000000000000, 13, 0, 0", CLFLUSHOPT + ", 0x200000000000000, 13, 0, 0",
        CLWB + ", 0x200000000000000, 13, 0, 0",
        // clflush [rsp]
        "0fae3c24, 0x200000000000000, 12, 0, 0",
        // as a read by CPL 3, of one byte and no more
        CLFLUSH + ", 0x103000, 14, 4, 0x103000", CLWB + ", 0x103000, 14, 4, 0x103000",
        CLFLUSHOPT + ", 0xfffff, 14, 4, 0xfffff"})
    void cacheLineInstructionsFaultAsTheLoadOfAByte(String code, String address, int vector, int error, String linear) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", Long.decode(address)).with("rsp", Long.decode(address)).cpl(3)
                .run();
        assertThat(run).isException(vector).hasErrorCode(error).changedNothing();
        assertThat(((Outcome.Exception) run.outcome()).address()).isEqualTo(Long.decode(linear));
    }

    @ParameterizedTest
    @ValueSource(strings = {CLFLUSH, CLFLUSHOPT, CLWB})
    void theLastByteOfASegmentIsWithinIt(String code) {
        assertNothingHappens(inSegment(code, 0xfff), code);
        assertThat(inSegment(code, 0x1000).run()).isException(Outcome.Exception.GP);
    }

    /// An operand at `offset` into the device, of which the limit of DS leaves 0x1000 bytes.
    private static HandmadeTrap inSegment(String code, int offset) {
        return HandmadeTrap.of(code).mode(CodeMode.CODE32).with("rdi", DEVICE_GPA + offset)
                .window(DEVICE_GPA, DEVICE_GPA, 0x2000).cpu(cpu -> cpu.setSegmentLimit(Segment.DS, DEVICE_GPA + 0xfff));
    }

    @ParameterizedTest
    @CsvSource({"90, nop", "0f1fc0, nop", "0f0dc1, nop"})
    void aNoOperationWithoutMemoryCannotHaveTrapped(String code, String mnemonic) {
        assertThat(HandmadeTrap.of(code).run()).isPropagated().hasCheck("no-memory-operand")
                .failure().hasDetail(mnemonic);
    }
}
