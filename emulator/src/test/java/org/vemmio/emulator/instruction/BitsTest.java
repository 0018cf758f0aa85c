package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Judges bit instructions bit by bit, as the operation sections of Intel SDM vol. 2 define them.
class BitsTest {
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;
    private static final long[] FLAGS = {OTHER_FLAGS, OTHER_FLAGS | Rflags.ARITHMETIC};

    /// The four bit tests: opcode 0F A3 plus 8 times the ordinal, or 0F BA with ModRM.reg 4 plus the ordinal.
    private enum BitTest {
        BT, BTS, BTR, BTC;

        String byRegister(int size) {
            return prefix(size) + "0f%02x07".formatted(0xa3 + 8 * ordinal());
        }

        String byImmediate(int size, int number) {
            return prefix(size) + "0fba%02x%02x".formatted(4 + ordinal() << 3 | 7, number);
        }

        boolean after(boolean bit) {
            return switch (this) {
                case BT -> bit;
                case BTS -> true;
                case BTR -> false;
                case BTC -> !bit;
            };
        }
    }

    private static String prefix(int size) {
        return size == 2 ? "66" : size == 8 ? "48" : "";
    }

    private static byte[] pattern(Random random) {
        byte[] bytes = new byte[0x2000];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void fill(MemoryDevice device, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            device.write(i, 1, bytes[i]);
        }
    }

    private static long low(long value, int size) {
        return value & -1L >>> 64 - 8 * size;
    }

