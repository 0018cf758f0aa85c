package org.vemmio.emulator.survey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;

class InstructionFormTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8b07             | mov r32, m32
            8807             | mov m8, r8
            8827             | mov m8, r8
            c7070000ffff     | mov m32, imm32
            a10000000000000000 | mov eax, m32
            0fb607           | movzx r32, m8
            66f3ab           | rep stosw
            f2a4             | rep movsb
            f3a6             | repe cmpsb
            f2ae             | repne scasb
            f00fc107         | lock xadd m32, r32
            d327             | shl m32, cl
            c12704           | shl m32, imm8
            8c07             | mov m16, sreg
            c5fe6f07         | vmovdqu ymm, m256
            0f6f07           | movq mm, m64
            62f17e497f07     | vmovdqu32 m512 {k}, zmm
            62f17e487f07     | vmovdqu32 m512, zmm
            62f17d4a7607     | vpcmpeqd k {k}, zmm, m512
            0f1f00           | nop m32, r32
            8d07             | lea r32, m
            90               | nop
            ff27             | jmp m64
            dd07             | fld m64
            06               | (no such instruction)
            8b               | (the bytes end inside the instruction)
            f08b07           | (the instruction does not take a LOCK prefix)
            """)
    void namesForms(String code, String form) {
        try (Decoder decoder = Decoder.open()) {
            Decoding decoding = decoder.decode(CodeMode.CODE64, HexFormat.of().parseHex(code));
            assertThat(InstructionForm.of(decoding)).isEqualTo(form);
        }
    }
}
