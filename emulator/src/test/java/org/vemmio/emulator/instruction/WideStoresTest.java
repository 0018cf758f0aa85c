package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Direct and enqueue stores (Intel SDM vol. 2, MOVDIRI, MOVDIR64B, ENQCMD, ENQCMDS).
class WideStoresTest {
    /// To ES:RAX, from [rdi].
    private static final String MOVDIR64B = "660f38f807";
    private static final String ENQCMD = "f20f38f807";
    private static final String ENQCMDS = "f30f38f807";
    private static final long RAM = 0x10_2000;
    private static final long DEVICE_LINE = DEVICE + 0x40;
    private static final long DEVICE_LINE_GPA = DEVICE_GPA + 0x40;
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;

    /// Takes one enqueue store in two, and no other access above 8 bytes.
    private static final class Portal implements MmioBus {
        private boolean full = true;
        private byte[] command = new byte[0];

        @Override
        public long read(long gpa, int size) {
            return 0;
        }

        @Override
        public void write(long gpa, int size, long value) {
        }

        @Override
        public boolean enqueue(long gpa, byte[] from, int offset) {
            full = !full;
            command = full ? command : Arrays.copyOfRange(from, offset, offset + 64);
            return !full;
        }
    }

    /// With `line` at `offset` into a page of RAM, RDI on it and RAX on a line of a device.
    private static HandmadeTrap from(String code, int offset, byte[] line) {
        return HandmadeTrap.of(code).with("rdi", RAM + offset).with("rax", DEVICE_LINE).holds("")
                .memory(RAM, "00".repeat(offset) + HexFormat.of().formatHex(line) + "00".repeat(0x1000 - 64 - offset));
    }

    private static byte[] line(long first) {
        byte[] line = new byte[64];
        new Random(first).nextBytes(line);
        Bytes.put(line, 0, 4, first);
        return line;
    }

    private static void assertFault(HandmadeTrap trap) {
        assertThat(trap.run()).isException(Outcome.Exception.GP).changedNothing().accesses().areNone();
    }

    /// At the page behind the RAM.
    private static void assertPageFault(HandmadeTrap trap, int errorCode) {
        assertThat(trap.run()).hasFaultAddress(RAM + 0x1000).hasErrorCode(errorCode).accesses().areNone();
    }

