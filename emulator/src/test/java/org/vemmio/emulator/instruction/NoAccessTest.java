package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

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

    private static void assertNothingHappens(TestMachine machine) {
        machine.bus = new Untouchable();
        machine.options = builder -> builder.splitting(false);
        CpuState after = CpuState.copyOf(machine.cpu);
        after.setRip(TestMachine.CODE + machine.memory.fetch(TestMachine.CODE, new byte[15], 15));
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.effect()).isEqualTo(Outcome.Effect.NO_ACCESS));
        assertThat(machine.cpu).isEqualTo(after);
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
            TestMachine machine = TestMachine.of(code).at(0xfff).with(Gpr.RAX, 7);
            machine.cpu.setCpl(3);
            machine.cpu.setRflags(flags);
            assertNothingHappens(machine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0f1c07", "0f180f", "0f0d07", "0f0d0f", "0f0d17", "0f1f07", "0f1e07"})
    void hintsNeverFault(String code) {
        assertNothingHappens(TestMachine.of(code).with(Gpr.RDI, NON_CANONICAL));
        assertNothingHappens(TestMachine.of(code).with(Gpr.RDI, TestMachine.RAM + 0x1000));
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
        TestMachine machine = TestMachine.of(code).with(Gpr.RDI, Long.decode(address)).with(Gpr.RSP, Long.decode(address));
        machine.cpu.setCpl(3);
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
            assertThat(fault.vector()).isEqualTo(vector);
            assertThat(fault.errorCode()).isEqualTo(error);
            assertThat(fault.address()).isEqualTo(Long.decode(linear));
        });
        assertThat(machine.cpu).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {CLFLUSH, CLFLUSHOPT, CLWB})
    void theLastByteOfASegmentIsWithinIt(String code) {
        TestMachine inside = new TestMachine(CodeMode.CODE32, code).at(0xfff);
        inside.cpu.setSegmentLimit(Segment.DS, TestMachine.DEVICE + 0xfff);
        assertNothingHappens(inside);

        TestMachine outside = new TestMachine(CodeMode.CODE32, code).at(0x1000);
        outside.cpu.setSegmentLimit(Segment.DS, TestMachine.DEVICE + 0xfff);
        assertThat(outside.run()).isInstanceOfSatisfying(Outcome.Exception.class,
                fault -> assertThat(fault.vector()).isEqualTo(Outcome.Exception.GP));
    }

    @ParameterizedTest
    @CsvSource({"90, nop", "0f1fc0, nop", "0f0dc1, nop"})
    void aNoOperationWithoutMemoryCannotHaveTrapped(String code, String mnemonic) {
        assertThat(TestMachine.of(code).run()).isInstanceOfSatisfying(Outcome.Propagated.class, propagated -> {
            assertThat(propagated.failure().reason()).isEqualTo(FailureReason.NO_MEMORY_OPERAND);
            assertThat(propagated.failure().detail()).isEqualTo(mnemonic);
        });
    }
}
