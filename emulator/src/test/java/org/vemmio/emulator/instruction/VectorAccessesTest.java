package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Which accesses vector instructions make: widths, order, elements under a mask, page boundaries, refusals.
class VectorAccessesTest {
    /// The bytes 0 to 127.
    private static final String COUNTING =
            IntStream.range(0, 128).mapToObj("%02x"::formatted).collect(Collectors.joining());
    private static final long BEHIND = DEVICE + 0x1000;

    /// The accesses as `r8@0`: read or write, bytes, offset into the device; separated by blanks.
    private static String accesses(TrapRun run) {
        return accesses(run, 0);
    }

    private static String accesses(TrapRun run, long origin) {
        return run.accesses().stream().map(access -> (access.isWrite() ? "w" : "r") + access.size()
                + "@" + (access.gpa() - DEVICE_GPA - origin)).collect(Collectors.joining(" "));
    }

    private static void assertFault(TrapRun run, String expected) {
        if (expected.equals("ok")) {
            assertThat(run).isEmulated();
        } else {
            assertThat(run).isException(expected).changedNothing().accesses().areNone();
        }
    }

    /// On a device that holds 0.
    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).holds("");
    }

    /// On a device that holds the bytes 0 to 127, with 64 to 127 in vector register 1.
    private static HandmadeTrap filled(String code) {
        return trap(code).holds(COUNTING).cpu(cpu -> VectorBytes.set(cpu, 1,
                HexFormat.of().parseHex(COUNTING.substring(128))));
    }

    private static HandmadeTrap masked(String code, String mask) {
        return trap(code).cpu(cpu -> cpu.setMask(1, Long.parseUnsignedLong(mask, 16)));
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
    void widerOnesAreSplitInAscendingOrder(String code, int widths, String accesses,
            Outcome.Effect effect) {
        TrapRun run = filled(code).widths(widths).run();
        assertThat(run).hasEffect(effect);
        assertThat(accesses(run)).isEqualTo(accesses);

        TrapRun whole = filled(code).run();
        assertThat(run.after()).isEqualTo(whole.after());
        assertThat(run.device().contents()).isEqualTo(whole.device().contents());
    }

    @ParameterizedTest
    @CsvSource({"0f100f", "0f110f", "c5fc100f", "62f17c48100f", "62f17c49100f"})
    void widerOnesAreRefusedWithoutAnAccessWhereSplittingIsOff(String code) {
        assertThat(masked(code, "8000").widths(3).run(MmioEngine.builder().splitting(false)))
                .hasCheck("width-refused").changedNothing().accesses().areNone();
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
        TrapRun run = masked(code, mask).widths(widths).run();
        assertThat(run).as(text).isEmulated();
        assertThat(accesses(run)).as(text).isEqualTo(accesses);
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
        byte[] mask = new byte[64];
        for (int i = 0; i < 32; i++) {
            mask[i] = (byte) (Integer.parseUnsignedInt(signs, 16) >>> i << 7);
        }
        TrapRun run = trap(code).cpu(cpu -> {
            VectorBytes.set(cpu, 2, mask);
            cpu.setMmx(2, cpu.vector(2, 0));
        }).run();
        assertThat(run).as(text).isEmulated();
        assertThat(accesses(run)).as(text).isEqualTo(accesses);
    }

    /// vmovups zmm1{k1}{z} and its store, vbroadcastss, vpmovsxbw, vmovss, vmaskmovps both ways, maskmovdqu, maskmovq.
    @ParameterizedTest
    @CsvSource({"62f17cc9100f", "62f17c49110f", "62f27dc9180f", "62f27dc9200f", "62f17e89100f", "c4e2692c0f",
        "c4e2692e0f", "660ff7ca", "0ff7ca"})
    void withoutAnActiveElementThereIsNoAccess(String code) {
        assertThat(trap(code).run()).hasEffect(Outcome.Effect.NO_ACCESS).continuesAt(CODE + code.length() / 2)
                .accesses().areNone();
    }

    /// Exception class E1 names required alignment without a regard to the mask (Intel SDM vol. 2, 2.8).
    @ParameterizedTest
    @CsvSource({"62f17c49280f, 0, #GP", "62f17c49290f, 0, #GP", "62f1fd496f0f, 1, #GP", "62f17c49100f, 0, ok"})
    void requiredAlignmentDoesNotDependOnTheMask(String code, String mask, String expected) {
        assertFault(masked(code, mask).with("rdi", DEVICE + 32).run(), expected);
    }

    /// In the stack segment the two tell apart; tried on an AMD EPYC processor.
    @ParameterizedTest
    @CsvSource({
        "0f284d00,     8000000000000001, #GP", "0f284d00,     8000000000000010, #SS",
        "660feb4d00,   8000000000000008, #GP", "c5f9294d00,   8000000000000008, #GP",
        "480fc74d00,   8000000000000008, #GP", "480fc74d00,   8000000000000010, #SS",
        "0f104d00,     8000000000000001, #SS"})
    void requiredAlignmentComesBeforeCanonicalForm(String code, String rbp, String expected) {
        assertFault(trap(code).with("rbp", Long.parseUnsignedLong(rbp, 16)).run(), expected);
    }

    /// The page before the device is not mapped. Columns: a mask with an active element there, and what comes of it; a
    /// mask without one, and the accesses.
    @ParameterizedTest
    @CsvSource({
        "62f17c49100f, ffff, #PF, fff0, 'r4@0 r4@4 r4@8 r4@12 r4@16 r4@20 r4@24 r4@28 r4@32 r4@36 r4@40 r4@44'",
        "62f1fd49110f, 1,    #PF, 4,    'w8@0'"})
    void aFaultOfAnElementThatIsNotActiveIsSuppressed(String code, String faulting, String page, String mask,
            String accesses) {
        assertFault(masked(code, faulting).with("rdi", DEVICE - 16).run(), page);

        TrapRun run = masked(code, mask).with("rdi", DEVICE - 16).run();
        assertThat(run).isEmulated();
        assertThat(accesses(run)).isEqualTo(accesses);
    }

    @Test
    void allActiveElementsAreCheckedBeforeTheFirstIsAccessed() {
        TrapRun run = masked("62f17c49110f", "8001").with("rdi", 0x1fe0).memory(0x1fe0, "00".repeat(32))
                .vector(1, "0102030405060708").run();
        assertThat(run).hasFaultAddress(0x201c);
        assertThat(run.memory().read(0x1fe0, 4)).isZero();
    }

    @Test
    void aMoveAcrossADeviceAndMemoryReachesBoth() {
        TrapRun store = filled("0f110f").with("rdi", BEHIND - 8).memory(BEHIND, "00".repeat(8)).run();
        assertThat(store).hasEffect(Outcome.Effect.SPLIT)
                .accesses().are(write(DEVICE_GPA + 0xff8, 8, 0x4746_4544_4342_4140L));
        assertThat(store.memory().read(BEHIND, 8)).isEqualTo(0x4f4e_4d4c_4b4a_4948L);

        TrapRun load = HandmadeTrap.of("62f17c09100f").with("rdi", BEHIND - 8).answers(0x1111_1111)
                .memory(BEHIND, "0000000022222222").cpu(cpu -> cpu.setMask(1, 0b1010)).run();
        assertThat(load).isEmulated().hasRegister("xmm1", "00000000" + "11111111" + "00000000" + "22222222")
                .accesses().are(read(DEVICE_GPA + 0xffc, 4, 0x1111_1111));
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
        TrapRun run = filled(code).widths(MmioBus.UP_TO_8).refusesAfter(patience).vector(2, "ff".repeat(8))
                .cpu(cpu -> cpu.setMask(1, 0x8005)).run();
        assertThat(run).hasCheck("device-refused").changedNothing()
                .failure().accesses().isEqualTo(run.accesses());
        assertThat(accesses(run)).isEqualTo(accesses);
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
        TrapRun run = trap(code).with("rdi", DEVICE + 0x800).run();
        assertThat(run).isEmulated();
        assertThat(accesses(run, 0x800)).isEqualTo(access);
    }

    @ParameterizedTest
    @CsvSource({"62e17c48100f, 17", "62617c48100f, 25", "62717c48100f, 9"})
    void evexReachesAllRegisters(String code, int register) {
        assertThat(filled(code).run()).isEmulated().hasRegister("zmm" + register, COUNTING.substring(0, 128));
    }

    /// After `vmovups zmm1, [rdi]`, in the same engine.
    @ParameterizedTest
    @CsvSource({"f30f100f, 4", "660f6e0f, 4", "c5fb100f, 8", "62f1fd086e0f, 8", "62f17e89100f, 0"})
    void nothingIsLeftOverFromTheInstructionBefore(String code, int loaded) {
        TestMachine machine = TestMachine.of("62f17c48100f" + code).at(0);
        machine.device.write(0, HexFormat.of().parseHex(COUNTING), 0, 128);
        try (MmioEngine engine = machine.engine()) {
            engine.handle(machine.trap, machine.cpu, machine.memory);
            engine.handle(machine.trap, machine.cpu, machine.memory);
        }
        assertThat(VectorBytes.get(machine.cpu, 1)).startsWith(
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
        long low = 0x10_0000;
        int number = Segment.names().indexOf(segment.toLowerCase(Locale.ROOT));
        assertThat(trap(code).mode(mode).with("rdi", Long.parseLong(rdi, 16)).window(low, DEVICE_GPA, 0x2000)
                .cpu(cpu -> cpu.setSegmentBase(number, low)).vector(1, "0055").vector(2, "0080").run()).isEmulated()
                .accesses().are(write(DEVICE_GPA + offset + 1, 1, 0x55));
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
        int number = Segment.names().indexOf(segment);
        assertFault(masked(code, mask).mode(CodeMode.CODE32).with("rdi", 0xff8).with("rsp", 0xff8)
                .with(segment, 0x10_0000).window(0x10_0000, DEVICE_GPA, 0x2000)
                .cpu(cpu -> cpu.setSegmentLimit(number, 0xfff)).run(), expected);
    }
}
