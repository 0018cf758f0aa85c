package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Judges values and flags by their definition in whole numbers (Intel SDM vol. 1, 3.4.3.1; vol. 2, each instruction).
class ArithmeticTest {
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;
    private static final long ALL_FLAGS = OTHER_FLAGS | Rflags.ARITHMETIC;

    /// A result of `size` bytes, and the arithmetic flags.
    private record Result(long value, long flags) {
        static Result of(BigInteger unsigned, BigInteger signed, boolean nibble, int size) {
            BigInteger modulus = BigInteger.TWO.pow(8 * size);
            BigInteger half = modulus.shiftRight(1);
            BigInteger value = unsigned.mod(modulus);
            boolean overflows = signed.compareTo(half) >= 0 || signed.compareTo(half.negate()) < 0;
            int ones = value.mod(BigInteger.valueOf(256)).bitCount();
            return new Result(value.longValue(), (unsigned.equals(value) ? 0 : Rflags.CF)
                    | (ones % 2 == 0 ? Rflags.PF : 0) | (nibble ? Rflags.AF : 0)
                    | (value.signum() == 0 ? Rflags.ZF : 0) | (value.compareTo(half) >= 0 ? Rflags.SF : 0)
                    | (overflows ? Rflags.OF : 0));
        }

        static Result sum(long a, long b, int carry, int size) {
            BigInteger more = BigInteger.valueOf(carry);
            return of(unsigned(a, size).add(unsigned(b, size)).add(more),
                    signed(a, size).add(signed(b, size)).add(more), (a & 15) + (b & 15) + carry > 15, size);
        }

        static Result difference(long a, long b, int borrow, int size) {
            BigInteger less = BigInteger.valueOf(borrow);
            return of(unsigned(a, size).subtract(unsigned(b, size)).subtract(less),
                    signed(a, size).subtract(signed(b, size)).subtract(less), (a & 15) < (b & 15) + borrow, size);
        }

        static Result logic(long value, int size) {
            return of(unsigned(value, size), BigInteger.ZERO, false, size);
        }

        Result keeping(long mask, long before) {
            return new Result(value, flags & ~mask | before & mask);
        }
    }

    private static BigInteger unsigned(long value, int size) {
        return BigInteger.valueOf(value).mod(BigInteger.TWO.pow(8 * size));
    }

    private static BigInteger signed(long value, int size) {
        BigInteger unsigned = unsigned(value, size);
        return unsigned.testBit(8 * size - 1) ? unsigned.subtract(BigInteger.TWO.pow(8 * size)) : unsigned;
    }

    /// What `mnemonic` makes of `a`, its first operand, and `b`, with the flags `before`.
    private static Result expected(String mnemonic, long a, long b, long before, int size) {
        int carry = (before & Rflags.CF) != 0 ? 1 : 0;
        int overflow = (before & Rflags.OF) != 0 ? 1 : 0;
        return switch (mnemonic) {
            case "add" -> Result.sum(a, b, 0, size);
            case "adc" -> Result.sum(a, b, carry, size);
            case "sub", "cmp" -> Result.difference(a, b, 0, size);
            case "sbb" -> Result.difference(a, b, carry, size);
            case "and", "test" -> Result.logic(a & b, size);
            case "or" -> Result.logic(a | b, size);
            case "xor" -> Result.logic(a ^ b, size);
            case "inc" -> Result.sum(a, 1, 0, size).keeping(Rflags.CF, before);
            case "dec" -> Result.difference(a, 1, 0, size).keeping(Rflags.CF, before);
            case "neg" -> Result.difference(0, a, 0, size);
            case "not" -> Result.logic(~a, size).keeping(-1, before);
            case "adcx" -> Result.sum(a, b, carry, size).keeping(~Rflags.CF, before);
            case "adox" -> {
                Result sum = Result.sum(a, b, overflow, size);
                yield new Result(sum.value, (sum.flags & Rflags.CF) != 0 ? before | Rflags.OF : before & ~Rflags.OF);
            }
            default -> throw new IllegalArgumentException(mnemonic);
        };
    }