    @ParameterizedTest
    @CsvSource({"0f38f907, 4, 0xfe000041", "480f38f907, 8, 0xfe000041"})
    void movdiriStoresARegister(String code, int size, String gpa) {
        for (long flags : new long[] {OTHER_FLAGS, OTHER_FLAGS | Rflags.ARITHMETIC}) {
            long value = 0x8877_6655_4433_2211L;
            assertThat(HandmadeTrap.of(code).with("rdi", DEVICE + 0x41).with("rax", value).with("rflags", flags).run())
                    .hasEffect(Outcome.Effect.WHOLE).changedOnly().accesses()
                    .are(write(Long.decode(gpa), size, value & MemoryRef.mask(8 * size)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 1, 63, 0xfc0})
    void movdir64bIsOneAccessWhateverTheAlignmentOfItsSource(int offset) {
        byte[] line = line(0x1234);
        TrapRun run = from(MOVDIR64B, offset, line).cpl(3)
                .with("rflags", OTHER_FLAGS | Rflags.ARITHMETIC | Rflags.AC).run();
        assertThat(run).hasEffect(Outcome.Effect.WHOLE).changedOnly()
                .accesses().are(DeviceAccess.write(DEVICE_LINE_GPA, line));
        assertThat(Arrays.copyOfRange(run.device().contents(), 0x40, 0x80)).isEqualTo(line);
    }

    @Test
    void movdir64bReadsFromADeviceAcrossPagesAndWritesToMemory() {
        byte[] line = line(7);
        TrapRun run = HandmadeTrap.of(MOVDIR64B).with("rdi", DEVICE + 0xfe0).with("rax", RAM + 0x80)
                .window(DEVICE, DEVICE_GPA, 0x2000).holds("00".repeat(0xfe0) + HexFormat.of().formatHex(line))
                .memory(RAM, "00".repeat(0x100)).run();
        assertThat(run).hasEffect(Outcome.Effect.SPLIT).accesses().are(
                DeviceAccess.read(DEVICE_GPA + 0xfe0, Arrays.copyOf(line, 32)),
                DeviceAccess.read(DEVICE_GPA + 0x1000, Arrays.copyOfRange(line, 32, 64)));
        assertThat(run.memory().contents(RAM + 0x80, 64)).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"660f38f807", "3e660f38f807", "2e660f38f807"})
    void theDestinationIsInEsWhateverTheOverride(String code) {
        assertThat(from(code, 0, line(2)).mode(CodeMode.CODE32).with("rax", 0xffff_f040L)
                .with("es", DEVICE_GPA + 0x1000).window(DEVICE_GPA, DEVICE_GPA, 0x1000).run())
                .hasEffect(Outcome.Effect.WHOLE).accesses().are(DeviceAccess.write(DEVICE_LINE_GPA, line(2)));
    }

    @Test
    void theAddressSizeIsThatOfBothOperands() {
        assertThat(from("67" + MOVDIR64B, 5, line(9)).window(DEVICE_GPA, DEVICE_GPA, 0x1000)
                .with("rax", 0x1_0000_0000L + DEVICE_LINE_GPA).with("rdi", 0x7_0000_0000L + RAM + 5).run())
                .hasEffect(Outcome.Effect.WHOLE).accesses().are(DeviceAccess.write(DEVICE_LINE_GPA, line(9)));
    }

    @ParameterizedTest
    @ValueSource(strings = {MOVDIR64B, ENQCMD, ENQCMDS})
    void theDestinationMustBeAligned(String code) {
        for (int offset : new int[] {1, 8, 32, 63}) {
            assertFault(from(code, 0, line(0)).with("rax", DEVICE_LINE + offset));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MOVDIR64B, ENQCMD, ENQCMDS})
    void bothOperandsMustBeMapped(String code) {
        assertPageFault(from(code, 0, line(0)).with("rax", RAM + 0x1000), LinearMemory.PF_WRITE);
        assertPageFault(from(code, 0, line(0)).with("rdi", RAM + 0xfc1), 0);
        assertFault(from(code, 0, line(0)).with("rax", 0x0200_0000_0000_0000L));
    }

    @Test
    void aDirectStoreThatTheDeviceDoesNotTakeWholeIsSplitOrRefused() {
        HandmadeTrap trap = from(MOVDIR64B, 0, line(1)).widths(MmioBus.UP_TO_8);
        assertThat(trap.run()).hasEffect(Outcome.Effect.SPLIT)
                .accesses().areOnlyWrites().haveSizes(8, 8, 8, 8, 8, 8, 8, 8);
        assertThat(trap.run(MmioEngine.builder().splitting(false))).isPropagated()
                .hasCheck("width-refused").accesses().areNone();
    }

    @ParameterizedTest
    @CsvSource({
        // the identifier replaces the low 20 bits, which were 0, at any privilege level
        ENQCMD + ", 0, 80012345, 00012345, 0", ENQCMD + ", 0, ffffffff, 000fffff, 3",
        // the source brings its own, and the bit of the supervisor
        ENQCMDS + ", 800abcde, 0, 800abcde, 0", ENQCMDS + ", 000fffff, 80000001, 000fffff, 0"})
    void theDeviceAnswersInZfAndTheOtherFlagsAreClear(String code, String first, String pasid, String header, int cpl) {
        Portal portal = new Portal();
        byte[] source = line(Long.parseLong(first, 16));
        byte[] command = source.clone();
        Bytes.put(command, 0, 4, Long.parseLong(header, 16));
        for (boolean taken : List.of(true, false)) {
            for (long flags : new long[] {OTHER_FLAGS, OTHER_FLAGS | Rflags.ARITHMETIC | Rflags.AC}) {
                portal.full = taken;
                assertThat(from(code, 3, source).bus(portal).cpl(cpl).with("rflags", flags)
                        .cpu(cpu -> cpu.setPasid(Long.parseLong(pasid, 16)))
                        .run(MmioEngine.builder().splitting(false)))
                        .hasEffect(Outcome.Effect.WHOLE)
                        .hasRegister("rflags", flags & ~Rflags.ARITHMETIC | (taken ? 0 : Rflags.ZF))
                        .accesses().are(DeviceAccess.write(DEVICE_LINE_GPA, command));
                assertThat(portal.command).isEqualTo(command);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ENQCMD, ENQCMDS})
    void aCommandForMemoryIsDroppedAndToBeRetried(String code) {
        TrapRun run = from(code, 0, line(0)).with("rax", RAM + 0x400).with("rflags", OTHER_FLAGS | Rflags.ARITHMETIC)
                .run();
        assertThat(run).hasEffect(Outcome.Effect.NO_ACCESS).hasRegister("rflags", OTHER_FLAGS | Rflags.ZF);
        assertThat(run.memory().contents(RAM + 0x400, 64)).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({
        ENQCMD + ", 1, 80000000, 0", ENQCMD + ", 80000000, 80000000, 0", ENQCMD + ", 100000, 80000000, 0",
        ENQCMD + ", 0, 7fffffff, 0", ENQCMD + ", 0, 0, 3",
        ENQCMDS + ", 100000, 80000000, 0", ENQCMDS + ", 40000000, 80000000, 0", ENQCMDS + ", 0, 80000000, 3",
        ENQCMDS + ", 0, 80000000, 1"})
    void aCommandThatIsNotWellFormedFaults(String code, String first, String pasid, int cpl) {
        assertFault(from(code, 0, line(Long.parseLong(first, 16))).cpl(cpl)
                .with("rflags", OTHER_FLAGS | Rflags.ARITHMETIC)
                .cpu(cpu -> cpu.setPasid(Long.parseLong(pasid, 16))));
    }
}
