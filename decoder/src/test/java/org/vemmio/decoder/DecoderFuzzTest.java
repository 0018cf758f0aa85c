package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.DecodeFailure.Reason;

/// What holds for any bytes.
class RandomBytesTest {
    private static final int ROUNDS = 30_000;
    private static final byte[] PREFIXES = HexFormat.of().parseHex("6667f2f3f0484f2e64650f62c4c58f");

    @ParameterizedTest
    @EnumSource(CodeMode.class)
    void decodeToSomethingConsistent(CodeMode mode) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Decoder decoder = Decoder.open()) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] code = bytes(random);
                String what = "%s, seed %d: %s".formatted(mode, seed, HexFormat.of().formatHex(code));
                Decoding decoding = decoder.decode(mode, code);
                assertThat(decoding.length()).as(what).isBetween(1, 15);
                switch (decoding) {
                    case Instruction instruction -> checkInstruction(decoder, instruction, code, what);
                    case DecodeFailure failure -> assertThat(failure.reason()).as(what).isNotEqualTo(Reason.TRUNCATED);
                }
            }
        }
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