    /// Mnemonic, opcode of the 8-bit form with [RDI] and CL, of that with the operands the other way round, and the
    /// opcode with ModRM of the form with an immediate; 0 where there is none.
    static Stream<Arguments> instructions() {
        List<Arguments> all = new ArrayList<>();
        List<String> regular = List.of("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp");
        for (int size : new int[] {1, 2, 4, 8}) {
            for (String mnemonic : regular) {
                int digit = regular.indexOf(mnemonic);
                all.add(Arguments.of(mnemonic, size, 8 * digit, 8 * digit + 2, 0x8007 | digit << 3));
            }
            all.add(Arguments.of("test", size, 0x84, 0, 0xf607));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} of {1} bytes")
    @MethodSource("instructions")
    void valuesAndFlags(String mnemonic, int size, int toMemory, int toRegister, int immediate) {
        boolean writes = !mnemonic.equals("cmp") && !mnemonic.equals("test");
        int wide = size == 1 ? 0 : 1;
        long seed = System.nanoTime();
        for (long[] pair : pairs(new Random(seed), size)) {
            long a = pair[0];
            long b = pair[1];
            for (long before : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
                Supplier<String> about = () -> "%x and %x, flags %x, seed %d".formatted(a, b, before, seed);
                Result result = expected(mnemonic, a, b, before, size);
                checkMemory(about, new Trial(code(size, toMemory + wide) + "0f", size, a, b, before), result, writes);
                String fullImmediate = code(size, (immediate >> 8) + wide) + "%02x".formatted(immediate & 0xff)
                        + littleEndian(b, Math.min(size, 4));
                long extended = Bytes.signExtend(b, Math.min(size, 4));
                checkMemory(about, new Trial(fullImmediate, size, a, 0, before),
                        expected(mnemonic, a, extended, before, size), writes);
                if (size > 1 && immediate >> 8 == 0x80) {
                    String byteImmediate = code(size, 0x83) + "%02x".formatted(immediate & 0xff) + littleEndian(b, 1);
                    checkMemory(about, new Trial(byteImmediate, size, a, 0, before),
                            expected(mnemonic, a, Bytes.signExtend(b, 1), before, size), writes);
                }
                if (toRegister != 0) {
                    checkRegister(about, new Trial(code(size, toRegister + wide) + "0f", size, b, a, before), result,
                            writes);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"inc, fe07", "dec, fe0f", "not, f617", "neg, f61f"})
    void valuesAndFlagsOfOneOperand(String mnemonic, String code) {
        int opcode = Integer.parseInt(code, 16);
        long seed = System.nanoTime();
        for (int size : new int[] {1, 2, 4, 8}) {
            for (long[] pair : pairs(new Random(seed), size)) {
                for (long before : new long[] {OTHER_FLAGS, ALL_FLAGS}) {
                    Supplier<String> about =
                            () -> "%x, %d bytes, flags %x, seed %d".formatted(pair[0], size, before, seed);
                    String bytes = code(size, (opcode >> 8) + (size == 1 ? 0 : 1)) + code.substring(2);
                    Result result = expected(mnemonic, pair[0], 0, before, size);
                    checkMemory(about, new Trial(bytes, size, pair[0], 0, before), result, true);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"adcx, 66 0f38f60f, 4", "adcx, 66 480f38f60f, 8", "adox, f3 0f38f60f, 4", "adox, f3 480f38f60f, 8"})
    void carriesOfTheirOwn(String mnemonic, String code, int size) {
        long seed = System.nanoTime();
        for (long[] pair : pairs(new Random(seed), size)) {
            for (long before : new long[] {OTHER_FLAGS, ALL_FLAGS, OTHER_FLAGS | Rflags.CF, OTHER_FLAGS | Rflags.OF}) {
                Supplier<String> about =
                        () -> "%x and %x, flags %x, seed %d".formatted(pair[0], pair[1], before, seed);
                Result result = expected(mnemonic, pair[0], pair[1], before, size);
                checkRegister(about, new Trial(code, size, pair[1], pair[0], before), result, true);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0027, 0x10, 0x2230, 0x32, 0x2230", // add [rdi], ah
        "0227, 0x10, 0x2230, 0x10, 0x3230", // add ah, [rdi]
        "402227, 0xf0, 0x2230, 0xf0, 0x2230", // and spl, [rdi]
        "440037, 0x10, 0x2230, 0x10, 0x2230"}) // add [rdi], r14b
    void byteRegisters(String code, long operand, long rax, long operandAfter, long raxAfter) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rax", rax).with("rsp", 0x1234_5678_9abc_deffL)
                .holds("%02x".formatted(operand)).run()).isEmulated().hasRegister("rax", raxAfter)
                .hasRegister("rsp", code.startsWith("40") ? 0x1234_5678_9abc_def0L : 0x1234_5678_9abc_deffL)
                .satisfies(run -> assertThat(run.device().read(0, 1)).isEqualTo(operandAfter));
    }

    @ParameterizedTest
    @CsvSource({
        "010f, read 4 bytes at 0xfe000000 = 0x1, write 4 bytes at 0xfe000000 = 0x5",
        "030f, read 4 bytes at 0xfe000000 = 0x1,",
        "390f, read 4 bytes at 0xfe000000 = 0x1,",
        "66f7070100, read 2 bytes at 0xfe000000 = 0x1,",
        "f0010f, read 4 bytes at 0xfe000000 = 0x1, write 4 bytes at 0xfe000000 = 0x5",
        "f617, read 1 byte at 0xfe000000 = 0x1, write 1 byte at 0xfe000000 = 0xfe"})
    void onlyWhatIsAResultIsWritten(String code, String read, String write) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", 4).answers(1).run()).accesses()
                .haveTexts(Stream.of(read, write).filter(text -> text != null).toArray(String[]::new));
    }

    /// The address counts from the end of the instruction, the immediate included (Intel SDM vol. 2, 2.2.1.6).
    @ParameterizedTest
    @CsvSource({
        "8305 f9ffcfff 7f, 0x7f",
        "8105 f6ffcfff 78563412, 0x12345678",
        "48 8105 f5ffcfff 000000f0, -0x10000000"})
    void relativeToTheInstructionPointer(String code, long value) {
        assertThat(HandmadeTrap.of(code).with("rip", 0x40_0000).window(0x10_0000, DEVICE_GPA, 0x1000).holds("").run())
                .isEmulated().satisfies(run -> assertThat(run.device().read(0, 8)).isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource({"48010f, 0xffd", "48010f, 0x1ffc", "f048010f, 0xffd", "48ff07, 0x1fff"})
    void acrossPages(String code, int offset) {
        int onDevice = Math.min(8, 0x2000 - offset);
        long behind = DEVICE + 0x2000;
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE + offset).with("rcx", 1)
                .window(DEVICE, DEVICE_GPA, 0x2000).holds("00".repeat(offset) + "ff".repeat(onDevice))
                .memory(behind, "ff".repeat(8 - onDevice) + "00".repeat(8)).run();
        assertThat(run).isEmulated();
        assertThat(run.device().contents()).containsOnly(0);
        assertThat(run.memory().contents(behind, 8)).containsOnly(0);
        assertThat(run.after().rflags() & Rflags.ZF).isNotZero();
    }

    /// On a read-only page an operand that is only read does not fault; one that is modified faults as a write does, a
    /// comparison that would not change it included.
    @ParameterizedTest
    @CsvSource({
        "010f, true", "ff07, true", "f0010f, true", "870f, true", "0fb10f, true", "0fc70f, true", "48 0fc70f, true",
        "390f, false", "3b0f, false", "850f, false", "030f, false", "0faf0f, false", "f727, false", "480f440f, false"})
    void readOnlyMemory(String code, boolean faults) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", 0x77_7000).readOnlyMemory(0x77_7000, "00".repeat(16)).run();
        if (faults) {
            assertThat(run).isException(Outcome.Exception.PF)
                    .hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE).changedNothing();
        } else {
            assertThat(run).isEmulated();
        }
    }

    private static HandmadeTrap trap(String code, long operand, long rcx, long rflags) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", rcx).with("rflags", rflags).answers(operand);
    }

    /// One instruction on one pair of values.
    ///
    /// @param memory what the device holds
    /// @param register RCX
    /// @param before RFLAGS before
    private record Trial(String code, int size, long memory, long register, long before) {
        TrapRun run() {
            return trap(code, memory, register, before).run();
        }

        DeviceAccess read() {
            return DeviceAccess.read(DEVICE_GPA, size, memory & MemoryRef.mask(8 * size));
        }
    }

    private static void checkMemory(Supplier<String> about, Trial trial, Result result, boolean writes) {
        assertThat(trial.run()).as(about).isEmulated().hasRegister("rcx", trial.register)
                .hasRegister("rflags", trial.before & ~Rflags.ARITHMETIC | result.flags & Rflags.ARITHMETIC)
                .accesses().isEqualTo(writes
                        ? List.of(trial.read(), DeviceAccess.write(DEVICE_GPA, trial.size, result.value))
                        : List.of(trial.read()));
    }

    private static void checkRegister(Supplier<String> about, Trial trial, Result result, boolean writes) {
        long rest = trial.size < 4 ? trial.register & ~MemoryRef.mask(8 * trial.size) : 0;
        assertThat(trial.run()).as(about).isEmulated()
                .hasRegister("rcx", writes ? rest | result.value : trial.register)
                .hasRegister("rflags", trial.before & ~Rflags.ARITHMETIC | result.flags & Rflags.ARITHMETIC)
                .accesses().are(trial.read());
    }

    private static String code(int size, int opcode) {
        return switch (size) {
            case 2 -> "66";
            case 8 -> "48";
            default -> "";
        } + "%02x".formatted(opcode);
    }

    private static String littleEndian(long value, int size) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append("%02x".formatted(value >>> 8 * i & 0xff));
        }
        return text.toString();
    }

    /// Numbers at the edges of `size`, each with each, and some random ones of 8 bytes.
    private static List<long[]> pairs(Random random, int size) {
        long min = Long.MIN_VALUE >> 64 - 8 * size;
        long[] edges = {0, 1, 0xf, -1, min, ~min};
        List<long[]> pairs = new ArrayList<>();
        for (long a : edges) {
            for (long b : edges) {
                pairs.add(new long[] {a, b});
            }
        }
        for (int i = 0; i < 8; i++) {
            pairs.add(new long[] {random.nextLong(), random.nextLong()});
        }
        return pairs;
    }
}
