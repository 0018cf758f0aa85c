package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.zydis.jextract.Zydis;

class RegisterTest {
    private static Decoder decoder;

    @BeforeAll
    static void open() {
        decoder = Decoder.open();
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    @Test
    void everyRegisterThatZydisNamesIsKnown() {
        NativeNames names = new NativeNames();
        int number = 1;
        while (!Zydis.ZydisRegisterGetString(number).equals(MemorySegment.NULL)) {
            assertThat(names.register(number)).as("number %d", number).isNotNull();
            number++;
        }
        assertThat(number).isGreaterThan(250);
    }

    @ParameterizedTest
    @CsvSource({"al, GPR8, 0, 8", "bl, GPR8, 3, 8", "spl, GPR8, 4, 8", "dil, GPR8, 7, 8", "r15b, GPR8, 15, 8",
        "ah, GPR8_HIGH, 0, 8", "bh, GPR8_HIGH, 3, 8", "sp, GPR16, 4, 16", "r8w, GPR16, 8, 16", "esi, GPR32, 6, 32",
        "r9d, GPR32, 9, 32", "rax, GPR64, 0, 64", "rbx, GPR64, 3, 64", "rsp, GPR64, 4, 64", "r15, GPR64, 15, 64",
        "es, SEGMENT, 0, 16", "cs, SEGMENT, 1, 16", "ss, SEGMENT, 2, 16", "ds, SEGMENT, 3, 16", "fs, SEGMENT, 4, 16",
        "gs, SEGMENT, 5, 16", "st7, X87, 7, 80", "mm7, MMX, 7, 64", "xmm31, XMM, 31, 128", "ymm0, YMM, 0, 256",
        "zmm16, ZMM, 16, 512", "k7, MASK, 7, 64", "cr8, CONTROL, 8, 64", "dr7, DEBUG, 7, 64", "ip, IP, 0, 16",
        "eip, IP, 1, 32", "rip, IP, 2, 64", "eflags, FLAGS, 1, 32", "rflags, FLAGS, 2, 64", "bnd3, BOUND, 3, 128",
        "tmm0, TILE, 0, 8192", "mxcsr, OTHER, 3, 32", "xcr0, OTHER, 4, 64", "gdtr, OTHER, 6, 80", "tr, OTHER, 9, 16",
        "tr7, OTHER, 20, 32", "uif, OTHER, 12, 1"})
    void hasFileNumberAndWidth(String name, RegisterFile file, int number, int width) {
        Register register = Register.named(name).orElseThrow();
        assertThat(register).isEqualTo(new Register(file, number)).isSameAs(Register.of(file, number));
        assertThat(register.width()).isEqualTo(width);
        assertThat(register).hasToString(name);
    }

    @Test
    void hasOneNameEach() {
        List<Register> all = Arrays.stream(RegisterFile.values()).flatMap(file -> file.registers().stream()).toList();
        assertThat(all.stream().map(Register::name)).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(register -> assertThat(Register.named(register.name())).containsSame(register));
    }

    @ParameterizedTest
    @EnumSource(RegisterFile.class)
    void refusesNumbersOutsideTheFile(RegisterFile file) {
        int beyond = file.registers().size();
        assertThatIllegalArgumentException().isThrownBy(() -> new Register(file, -1))
                .withMessage("no register -1 in " + file + ": 0 to " + (beyond - 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Register.of(file, beyond))
                .withMessage("no register " + beyond + " in " + file + ": 0 to " + (beyond - 1));
    }

    @Test
    void knowsNoOtherName() {
        assertThat(Register.named("RAX")).isEmpty();
        assertThat(Register.named("none")).isEmpty();
        assertThat(Register.named("r16")).isEmpty();
    }

    /// REX.R and ModRM.reg, with a REX prefix, number the registers of every width.
    @ParameterizedTest
    @CsvSource({"'', 88, GPR8", "66, 89, GPR16", "'', 89, GPR32", "'', 0f11, XMM", "f2, 0f11, XMM"})
    void areNumberedAsEncoded(String prefix, String opcode, RegisterFile file) {
        for (int number = 0; number < 16; number++) {
            int rex = number < 8 ? 0x40 : 0x44;
            int modrm = (number & 7) << 3 | 7;
            assertThat(registerOf("%s%02x%s%02x".formatted(prefix, rex, opcode, modrm), 1))
                    .isEqualTo(Register.of(file, number));
            if (file == RegisterFile.GPR32) {
                assertThat(registerOf("%02x%s%02x".formatted(rex | 8, opcode, modrm), 1))
                        .isEqualTo(Register.of(RegisterFile.GPR64, number));
            }
        }
    }

    @Test
    void areHighBytesWithoutRex() {
        for (int number = 0; number < 8; number++) {
            Register expected = number < 4
                    ? Register.of(RegisterFile.GPR8, number)
                    : Register.of(RegisterFile.GPR8_HIGH, number - 4);
            assertThat(registerOf("88%02x".formatted(number << 3 | 7), 1)).isEqualTo(expected);
        }
    }

    /// EVEX.R', EVEX.R and ModRM.reg number 32 registers; EVEX.LL selects the width.
    @Test
    void areThirtyTwoWithEvex() {
        List<RegisterFile> byLength = List.of(RegisterFile.XMM, RegisterFile.YMM, RegisterFile.ZMM);
        for (int length = 0; length < 3; length++) {
            for (int number = 0; number < 32; number++) {
                int payload0 = 0x61 | (number & 8) << 4 ^ 0x80 | (number & 16) ^ 0x10;
                String code = "62%02x7c%02x11%02x".formatted(payload0, 8 | length << 5, (number & 7) << 3 | 7);
                assertThat(registerOf(code, 2)).isEqualTo(Register.of(byLength.get(length), number));
            }
        }
    }

    private static Register registerOf(String code, int operand) {
        Decoding decoding = decoder.decode(CodeMode.CODE64, HexFormat.of().parseHex(code));
        assertThat(decoding).as(code).isInstanceOf(Instruction.class);
        return ((RegisterOperand) ((Instruction) decoding).operands().get(operand)).register();
    }
}
