package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.DeviceRefusedException;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// Which accesses vector instructions make: widths, order, elements under a mask, page boundaries, refusals.
class VectorAccessesTest {
    /// The machine's bus, with other widths, which may refuse an access.
    private record Narrow(MmioBus bus, int widths, int[] patience) implements MmioBus {
        static TestMachine on(TestMachine machine, int widths) {
            return on(machine, widths, Integer.MAX_VALUE);
        }

        static TestMachine on(TestMachine machine, int widths, int patience) {
            machine.bus = new Narrow(machine.bus, widths, new int[] {patience});
            return machine;
        }

        private void take() {
            if (patience[0]-- == 0) {
                throw new DeviceRefusedException("it is busy");
            }
        }

        @Override
        public long read(long gpa, int size) {
            take();
            return bus.read(gpa, size);
        }

        @Override
        public void write(long gpa, int size, long value) {
            take();
            bus.write(gpa, size, value);
        }

        @Override
        public void read(long gpa, byte[] into, int offset, int size) {
            take();
            bus.read(gpa, into, offset, size);
        }

        @Override
        public void write(long gpa, byte[] from, int offset, int size) {
            take();
            bus.write(gpa, from, offset, size);
        }

        @Override
        public int widths(long gpa) {
            return widths;
        }
    }

    /// The accesses as `r8@0`: read or write, bytes, offset into the device; separated by blanks.
    private static String accesses(TestMachine machine) {
        return accesses(machine, 0);
    }

    private static String accesses(TestMachine machine, long origin) {
        return machine.accesses.stream()
                .map(access -> (access.isWrite() ? "w" : "r") + access.size()
                        + "@" + (access.gpa() - TestMachine.GPA - origin))
                .collect(Collectors.joining(" "));
    }

