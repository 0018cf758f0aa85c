package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// Direct and enqueue stores (Intel SDM vol. 2, MOVDIRI, MOVDIR64B, ENQCMD, ENQCMDS).
class WideStoresTest {
    /// To ES:RAX, from [rdi].
    private static final String MOVDIR64B = "660f38f807";
    private static final String ENQCMD = "f20f38f807";
    private static final String ENQCMDS = "f30f38f807";
    private static final long DEVICE_LINE = TestMachine.DEVICE + 0x40;
    private static final long DEVICE_LINE_GPA = TestMachine.GPA + 0x40;
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;

    /// Takes what its widths say, and one enqueue store in two.
    private static final class Portal implements MmioBus {
        private final int widths;
        private boolean full = true;
        private byte[] command = new byte[0];

        Portal(int widths) {
            this.widths = widths;
        }

        @Override
        public long read(long gpa, int size) {
            return 0;
        }

        @Override
        public void write(long gpa, int size, long value) {
        }

        @Override
        public int widths(long gpa) {
            return widths;
        }

        @Override
        public boolean enqueue(long gpa, byte[] from, int offset) {
            full = !full;
            command = full ? command : Arrays.copyOfRange(from, offset, offset + 64);
            return !full;
        }
    }

    /// A machine whose RAM holds `line` at `offset`, with RDI on it and RAX on a line of the device.
    private static TestMachine from(String code, int offset, byte[] line) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RDI, TestMachine.RAM + offset).with(Gpr.RAX, DEVICE_LINE);
        for (int i = 0; i < line.length; i++) {
            machine.memory.write(TestMachine.RAM + offset + i, 1, line[i]);
        }
        return machine;
    }

    private static byte[] line(long first) {
        byte[] line = new byte[64];
        new Random(first).nextBytes(line);
        Bytes.put(line, 0, 4, first);
        return line;
    }

    private static void assertFault(TestMachine machine, int vector) {
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class,
                fault -> assertThat(fault.vector()).isEqualTo(vector));
        assertThat(machine.cpu).isEqualTo(before);
        assertThat(machine.accesses).isEmpty();
    }

    /// At the page behind the RAM.
    private static void assertPageFault(TestMachine machine, int errorCode) {
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class, fault -> {
            assertThat(fault.vector()).isEqualTo(Outcome.Exception.PF);
            assertThat(fault.errorCode()).isEqualTo(errorCode);
            assertThat(fault.address()).isEqualTo(TestMachine.RAM + 0x1000);
        });
        assertThat(machine.accesses).isEmpty();
    }

    private static void assertEffect(TestMachine machine, Outcome.Effect effect) {
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Emulated.class,
                emulated -> assertThat(emulated.effect()).isEqualTo(effect));
    }

    @ParameterizedTest
    @CsvSource({"0f38f907, 4, 0xfe000041", "480f38f907, 8, 0xfe000041"})
    void movdiriStoresARegister(String code, int size, String gpa) {
        for (long flags : new long[] {OTHER_FLAGS, OTHER_FLAGS | Rflags.ARITHMETIC}) {
            TestMachine machine = TestMachine.of(code).at(0x41).with(Gpr.RAX, 0x8877_6655_4433_2211L);
            machine.cpu.setRflags(flags);
            assertEffect(machine, Outcome.Effect.WHOLE);
            byte[] value = Arrays.copyOf(HexFormat.of().parseHex("1122334455667788"), size);
            assertThat(machine.accesses).containsExactly(DeviceAccess.write(Long.decode(gpa), value));
            assertThat(machine.cpu.rflags()).isEqualTo(flags);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 1, 63, 0xfc0})
    void movdir64bIsOneAccessWhateverTheAlignmentOfItsSource(int offset) {
        byte[] line = line(0x1234);
        TestMachine machine = from(MOVDIR64B, offset, line);
        machine.cpu.setCpl(3);
        machine.cpu.setRflags(OTHER_FLAGS | Rflags.ARITHMETIC | Rflags.AC);
        assertEffect(machine, Outcome.Effect.WHOLE);
        assertThat(machine.accesses).containsExactly(DeviceAccess.write(DEVICE_LINE_GPA, line));
        assertThat(Arrays.copyOfRange(machine.device.contents(), 0x40, 0x80)).isEqualTo(line);
        assertThat(machine.cpu.rflags()).isEqualTo(OTHER_FLAGS | Rflags.ARITHMETIC | Rflags.AC);
    }

    @Test
    void movdir64bReadsFromADeviceAcrossPagesAndWritesToMemory() {
        TestMachine machine = TestMachine.of(MOVDIR64B).at(0xfe0).with(Gpr.RAX, TestMachine.RAM + 0x80);
        byte[] line = line(7);
        machine.device.write(0xfe0, line, 0, 32);
        machine.device.write(0x1000, line, 32, 32);
        assertEffect(machine, Outcome.Effect.SPLIT);
        assertThat(machine.memory.contents(TestMachine.RAM + 0x80, 64)).isEqualTo(line);
        assertThat(machine.accesses).containsExactly(DeviceAccess.read(TestMachine.GPA + 0xfe0, Arrays.copyOf(line, 32)),
                DeviceAccess.read(TestMachine.GPA + 0x1000, Arrays.copyOfRange(line, 32, 64)));
    }

    @ParameterizedTest
    @CsvSource({"32, 660f38f807", "32, 3e660f38f807", "32, 2e660f38f807"})
    void theDestinationIsInEsWhateverTheOverride(int bits, String code) {
        TestMachine machine = new TestMachine(CodeMode.of(bits), code).with(Gpr.RDI, TestMachine.RAM).with(Gpr.RAX, 0xffff_f040L);
        machine.cpu.setSegmentBase(Segment.ES, TestMachine.DEVICE + 0x1000);
        machine.cpu.setSegmentBase(Segment.CS, 0);
        machine.cpu.setSegmentBase(Segment.DS, 0);
        assertEffect(machine, Outcome.Effect.WHOLE);
        assertThat(machine.accesses).extracting(DeviceAccess::gpa).containsExactly(DEVICE_LINE_GPA);
    }

    @Test
    void theAddressSizeIsThatOfBothOperands() {
        TestMachine machine = from("67" + MOVDIR64B, 5, line(9)).with(Gpr.RAX, 0x1_0000_0000L + DEVICE_LINE)
                .with(Gpr.RDI, 0x7_0000_0000L + TestMachine.RAM + 5);
        assertEffect(machine, Outcome.Effect.WHOLE);
        assertThat(machine.accesses).containsExactly(DeviceAccess.write(DEVICE_LINE_GPA, line(9)));
    }

    @ParameterizedTest
    @ValueSource(strings = {MOVDIR64B, ENQCMD, ENQCMDS})
    void theDestinationMustBeAligned(String code) {
        for (int offset : new int[] {1, 8, 32, 63}) {
            assertFault(from(code, 0, line(0)).with(Gpr.RAX, DEVICE_LINE + offset), Outcome.Exception.GP);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MOVDIR64B, ENQCMD, ENQCMDS})
    void bothOperandsMustBeMapped(String code) {
        assertPageFault(from(code, 0, line(0)).with(Gpr.RAX, TestMachine.RAM + 0x1000), LinearMemory.PF_WRITE);
        assertPageFault(from(code, 0, line(0)).with(Gpr.RDI, TestMachine.RAM + 0xfc1), 0);
        assertFault(from(code, 0, line(0)).with(Gpr.RAX, 0x0200_0000_0000_0000L), Outcome.Exception.GP);
    }

    @Test
    void aDirectStoreThatTheDeviceDoesNotTakeWholeIsSplitOrRefused() {
        TestMachine split = from(MOVDIR64B, 0, line(1));
        split.bus = new Portal(MmioBus.UP_TO_8);
        assertEffect(split, Outcome.Effect.SPLIT);
        assertThat(split.accesses).hasSize(8).allMatch(access -> access.isWrite() && access.size() == 8);

        TestMachine refused = from(MOVDIR64B, 0, line(1));
        refused.bus = new Portal(MmioBus.UP_TO_8);
        refused.options = builder -> builder.splitting(false);
        assertThat(refused.run()).isInstanceOfSatisfying(Outcome.Propagated.class, propagated ->
                assertThat(propagated.failure().reason()).isEqualTo(FailureReason.WIDTH_REFUSED));
        assertThat(refused.accesses).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // the identifier replaces the low 20 bits, which were 0, at any privilege level
        ENQCMD + ", 0, 80012345, 00012345, 0", ENQCMD + ", 0, ffffffff, 000fffff, 3",
        // the source brings its own, and the bit of the supervisor
        ENQCMDS + ", 800abcde, 0, 800abcde, 0", ENQCMDS + ", 000fffff, 80000001, 000fffff, 0"})
    void theDeviceAnswersInZfAndTheOtherFlagsAreClear(String code, String first, String pasid, String header, int cpl) {
        Portal portal = new Portal(MmioBus.UP_TO_8);
        for (boolean taken : List.of(true, false)) {
            for (long flags : new long[] {OTHER_FLAGS, OTHER_FLAGS | Rflags.ARITHMETIC | Rflags.AC}) {
                byte[] source = line(Long.parseLong(first, 16));
                TestMachine machine = from(code, 3, source);
                machine.bus = portal;
                machine.options = builder -> builder.splitting(false);
                machine.cpu.setPasid(Long.parseLong(pasid, 16));
                machine.cpu.setCpl(cpl);
                machine.cpu.setRflags(flags);
                portal.full = taken;
                byte[] command = source.clone();
                Bytes.put(command, 0, 4, Long.parseLong(header, 16));

                assertEffect(machine, Outcome.Effect.WHOLE);

                assertThat(machine.accesses).containsExactly(DeviceAccess.write(DEVICE_LINE_GPA, command));
                assertThat(machine.cpu.rflags())
                        .isEqualTo(flags & ~Rflags.ARITHMETIC | (taken ? 0 : Rflags.ZF));
                assertThat(portal.command).isEqualTo(command);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ENQCMD, ENQCMDS})
    void aCommandForMemoryIsDroppedAndToBeRetried(String code) {
        TestMachine machine = from(code, 0, line(0)).with(Gpr.RAX, TestMachine.RAM + 0x400);
        machine.cpu.setRflags(OTHER_FLAGS | Rflags.ARITHMETIC);
        assertEffect(machine, Outcome.Effect.NO_ACCESS);
        assertThat(machine.memory.contents(TestMachine.RAM + 0x400, 64)).containsOnly(0);
        assertThat(machine.cpu.rflags()).isEqualTo(OTHER_FLAGS | Rflags.ZF);
    }

    @ParameterizedTest
    @CsvSource({
        ENQCMD + ", 1, 80000000, 0", ENQCMD + ", 80000000, 80000000, 0", ENQCMD + ", 100000, 80000000, 0",
        ENQCMD + ", 0, 7fffffff, 0", ENQCMD + ", 0, 0, 3",
        ENQCMDS + ", 100000, 80000000, 0", ENQCMDS + ", 40000000, 80000000, 0", ENQCMDS + ", 0, 80000000, 3",
        ENQCMDS + ", 0, 80000000, 1"})
    void aCommandThatIsNotWellFormedFaults(String code, String first, String pasid, int cpl) {
        TestMachine machine = from(code, 0, line(Long.parseLong(first, 16)));
        machine.cpu.setPasid(Long.parseLong(pasid, 16));
        machine.cpu.setCpl(cpl);
        machine.cpu.setRflags(OTHER_FLAGS | Rflags.ARITHMETIC);
        assertFault(machine, Outcome.Exception.GP);
    }
}