    @ParameterizedTest
    @EnumSource
    void aBitStringReachesBeforeAndBehindItsStartAcrossPages(BitTest test) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] bytes = pattern(random);
        for (int size = 2; size <= 8; size *= 2) {
            TestMachine machine = TestMachine.of(test.byRegister(size));
            fill(machine.device, bytes);
            try (MmioEngine engine = machine.engine()) {
                for (int i = 0; i < 300; i++) {
                    int start = 0x1000 + random.nextInt(-64, 64);
                    int number = random.nextInt(-0x7b00, 0x7b00);
                    int at = start + Math.floorDiv(number, 8 * size) * size;
                    int inByte = Math.floorMod(number, 8);
                    int index = start + Math.floorDiv(number, 8);
                    boolean bit = (bytes[index] >>> inByte & 1) != 0;
                    String what = "%s, %d bytes, bit %d from %x, seed %d".formatted(test, size, number, start, seed);
                    machine.at(start).with(Gpr.RAX, size == 8 ? number : low(number, size) | 0x55L << 8 * size);
                    machine.cpu.setRip(TestMachine.CODE);
                    long flags = FLAGS[i % 2];
                    machine.cpu.setRflags(flags);
                    machine.accesses.clear();

                    assertThat(engine.handle(machine.trap, machine.cpu, machine.memory)).as(what)
                            .isInstanceOf(Outcome.Emulated.class);

                    int mask = 1 << inByte;
                    bytes[index] = (byte) (test.after(bit) ? bytes[index] | mask : bytes[index] & ~mask);
                    assertThat(machine.device.contents()).as(what).isEqualTo(bytes);
                    assertThat(machine.cpu.rflags()).as(what).isEqualTo(flags & ~Rflags.CF | (bit ? Rflags.CF : 0));
                    assertThat(machine.accesses.getFirst().gpa()).as(what).isEqualTo(TestMachine.GPA + at);
                    assertThat(machine.accesses.stream().filter(access -> !access.isWrite())
                            .mapToInt(DeviceAccess::size).sum()).as(what).isEqualTo(size);
                    assertThat(machine.accesses.stream().anyMatch(DeviceAccess::isWrite)).as(what)
                            .isEqualTo(test != BitTest.BT);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImmediateNumberIsTakenModuloTheOperand(BitTest test) {
        long value = 0x8f3c_5a69_0f77_1ed2L;
        for (int size = 2; size <= 8; size *= 2) {
            for (int number : new int[] {0, 1, 15, 16, 31, 32, 63, 64, 129, 255}) {
                long mask = 1L << number % (8 * size);
                boolean bit = (value & mask) != 0;
                TrapRun run = HandmadeTrap.of(test.byImmediate(size, number)).with("rdi", DEVICE).answers(value).run();
                assertThat(run).as("%s, %d bytes, %d", test, size, number).isEmulated()
                        .hasRegister("rflags", bit ? Rflags.CF | 2 : 2);
                DeviceAccess read = DeviceAccess.read(DEVICE_GPA, size, low(value, size));
                DeviceAccess write = DeviceAccess.write(DEVICE_GPA, size,
                        low(test.after(bit) ? value | mask : value & ~mask, size));
                assertThat(run.accesses()).isEqualTo(test == BitTest.BT ? List.of(read) : List.of(read, write));
            }
        }
    }

    @ParameterizedTest(name = "{0}-bit code {1}, edi {2}, eax {3}")
    @CsvSource({
        // 32-bit addresses wrap: 4 bytes before 0 and behind the end of 2^32
        "32, 0fa307, 0, ffffffe1, fffffffc",
        "64, 670fa307, 4, ffffffc1, fffffffc",
        "32, 0fa307, fffffffc, 20, 0",
        // 16-bit addresses do so at 2^16: bts [bx], ax
        "16, 0fab07, 0, fff0, fffe",
        "16, 0fab07, fffe, 10, 0"})
    void aBitStringWrapsAtTheAddressSize(int bits, String code, String start, String number, String linear) {
        assertThat(HandmadeTrap.of(code).mode(CodeMode.of(bits)).with("rdi", Long.parseLong(start, 16))
                .with("rbx", Long.parseLong(start, 16)).with("rax", Long.parseLong(number, 16)).run())
                .hasFaultAddress(Long.parseLong(linear, 16));
    }

    /// What an instruction makes of memory, by definition.
    private enum Counting {
        BSF("0fbc07"), BSR("0fbd07"), TZCNT("0fbc07"), LZCNT("0fbd07"), POPCNT("0fb807");

        private final String opcode;

        Counting(String opcode) {
            this.opcode = opcode;
        }

        String code(int size) {
            String mandatory = this == BSF || this == BSR ? "" : "f3";
            return size == 2 ? "66" + mandatory + opcode : mandatory + (size == 8 ? "48" : "") + opcode;
        }

        /// The bits of `value` from the lowest to the highest.
        List<Boolean> bits(long value, int size) {
            List<Boolean> bits = new ArrayList<>();
            for (int i = 0; i < 8 * size; i++) {
                bits.add((value >>> i & 1) != 0);
            }
            return bits;
        }

        long result(long value, int size) {
            List<Boolean> bits = bits(value, size);
            int first = bits.indexOf(true);
            int last = bits.lastIndexOf(true);
            return switch (this) {
                case BSF -> first;
                case BSR -> last;
                case TZCNT -> first < 0 ? bits.size() : first;
                case LZCNT -> bits.size() - 1 - last;
                case POPCNT -> bits.stream().filter(bit -> bit).count();
            };
        }

        long flags(long before, long value, long result) {
            return switch (this) {
                case BSF, BSR -> before & ~Rflags.ZF | (value == 0 ? Rflags.ZF : 0);
                case TZCNT, LZCNT -> before & Rflags.OF | (value == 0 ? Rflags.CF : 0) | (result == 0 ? Rflags.ZF : 0);
                case POPCNT -> value == 0 ? Rflags.ZF : 0;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void bitsAreCountedWithAllFlagsSetAndClear(Counting counting) {
        long destination = 0xaaaa_bbbb_cccc_ddddL;
        for (int size = 2; size <= 8; size *= 2) {
            TestMachine machine = TestMachine.of(counting.code(size)).at(0);
            try (MmioEngine engine = machine.engine()) {
                for (int i = -1; i < 8 * size; i++) {
                    for (long all : new long[] {0, -1}) {
                        long value = i < 0 ? 0 : low(1L << i | all << 8 * size - 1, size);
                        long flags = FLAGS[i & 1];
                        machine.device.write(0, 8, value | ~low(-1, size));
                        machine.cpu.setRip(TestMachine.CODE);
                        machine.cpu.setRflags(flags);
                        machine.cpu.setGpr(Gpr.RAX, destination);
                        String what = "%s of %x, %d bytes".formatted(counting, value, size);

                        assertThat(engine.handle(machine.trap, machine.cpu, machine.memory)).as(what)
                                .isInstanceOf(Outcome.Emulated.class);

                        long result = counting.result(value, size);
                        assertThat(machine.cpu.gpr(Gpr.RAX)).as(what)
                                .isEqualTo(result < 0 ? destination : Gpr.merge(destination, size, result));
                        assertThat(machine.cpu.rflags()).as(what).isEqualTo(
                                flags & ~Rflags.ARITHMETIC | counting.flags(flags & Rflags.ARITHMETIC, value, result));
                    }
                }
            }
        }
    }

    /// The VEX-encoded ones, by definition: of memory and RCX.
    private enum Field {
        ANDN(0, "f207", (memory, other) -> ~other & memory),
        BEXTR(0, "f707", (memory, control) -> {
            long result = 0;
            long start = control & 0xff;
            for (long i = 0; i < (control >>> 8 & 0xff) && i + start < 64; i++) {
                result |= (memory >>> start + i & 1) << i;
            }
            return result;
        }),
        BLSI(0, "f31f", (memory, unused) -> Long.lowestOneBit(memory)),
        BLSMSK(0, "f317", (memory, unused) -> {
            long result = 0;
            for (int i = 0; i < 64; i++) {
                result |= 1L << i;
                if ((memory >>> i & 1) != 0) {
                    break;
                }
            }
            return result;
        }),
        BLSR(0, "f30f", (memory, unused) -> memory & ~Long.lowestOneBit(memory)),
        BZHI(0, "f507", (memory, index) -> {
            long result = 0;
            for (int i = 0; i < Math.min(64, index & 0xff); i++) {
                result |= memory & 1L << i;
            }
            return result;
        }),
        PDEP(3, "f507", (mask, from) -> {
            long result = 0;
            int next = 0;
            for (int i = 0; i < 64; i++) {
                if ((mask >>> i & 1) != 0) {
                    result |= (from >>> next++ & 1) << i;
                }
            }
            return result;
        }),
        PEXT(2, "f507", (mask, from) -> {
            long result = 0;
            int next = 0;
            for (int i = 0; i < 64; i++) {
                if ((mask >>> i & 1) != 0) {
                    result |= (from >>> i & 1) << next++;
                }
            }
            return result;
        });

        private final int mandatoryPrefix;
        private final String opcode;
        private final LongBinaryOperator definition;

        Field(int mandatoryPrefix, String opcode, LongBinaryOperator definition) {
            this.mandatoryPrefix = mandatoryPrefix;
            this.opcode = opcode;
            this.definition = definition;
        }

        /// Of [rdi], into RAX by RCX.
        String code(int size) {
            // Group 17 names its destination where the others name RCX.
            int vvvv = opcode.startsWith("f3") ? 0x78 : 0x70;
            return "c4e2%02x%s".formatted((size == 8 ? 0x80 : 0) | vvvv | mandatoryPrefix, opcode);
        }

        long flags(long memory, long other, long result, int size) {
            boolean carry = switch (this) {
                case ANDN, BEXTR -> false;
                case BLSI -> memory != 0;
                case BLSMSK, BLSR -> memory == 0;
                case BZHI -> (other & 0xff) >= 8 * size;
                case PDEP, PEXT -> throw new IllegalStateException();
            };
            long shifted = result << 64 - 8 * size;
            return (carry ? Rflags.CF : 0) | (shifted == 0 ? Rflags.ZF : 0) | (shifted < 0 ? Rflags.SF : 0)
                    | (Long.bitCount(result & 0xff) % 2 == 0 ? Rflags.PF : 0) | (this == BEXTR ? Rflags.AF : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fieldsAreTakenWithAllFlagsSetAndClear(Field field) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int size = 4; size <= 8; size += 4) {
            TestMachine machine = TestMachine.of(field.code(size)).at(0);
            try (MmioEngine engine = machine.engine()) {
                for (int i = 0; i < 400; i++) {
                    long memory = low(random.nextLong() & (i % 4 == 0 ? random.nextLong() & random.nextLong() : -1)
                            & (i % 16 == 0 ? 0 : -1), size);
                    long other = random.nextLong();
                    if (field == Field.BEXTR || field == Field.BZHI) {
                        other = other & ~0xffffL | random.nextInt(80) << 8 | random.nextInt(80);
                    }
                    long flags = FLAGS[i % 2];
                    machine.device.write(0, size, memory);
                    machine.cpu.setRip(TestMachine.CODE);
                    machine.cpu.setRflags(flags);
                    machine.with(Gpr.RAX, -1).with(Gpr.RCX, other);
                    String what = "%s of %x and %x, %d bytes, seed %d".formatted(field, memory, other, size, seed);

                    assertThat(engine.handle(machine.trap, machine.cpu, machine.memory)).as(what)
                            .isInstanceOf(Outcome.Emulated.class);

                    long result = low(field.definition.applyAsLong(memory, low(other, size)), size);
                    assertThat(machine.cpu.gpr(Gpr.RAX)).as(what).isEqualTo(result);
                    assertThat(machine.cpu.rflags()).as(what).isEqualTo(field == Field.PDEP || field == Field.PEXT
                            ? flags : flags & ~Rflags.ARITHMETIC | field.flags(memory, other, result, size));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, f20f38f007", "1, f2480f38f007", "2, 66f20f38f107", "4, f20f38f107", "8, f2480f38f107"})
    void crc32IsTheCastagnoliPolynomial(int size, String code) {
        byte[] text = "The quick brown fox jumps over the lazy dog, twice or three times."
                .getBytes(StandardCharsets.US_ASCII);
        int length = text.length / size * size;
        TestMachine machine = TestMachine.of(code);
        fill(machine.device, text);
        machine.cpu.setRflags(FLAGS[1]);
        machine.cpu.setGpr(Gpr.RAX, -1);
        try (MmioEngine engine = machine.engine()) {
            for (int done = 0; done < length; done += size) {
                machine.at(done).cpu.setRip(TestMachine.CODE);
                assertThat(engine.handle(machine.trap, machine.cpu, machine.memory))
                        .isInstanceOf(Outcome.Emulated.class);
            }
        }
        CRC32C expected = new CRC32C();
        expected.update(text, 0, length);
        assertThat(machine.cpu.gpr(Gpr.RAX)).isEqualTo(~expected.getValue() & 0xffff_ffffL);
        assertThat(machine.cpu.rflags()).isEqualTo(FLAGS[1]);
    }

    @ParameterizedTest
    @CsvSource({"0fbcc1, bsf", "0fa3c8, bt", "0fbae805, bts", "f20f38f1c1, crc32", "c4e278f3d9, blsi"})
    void aFormWithoutMemoryIsRefused(String code, String mnemonic) {
        assertThat(HandmadeTrap.of(code).run()).isPropagated().hasCheck("no-memory-operand")
                .failure().hasDetail(mnemonic);
    }
}