    private static String effect(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Emulated.class);
        return ((Outcome.Emulated) outcome).effect().name();
    }

    private static String fault(Outcome outcome) {
        return outcome instanceof Outcome.Exception exception ? Outcome.Exception.name(exception.vector()) : "ok";
    }

    private static TestMachine filled(TestMachine machine) {
        for (int i = 0; i < 128; i++) {
            machine.device.write(i, 1, i);
        }
        byte[] register = new byte[64];
        for (int i = 0; i < register.length; i++) {
            register[i] = (byte) (0x40 + i);
        }
        VectorRegisters.set(machine.cpu, 1, register);
        return machine;
    }

    /// Moves of 16, 32 and 64 bytes, of a half, a scalar, an MMX register and a part, by the widths of the device.
    @ParameterizedTest
    @CsvSource({
        "0f100f,         15,  'r8@0 r8@8', SPLIT",
        "0f110f,         15,  'w8@0 w8@8', SPLIT",
        "c5fc100f,       15,  'r8@0 r8@8 r8@16 r8@24', SPLIT",
        "c5fde70f,       31,  'w16@0 w16@16', SPLIT",
        "62f17c48100f,   15,  'r8@0 r8@8 r8@16 r8@24 r8@32 r8@40 r8@48 r8@56', SPLIT",
        "62f17c48110f,   63,  'w32@0 w32@32', SPLIT",
        "62f17c48110f,   127, 'w64@0', WHOLE",
        "0f100f,         127, 'r16@0', WHOLE",
        "0f120f,         127, 'r8@0', WHOLE",
        "0f120f,         7,   'r4@0 r4@4', SPLIT",
        "f30f110f,       15,  'w4@0', WHOLE",
        "0f7f0f,         4,   'w4@0 w4@4', SPLIT",
        "660fc40f01,     15,  'r2@0', WHOLE",
        "660f38300f,     15,  'r8@0', WHOLE",
        "660f38320f,     15,  'r2@0', WHOLE"})
    void widerOnesAreSplitInAscendingOrder(String code, int widths, String accesses, String effect) {
        TestMachine machine = Narrow.on(filled(TestMachine.of(code).at(0)), widths);
        TestMachine whole = filled(TestMachine.of(code).at(0));

        assertThat(effect(machine.run())).isEqualTo(effect);
        assertThat(accesses(machine)).isEqualTo(accesses);

        whole.run();
        assertThat(machine.cpu).isEqualTo(whole.cpu);
        assertThat(machine.device.contents()).isEqualTo(whole.device.contents());
    }

    @ParameterizedTest
    @CsvSource({"0f100f", "0f110f", "c5fc100f", "62f17c48100f", "62f17c49100f"})
    void widerOnesAreRefusedWithoutAnAccessWhereSplittingIsOff(String code) {
        TestMachine machine = Narrow.on(TestMachine.of(code).at(0), 3);
        machine.cpu.setMask(1, 0x8000);
        machine.options = builder -> builder.splitting(false);
        CpuState before = CpuState.copyOf(machine.cpu);

        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.WIDTH_REFUSED));
        assertThat(machine.accesses).isEmpty();
        assertThat(machine.cpu).isEqualTo(before);
    }

    /// Under a mask each active element is an access of its own, however they lie (Intel SDM vol. 2, 2.8: memory
    /// fault suppression); in the classes without suppression (NF) a load is whole, and a store still leaves the others
    /// alone.
    @ParameterizedTest
    @CsvSource({
        "vmovdqu32 zmm1{k1} [rdi],       62f17e496f0f,   127, 5,    'r4@0 r4@8'",
        "vmovdqu8 xmm1{k1} [rdi],        62f17f096f0f,   127, 8001, 'r1@0 r1@15'",
        "vmovdqu8 zmm1{k1} [rdi],        62f17f496f0f,   127, 8000000000000000, 'r1@63'",
        "vmovups xmm1{k1} [rdi],         62f17c09100f,   127, f,    'r4@0 r4@4 r4@8 r4@12'",
        "vmovupd ymm1{k1}{z} [rdi],      62f1fda9100f,   127, a,    'r8@8 r8@24'",
        "vmovupd ymm1{k1}{z} [rdi],      62f1fda9100f,   7,   8,    'r4@24 r4@28'",
        "vmovups [rdi]{k1} zmm1,         62f17c49110f,   127, 8001, 'w4@0 w4@60'",
        "vmovss xmm1{k1} [rdi],          62f17e09100f,   127, 1,    'r4@0'",
        "vpmovzxbd xmm1{k1} [rdi],       62f27d09310f,   127, a,    'r1@1 r1@3'",
        "vbroadcastf32x4 zmm1{k1} [rdi], 62f27d491a0f,   127, 22,   'r4@4'",
        "vpbroadcastd zmm1{k1} [rdi],    62f27d49580f,   127, 8000, 'r4@0'",
        "vmovddup ymm1{k1} [rdi],        62f1ff29120f,   127, 0,    'r32@0'",
        "vmovsldup xmm1{k1} [rdi],       62f17e09120f,   127, 1,    'r16@0'",
        "vinsertf32x4 ymm1{k1} [rdi] 1,  62f37529180f01, 127, 1,    'r16@0'",
        "vextractf32x4 [rdi]{k1} ymm1 1, 62f37d29190f01, 127, a,    'w4@4 w4@12'"})
    void underAnOpmaskElementsAreAccessedOneByOne(String text, String code, int widths, String mask, String accesses) {
        TestMachine machine = Narrow.on(TestMachine.of(code).at(0), widths);
        machine.cpu.setMask(1, Long.parseUnsignedLong(mask, 16));
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(accesses(machine)).as(text).isEqualTo(accesses);
    }

    @ParameterizedTest
    @CsvSource({
        "vmaskmovps xmm1 xmm2 [rdi],  c4e2692c0f, 80,               'r4@4'",
        "vmaskmovpd [rdi] ymm2 ymm1,  c4e26d2f0f, 80800000,         'w8@16 w8@24'",
        "vpmaskmovq xmm1 xmm2 [rdi],  c4e2e98c0f, 8080,             'r8@0 r8@8'",
        "maskmovdqu xmm1 xmm2,        660ff7ca,   8003,             'w1@0 w1@1 w1@15'",
        "vmaskmovdqu xmm1 xmm2,       c5f9f7ca,   10,               'w1@4'",
        "maskmovq mm1 mm2,            0ff7ca,     81,               'w1@0 w1@7'"})
    void underSignsElementsAreAccessedOneByOne(String text, String code, String signs, String accesses) {
        TestMachine machine = TestMachine.of(code).at(0);
        byte[] mask = new byte[64];
        for (int i = 0; i < 32; i++) {
            mask[i] = (byte) (Integer.parseUnsignedInt(signs, 16) >>> i << 7);
        }
        VectorRegisters.set(machine.cpu, 2, mask);
        machine.cpu.setMmx(2, machine.cpu.vector(2, 0));
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(accesses(machine)).as(text).isEqualTo(accesses);
    }

    /// vmovups zmm1{k1}{z} and its store, vbroadcastss, vpmovsxbw, vmovss, vmaskmovps both ways, maskmovdqu, maskmovq.
    @ParameterizedTest
    @CsvSource({"62f17cc9100f", "62f17c49110f", "62f27dc9180f", "62f27dc9200f", "62f17e89100f", "c4e2692c0f",
        "c4e2692e0f", "660ff7ca", "0ff7ca"})
    void withoutAnActiveElementThereIsNoAccess(String code) {
        TestMachine machine = TestMachine.of(code).at(0);
        assertThat(effect(machine.run())).isEqualTo("NO_ACCESS");
        assertThat(machine.accesses).isEmpty();
        assertThat(machine.cpu.rip()).isEqualTo(TestMachine.CODE + code.length() / 2);
    }

    /// Exception class E1 names required alignment without a regard to the mask (Intel SDM vol. 2, 2.8).
    @ParameterizedTest
    @CsvSource({"62f17c49280f, 0, #GP", "62f17c49290f, 0, #GP", "62f1fd496f0f, 1, #GP", "62f17c49100f, 0, ok"})
    void requiredAlignmentDoesNotDependOnTheMask(String code, long mask, String expected) {
        TestMachine machine = TestMachine.of(code).at(32);
        machine.cpu.setMask(1, mask);
        assertThat(fault(machine.run())).isEqualTo(expected);
    }

    /// In the stack segment the two tell apart; tried on an AMD EPYC processor.
    @ParameterizedTest
    @CsvSource({
        "0f284d00,     8000000000000001, #GP", "0f284d00,     8000000000000010, #SS",
        "660feb4d00,   8000000000000008, #GP", "c5f9294d00,   8000000000000008, #GP",
        "480fc74d00,   8000000000000008, #GP", "480fc74d00,   8000000000000010, #SS",
        "0f104d00,     8000000000000001, #SS"})
    void requiredAlignmentComesBeforeCanonicalForm(String code, String rbp, String expected) {
        TestMachine machine = TestMachine.of(code).with(Gpr.RBP, Long.parseUnsignedLong(rbp, 16));
        assertThat(fault(machine.run())).isEqualTo(expected);
    }

    /// The page before the device is not mapped. Columns: a mask with an active element there, and what comes of it; a
    /// mask without one, and the accesses.
    @ParameterizedTest
    @CsvSource({
        "62f17c49100f, ffff, #PF, fff0, 'r4@0 r4@4 r4@8 r4@12 r4@16 r4@20 r4@24 r4@28 r4@32 r4@36 r4@40 r4@44'",
        "62f1fd49110f, 1,    #PF, 4,    'w8@0'"})
    void aFaultOfAnElementThatIsNotActiveIsSuppressed(String code, String faulting, String page, String mask,
            String accesses) {
        TestMachine machine = TestMachine.of(code).at(-16);
        machine.cpu.setMask(1, Long.parseLong(faulting, 16));
        CpuState before = CpuState.copyOf(machine.cpu);
        assertThat(fault(machine.run())).isEqualTo(page);
        assertThat(machine.accesses).isEmpty();
        assertThat(machine.cpu).isEqualTo(before);

        machine.cpu.setMask(1, Long.parseLong(mask, 16));
        assertThat(fault(machine.run())).isEqualTo("ok");
        assertThat(accesses(machine)).isEqualTo(accesses);
    }

    @Test
    void allActiveElementsAreCheckedBeforeTheFirstIsAccessed() {
        TestMachine machine = TestMachine.of("62f17c49110f").with(Gpr.RDI, TestMachine.RAM + 0xfe0);
        machine.cpu.setMask(1, 0x8001);
        VectorRegisters.set(machine.cpu, 1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        assertThat(machine.run()).isInstanceOfSatisfying(Outcome.Exception.class,
                exception -> assertThat(exception.address()).isEqualTo(TestMachine.RAM + 0x101c));
        assertThat(machine.memory.read(TestMachine.RAM + 0xfe0, 4)).isZero();
    }

    @Test
    void aMoveAcrossADeviceAndMemoryReachesBoth() {
        TestMachine store = filled(TestMachine.of("0f110f").at(0x1ff8));
        assertThat(effect(store.run())).isEqualTo("SPLIT");
        assertThat(accesses(store)).isEqualTo("w8@8184");
        assertThat(store.device.read(0x1ff8, 8)).isEqualTo(0x4746_4544_4342_4140L);
        assertThat(store.memory.read(TestMachine.RAM, 8)).isEqualTo(0x4f4e_4d4c_4b4a_4948L);

        TestMachine load = TestMachine.of("62f17c09100f").at(0x1ff8);
        load.device.write(0x1ffc, 4, 0x1111_1111);
        load.memory.write(TestMachine.RAM + 4, 4, 0x2222_2222);
        load.cpu.setMask(1, 0b1010);
        assertThat(load.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(accesses(load)).isEqualTo("r4@8188");
        assertThat(VectorRegisters.get(load.cpu, 1)).startsWith("00000000" + "11111111" + "00000000" + "22222222");
    }

    @ParameterizedTest
    @CsvSource({
        "0f100f,       0, ''",
        "0f100f,       1, 'r8@0'",
        "0f110f,       1, 'w8@0'",
        "62f17c49100f, 2, 'r4@0 r4@8'",
        "62f17c49110f, 1, 'w4@0'",
        "660ff7ca,     0, ''"})
    void aDevicesRefusalLeavesTheRegistersAndTellsWhatWasDone(String code, int patience, String accesses) {
        TestMachine machine = Narrow.on(filled(TestMachine.of(code).at(0)), MmioBus.UP_TO_8, patience);
        machine.cpu.setMask(1, 0x8005);
        VectorRegisters.set(machine.cpu, 2, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        CpuState before = CpuState.copyOf(machine.cpu);

        Failure failure = ((Outcome.Failed) machine.run()).failure();

        assertThat(failure.reason()).isEqualTo(FailureReason.DEVICE_REFUSED);
        assertThat(failure.accesses()).isEqualTo(machine.accesses);
        assertThat(accesses(machine)).isEqualTo(accesses);
        assertThat(machine.cpu).isEqualTo(before);
    }

    /// EVEX multiplies an 8-bit displacement by the size of what is accessed (Intel SDM vol. 2, 2.7.5).
    @ParameterizedTest
    @CsvSource({
        "62f17c48104f01,   r64@64",
        "62f17c08104fff,   r16@-16",
        "62f17e08104f01,   r4@4",
        "62f1fd08124f01,   r8@8",
        "62f27d48184f01,   r4@4",
        "62f27d481a4f01,   r16@16",
        "62f27d48314f01,   r16@16",
        "62f1ff28124f01,   r32@32",
        "62f1ff08124f01,   r8@8",
        "62f37d48194f0101, w16@16",
        "62f37d08144f0101, w1@1"})
    void compressedDisplacementsAreOfTheOperandsSize(String code, String access) {
        TestMachine machine = TestMachine.of(code).at(0x800);
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(accesses(machine, 0x800)).isEqualTo(access);
    }

    @ParameterizedTest
    @CsvSource({"62e17c48100f, 17", "62617c48100f, 25", "62717c48100f, 9"})
    void evexReachesAllRegisters(String code, int register) {
        TestMachine machine = filled(TestMachine.of(code).at(0));
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(VectorRegisters.get(machine.cpu, register)).startsWith("0001020304").endsWith("3c3d3e3f");
    }

    /// After `vmovups zmm1, [rdi]`, in the same engine.
    @ParameterizedTest
    @CsvSource({"f30f100f, 4", "660f6e0f, 4", "c5fb100f, 8", "62f1fd086e0f, 8", "62f17e89100f, 0"})
    void nothingIsLeftOverFromTheInstructionBefore(String code, int loaded) {
        TestMachine machine = filled(TestMachine.of("62f17c48100f" + code).at(0));
        try (MmioEngine engine = machine.engine()) {
            engine.handle(machine.trap, machine.cpu, machine.memory);
            engine.handle(machine.trap, machine.cpu, machine.memory);
        }
        assertThat(VectorRegisters.get(machine.cpu, 1)).startsWith(
                "0001020304050607".substring(0, 2 * loaded) + "00".repeat(16 - loaded));
    }

    /// MASKMOVDQU stores at DS:RDI as wide as the address size, or in the segment of an override (Intel SDM vol. 2).
    @ParameterizedTest
    @CsvSource({
        "CODE32, 660ff7ca,     DS, 100, 256",
        "CODE32, 64660ff7ca,   FS, 100, 256",
        "CODE32, 67660ff7ca,   DS, 10100, 256",
        "CODE16, 660ff7ca,     DS, 10100, 256",
        "CODE16, 67660ff7ca,   DS, 1100, 4352",
        "CODE64, 64660ff7ca,   FS, 100, 256",
        "CODE64, 6467660ff7ca, FS, 100000100, 256"})
    void maskmovdquAddressesWithRdi(CodeMode mode, String code, String segment, String rdi, int offset) {
        TestMachine machine = new TestMachine(mode, code).with(Gpr.RDI, Long.parseLong(rdi, 16));
        machine.cpu.setSegmentBase(Segment.names().indexOf(segment.toLowerCase(Locale.ROOT)), TestMachine.DEVICE);
        VectorRegisters.set(machine.cpu, 1, new byte[] {0, 0x55, 0, 0, 0, 0, 0, 0});
        VectorRegisters.set(machine.cpu, 2, new byte[] {0, (byte) 0x80, 0, 0, 0, 0, 0, 0});
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(accesses(machine)).isEqualTo("w1@" + (offset + 1));
        assertThat(machine.device.read(offset + 1, 1)).isEqualTo(0x55);
    }

    /// The last valid offset lies in the middle of the operand.
    @ParameterizedTest
    @CsvSource({
        "0f100f,       f,  ds, #GP",
        "0f100c24,     f,  ss, #SS",
        "62f17c09100f, 3,  ds, ok",
        "62f17c09100f, 4,  ds, #GP",
        "62f17c09100c24, 4, ss, #SS",
        "c4e2692c0f,   0,  ds, ok"})
    void segmentLimitsHoldForActiveElements(String code, String mask, String segment, String expected) {
        TestMachine machine = new TestMachine(CodeMode.CODE32, code).with(Gpr.RDI, 0xff8).with(Gpr.RSP, 0xff8);
        int number = Segment.names().indexOf(segment);
        machine.cpu.setSegmentBase(number, TestMachine.DEVICE);
        machine.cpu.setSegmentLimit(number, 0xfff);
        machine.cpu.setMask(1, Long.parseLong(mask, 16));
        assertThat(fault(machine.run())).isEqualTo(expected);
    }
}
