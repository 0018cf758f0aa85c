package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.DecodeFailure.Reason;

/// What holds for any bytes. The system property `fuzz.seconds` has each mode tried for that long instead of a fixed
/// number of rounds, `fuzz.seed` gives the seed of the first round; that of each further one is greater by 1.
class DecoderFuzzTest {
    private static final int ROUNDS = 30_000;
    private static final byte[] PREFIXES = HexFormat.of().parseHex("6667f2f3f0484f2e64650f62c4c58f");

    @ParameterizedTest
    @EnumSource(CodeMode.class)
    @Tag("fuzz")
    void anyBytesDecodeToSomethingConsistent(CodeMode mode) {
        long seconds = Long.getLong("fuzz.seconds", 0);
        long seed = Long.getLong("fuzz.seed", new SplittableRandom().nextLong());
        long start = System.nanoTime();
        long rounds = 0;
        try (Decoder decoder = Decoder.open()) {
            do {
                check(decoder, mode, seed + rounds);
                rounds++;
            } while (seconds > 0 ? System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds) : rounds < ROUNDS);
        } finally {
            System.out.printf("fuzz DecoderFuzzTest, %s: -Dfuzz.seed=%d, %,d rounds in %.1f s%n", mode, seed, rounds,
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private static void check(Decoder decoder, CodeMode mode, long seed) {
        Random random = Random.from(new SplittableRandom(seed));
        byte[] code = bytes(random);
        String what = "%s, at once with -Dfuzz.seed=%d: %s".formatted(mode, seed, HexFormat.of().formatHex(code));
        Decoding decoding = decode(decoder, mode, code, code.length, what);
        if (decoding instanceof DecodeFailure failure) {
            assertThat(failure.reason()).as(what).isNotEqualTo(Reason.TRUNCATED);
        }
        byte[] neighbour = code.clone();
        neighbour[random.nextInt(15)] ^= (byte) (1 << random.nextInt(8));
        decode(decoder, mode, neighbour, random.nextInt(16), what + ", and a changed bit");
        assertThat(decoder.decode(mode, code)).as(what).isEqualTo(decoding);
    }

    private static Decoding decode(Decoder decoder, CodeMode mode, byte[] code, int count, String what) {
        Decoding decoding = decoder.decode(mode, code, 0, count);
        assertThat(decoding.length()).as(what).isBetween(Math.min(1, count), Math.min(15, count));
        if (decoding instanceof Instruction instruction) {
            checkInstruction(decoder, instruction, code, what);
        }
        return decoding;
    }

    /// Sixteen bytes, often with something in front that selects another encoding.
    private static byte[] bytes(Random random) {
        byte[] code = new byte[16];
        random.nextBytes(code);
        for (int i = random.nextInt(4) - 1; i >= 0; i--) {
            code[i] = PREFIXES[random.nextInt(PREFIXES.length)];
        }
        return code;
    }

    private static void checkInstruction(Decoder decoder, Instruction instruction, byte[] code, String what) {
        int length = instruction.length();
        CodeMode mode = instruction.mode();
        assertThat(decoder.decode(mode, code, 0, length)).as(what).isEqualTo(instruction);
        assertThat(decoder.decode(mode, code, 0, length - 1)).as(what)
                .isEqualTo(new DecodeFailure(Reason.TRUNCATED, length - 1));
        assertThat(instruction.addressWidth()).as(what).isIn(16, 32, 64);
        assertThat(instruction.operandWidth()).as(what).isIn(8, 16, 32, 64);
        assertThat(instruction.maskRegister()).as(what).isBetween(0, 7);
        FlagUse flags = instruction.flags();
        assertThat(Long.bitCount(flags.modified()) + Long.bitCount(flags.clearedTo0()) + Long.bitCount(flags.setTo1())
                + Long.bitCount(flags.undefined())).as(what).isEqualTo(Long.bitCount(flags.written()));
        assertThat(instruction.operands().stream().map(operand -> operand.visibility() == Visibility.HIDDEN)).as(what)
                .isSorted();
        for (Syntax syntax : Syntax.values()) {
            assertThat(decoder.format(instruction, syntax, 0x1000)).as(what).isNotBlank();
        }
    }
}
