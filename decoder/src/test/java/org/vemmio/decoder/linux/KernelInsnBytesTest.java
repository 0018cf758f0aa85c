package org.vemmio.decoder.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.decoder.linux.KernelViews.UNKNOWN;
import static org.vemmio.decoder.linux.KernelViews.decode;
import static org.vemmio.decoder.linux.KernelViews.parse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.DecodeFailure.Reason;

/// Which bytes the kernel's view looks at, and what it makes of too few of them. What is expected comes from where that
/// of [KernelInsnTest] does.
class KernelInsnBytesTest {
    // -ENODATA throughout arch/x86/lib/insn.c
    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "66",
        "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66",
        "66 66 66 66 66 66 66 66 66 66 66 66 66 66 8b",
        "66 66 66 66 66 66 66 66 66 66 66 66 66 66 0f",
        "48",
        "0f",
        "0f 38",
        "0f 3a",
        "0f 0b 78 65 6e",
        "c5",
        "c5 f8",
        "c4 e1 f8",
        "62 f1 7c 48",
        "62 f1 7c 48 c6",
        "d5",
        "d5 00",
        "8b",
        "8b 04",
        "8b 47",
        "8b 05 00 00 00",
        "8b 04 25 00 00 00",
        "c6 07",
        "c7 07 01 02 03",
        "66 c7 07 01",
        "0f b6"
    })
    void failsOnBytesThatEndTooEarly(String bytes) {
        byte[] code = parse(bytes);
        var insn = KernelInsn.decode(code, code.length, true, UNKNOWN);

        assertThat(insn.decoded()).isFalse();
        assertThat(insn.mmioType()).isEqualTo(MmioType.DECODE_FAILED);
        assertThat(insn.mmioSize()).isZero();
        assertThat(insn.length()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            81 07 00          | false | no quirk between opcode and end
            c5 f8 58 05 00    | false | VEX, known to the processor
            0f 58 05 00       | true  | the kernel's tables may lack it
            0f 19             | true  | the kernel sees no ModRM
            48 66 81 07       | true  | to the kernel 66 is the opcode
            66 f0 67 2e f3 81 | true  | to the kernel F3 is the opcode
            8f e8             | true  | XOP, to the kernel pop
            """)
    void takesTheProcessorsWordForBytesThatEndTooEarlyWhereBothReadAlike(
            String bytes, boolean decoded, String what) {
        byte[] code = parse(bytes);

        for (Reason reason : new Reason[] {Reason.TRUNCATED, Reason.TOO_LONG}) {
            var insn = KernelInsn.decode(code, code.length, true, new DecodeFailure(reason, code.length));
            assertThat(insn.decoded()).as(what).isEqualTo(decoded);
            assertThat(insn.length()).as(what).isZero();
        }
        assertThat(KernelInsn.decode(code, code.length, true, UNKNOWN).decoded()).as(what).isTrue();
    }

    @Test
    void looksAtFifteenBytes() {
        byte[] tooLong = parse("66 66 66 66 66 66 66 66 66 66 66 66 66 66 8b 07");

        assertThat(KernelInsn.decode(tooLong, 16, true, UNKNOWN).decoded()).isFalse();
    }

    @Test
    void looksAtNoMoreBytesThanCounted() {
        byte[] code = parse("c7 07 01 02 03 80");

        assertThat(KernelInsn.decode(code, 6, true, UNKNOWN).decoded()).isTrue();
        assertThat(KernelInsn.decode(code, 5, true, UNKNOWN).decoded()).isFalse();
    }

    @Test
    void keepsNothingOfTheCallersArray() {
        byte[] code = parse("c6 47 01 80");
        var insn = KernelInsn.decode(code, 4, true, UNKNOWN);
        Arrays.fill(code, (byte) 0x90);

        assertThat(insn).returns(MmioType.WRITE_IMM, KernelInsn::mmioType).returns(1, KernelInsn::displacement)
                .returns(-128, KernelInsn::immediate).returns(0x47, KernelInsn::modrm);
    }

    @Test
    void refusesACountThatTheArrayDoesNotHold() {
        byte[] code = new byte[2];

        assertThatThrownBy(() -> KernelInsn.decode(code, 3, true, UNKNOWN))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> KernelInsn.decode(code, -1, true, UNKNOWN))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
