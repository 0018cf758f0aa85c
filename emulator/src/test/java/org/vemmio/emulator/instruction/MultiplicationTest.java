package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Judges products and quotients by arithmetic on whole numbers of any size.
class MultiplicationTest {
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;
    private static final long ALL_FLAGS = OTHER_FLAGS | Rflags.ARITHMETIC;
    private static final long UNDEFINED_BY_PRODUCTS = Rflags.PF | Rflags.AF | Rflags.ZF | Rflags.SF;

    private static HandmadeTrap trap(String code, long operand, long rflags) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rflags", rflags).answers(operand);
    }

    private static BigInteger number(long value, int size, boolean signed) {
        BigInteger unsigned = BigInteger.valueOf(value).mod(BigInteger.TWO.pow(8 * size));
        return signed && unsigned.testBit(8 * size - 1) ? unsigned.subtract(BigInteger.TWO.pow(8 * size)) : unsigned;
    }

    private static boolean fits(BigInteger value, int size, boolean signed) {
        return number(value.longValue(), size, signed).equals(value);
    }

    /// Returns register `slot` after a write of `value`, `size` bytes.
    private static long written(long slot, BigInteger value, int size) {
        long kept = size < 4 ? -1L << 8 * size : 0;
        return slot & kept | number(value.longValue(), size, false).longValue();
    }

    /// Returns RAX and RDX after a result of twice `size` bytes, or of two of `size` bytes.
    private static long[] accumulator(long rax, long rdx, BigInteger high, BigInteger low, int size) {
        if (size == 1) {
            BigInteger both = high.shiftLeft(8).add(number(low.longValue(), 1, false));
            return new long[] {written(rax, both, 2), rdx};
        }
        return new long[] {written(rax, low, size), written(rdx, high, size)};
    }

    private static long interesting(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(-3, 4);
            case 1 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
            case 2 -> random.nextLong() >> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "f627, 1, false", "66f727, 2, false", "f727, 4, false", "48f727, 8, false",
        "f62f, 1, true", "66f72f, 2, true", "f72f, 4, true", "48f72f, 8, true"})
    void wideProducts(String code, int size, boolean signed) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long rax = interesting(random);
            long rdx = random.nextLong();
            long value = interesting(random);
            long before = random.nextBoolean() ? ALL_FLAGS : OTHER_FLAGS;
            TrapRun run = trap(code, value, before).with("rax", rax).with("rdx", rdx).run();

            BigInteger product = number(rax, size, signed).multiply(number(value, size, signed));
            long[] expected = accumulator(rax, rdx, product.shiftRight(8 * size), product, size);
            assertThat(run).as("%x by %x, flags %x, seed %d", rax, value, before, seed).isEmulated()
                    .hasRegister("rax", expected[0]).hasRegister("rdx", expected[1])
                    .hasRegister("rflags", productFlags(before, fits(product, size, signed)));
        }
    }

    /// Intel SDM vol. 2, IMUL: CF and OF tell that the product did not fit. The undefined flags keep their values.
    private static long productFlags(long before, boolean fits) {
        return before & (OTHER_FLAGS | UNDEFINED_BY_PRODUCTS) | (fits ? 0 : Rflags.CF | Rflags.OF);
    }

    @ParameterizedTest
    @CsvSource({
        "66 0faf0f, 2, rcx", "0faf0f, 4, rcx", "48 0faf0f, 8, rcx",
        "66 6b0f80, 2, -0x80", "6b0f7f, 4, 0x7f", "48 6b0f80, 8, -0x80",
        "66 690f0080, 2, -0x8000", "690f00000080, 4, -0x80000000", "48 690f00000080, 8, -0x80000000"})
    void narrowProducts(String code, int size, String factor) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long rcx = interesting(random);
            long value = interesting(random);
            long before = random.nextBoolean() ? ALL_FLAGS : OTHER_FLAGS;
            TrapRun run = trap(code, value, before).with("rcx", rcx).run();

            long other = factor.equals("rcx") ? rcx : Long.decode(factor);
            BigInteger product = number(other, size, true).multiply(number(value, size, true));
            assertThat(run).as("%x by %x, flags %x, seed %d", rcx, value, before, seed).isEmulated()
                    .hasRegister("rcx", written(rcx, product, size))
                    .hasRegister("rflags", productFlags(before, fits(product, size, true)));
        }
    }

    /// MULX RCX, RBX, and with one register for both halves, which takes the high one (Intel SDM vol. 2, MULX).
    @ParameterizedTest
    @CsvSource({"c4e263f60f, 4, 3", "c4e2e3f60f, 8, 3", "c4e273f60f, 4, 1", "c4e2f3f60f, 8, 1"})
    void productsWithoutFlags(String code, int size, int low) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long rdx = interesting(random);
            long value = interesting(random);
            long before = random.nextBoolean() ? ALL_FLAGS : OTHER_FLAGS;
            TrapRun run = trap(code, value, before).with("rdx", rdx).with("rcx", -1).with("rbx", -1).run();

            BigInteger product = number(rdx, size, false).multiply(number(value, size, false));
            assertThat(run).as("%x by %x, seed %d", rdx, value, seed).isEmulated()
                    .hasRegister("rcx", written(0, product.shiftRight(8 * size), size))
                    .hasRegister("rbx", low == Gpr.RBX ? written(0, product, size) : -1)
                    .hasRegister("rdx", rdx).hasRegister("rflags", before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "f637, 1, false", "66f737, 2, false", "f737, 4, false", "48f737, 8, false",
        "f63f, 1, true", "66f73f, 2, true", "f73f, 4, true", "48f73f, 8, true"})
    void quotientsAndRemainders(String code, int size, boolean signed) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int faults = 0;
        for (int i = 0; i < 400; i++) {
            long divisor = interesting(random);
            long[] dividend = dividend(random, divisor, size, signed);
            long rax = dividend[0];
            long rdx = dividend[1];
            long before = random.nextBoolean() ? ALL_FLAGS : OTHER_FLAGS;
            faults += checkQuotient(trap(code, divisor, before).with("rax", rax).with("rdx", rdx).run(), divisor, size,
                    signed, "%x:%x by %x, flags %x, seed %d".formatted(rdx, rax, divisor, before, seed));
        }
        assertThat(faults).as("both endings occur, seed %d", seed).isBetween(20, 380);
    }

    /// Returns RAX and RDX such that the quotient mostly is near the limits of `size` bytes.
    private static long[] dividend(Random random, long divisor, int size, boolean signed) {
        long noise = random.nextLong();
        if (random.nextInt(8) == 0) {
            return new long[] {interesting(random), noise};
        }
        BigInteger limit = BigInteger.TWO.pow(8 * size - (signed ? 1 : 0));
        BigInteger quotient = switch (random.nextInt(3)) {
            case 0 -> limit.add(BigInteger.valueOf(random.nextInt(-2, 3)));
            case 1 -> (signed ? limit.negate() : BigInteger.ZERO).add(BigInteger.valueOf(random.nextInt(-2, 3)));
            default -> number(interesting(random), size, signed);
        };
        BigInteger by = number(divisor, size, signed);
        BigInteger dividend = quotient.multiply(by)
                .add(BigInteger.valueOf(random.nextInt(4)).multiply(by).shiftRight(2));
        if (size == 1) {
            return new long[] {noise & ~0xffffL | dividend.longValue() & 0xffff, noise};
        }
        long mask = MemoryRef.mask(8 * size);
        return new long[] {noise & ~mask | dividend.longValue() & mask,
            noise & ~mask | dividend.shiftRight(8 * size).longValue() & mask};
    }

    private static int checkQuotient(TrapRun run, long divisor, int size, boolean signed, String about) {
        long rax = run.before().gpr(Gpr.RAX);
        long rdx = run.before().gpr(Gpr.RDX);
        BigInteger dividend = size == 1 ? number(rax, 2, signed)
                : number(rdx, size, signed).shiftLeft(8 * size).add(number(rax, size, false));
        BigInteger by = number(divisor, size, signed);
        BigInteger quotient = by.signum() == 0 ? BigInteger.ZERO : dividend.divide(by);
        if (by.signum() == 0 || !fits(quotient, size, signed)) {
            assertThat(run).as(about).isException(Outcome.Exception.DE).changedNothing();
            return 1;
        }
        long[] expected = accumulator(rax, rdx, dividend.remainder(by), quotient, size);
        assertThat(run).as(about).isEmulated().hasRegister("rax", expected[0]).hasRegister("rdx", expected[1])
                .hasRegister("rflags", run.before().rflags());
        return 0;
    }

    /// Intel SDM vol. 2, IDIV and DIV: the most negative number by minus one, and the first quotients that do not fit.
    @ParameterizedTest
    @CsvSource({
        "48f73f, 0x8000000000000000, 0xffffffffffffffff, 0xffffffffffffffff, true",
        "48f73f, 0x8000000000000001, 0xffffffffffffffff, 0xffffffffffffffff, false",
        "48f73f, 0x8000000000000000, 0xffffffffffffffff, 1, false",
        "48f73f, 0, 0x8000000000000000, 0x8000000000000000, true",
        "48f73f, 0, 0x4000000000000000, 0x8000000000000000, false",
        "48f737, 0, 5, 5, true",
        "48f737, 0xffffffffffffffff, 4, 5, false",
        "48f737, 0, 0xfffffffffffffffe, 0xffffffffffffffff, false",
        "f73f, 0x80000000, 0xffffffff, 0xffffffff, true",
        "66f73f, 0x8000, 0xffff, 0xffff, true",
        "f63f, 0xff80, 0, 0xff, true",
        "f63f, 0x8000, 0, 0x80, true",
        "f637, 0xffff, 0, 0xff, true",
        "f637, 0xfeff, 0, 0xff, false",
        "f637, 0, 0, 0, true"})
    void theLimitsOfQuotients(String code, String rax, String rdx, String divisor, boolean faults) {
        TrapRun run = trap(code, parse(divisor), 2).with("rax", parse(rax)).with("rdx", parse(rdx)).run();
        if (faults) {
            assertThat(run).isException(Outcome.Exception.DE);
        } else {
            assertThat(run).isEmulated();
        }
    }

    private static long parse(String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    @Test
    void theDivisorIsReadBeforeTheFault() {
        assertThat(trap("f737", 0, 2).run()).isException(Outcome.Exception.DE)
                .accesses().haveTexts("read 4 bytes at 0xfe000000 = 0x0");
    }
}
