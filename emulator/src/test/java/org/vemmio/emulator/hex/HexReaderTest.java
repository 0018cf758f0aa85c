package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Hex in the forms that the tools print it in; the samples of dumps are those tools' own output.
class HexReaderTest {
    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of("plain", "488b07f366ab", "0:488b07f366ab"),
                Arguments.of("plain, of a dump's address's length", "48890701", "0:48890701"),
                Arguments.of("spaced", "48 8b 07\nf3 66 ab", "0:488b07f366ab"),
                Arguments.of("upper case", "48 8B 07", "0:488b07"),
                Arguments.of("0x", "0x48 0x8b,0x07", "0:488b07"),
                Arguments.of("0x, one digit", "0x48, 0x8b, 0x7", "0:488b07"),
                Arguments.of("one long 0x", "0x488b07", "0:488b07"),
                Arguments.of("\\x in a string", "\"\\x48\\x8b\\x07\"", "0:488b07"),
                Arguments.of("C array", "static const unsigned char code[] = {\n    0x48, 0x8b, /* load */\n"
                        + "    0x07, // from\n};", "0:488b07"),
                Arguments.of("array of a debugger", "emulating [48, 8b, 7] failed", "0:488b07"),
                Arguments.of("array of a monitor", "[0x0f 0xae 0x3b] at 0xffffffff81000000", "0:0fae3b"),
                Arguments.of("assignment", "instr[0..5]=0xf2 0x66 0xab", "0:f266ab"),
                Arguments.of("comments", "# a comment\n8b 07 ; mov\n\n// another\n8b 0f # mov", "0:8b078b0f"),
                Arguments.of("xxd", "00000000: 488b 07f3 66ab 4889 07ff 7530 488b 0500  H...f.H...u0H...\n"
                        + "00000010: 01                                       .\n",
                        "0:488b07f366ab488907ff7530488b050001"),
                Arguments.of("hexdump -C",
                        "00000000  48 8b 07 f3 66 ab 48 89  07 ff 75 30 48 8b 05 00  |H...f.H...u0H...|\n"
                        + "00000010  01                                                |.|\n00000011\n",
                        "0:488b07f366ab488907ff7530488b050001"),
                Arguments.of("hexdump -C with equal rows",
                        "00000000  90 90 90 90 90 90 90 90  90 90 90 90 90 90 90 90  |................|\n"
                        + "*\n00000030\n", "0:" + "90".repeat(48)),
                Arguments.of("hexdump -C with equal rows, and a gap behind them",
                        "00000000  90 90 90 90 90 90 90 90  90 90 90 90 90 90 90 90  |................|\n"
                        + "*\n00000020  91 92  |..|\n00000100  93  |.|\n", "0:" + "90".repeat(32) + "9192 100:93"),
                Arguments.of("objdump", "\nv.o:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n"
                        + "0000000000000040 <f>:\n  40:\t48 8b 07             \tmov    (%rdi),%rax\n"
                        + "  43:\tf3 66 ab             \trep stos %ax,%es:(%rdi)\n"
                        + "\t...\n  50:\tc3                   \tret\n", "40:488b07f366ab 50:c3"),
                Arguments.of("objdump, its tabs turned into spaces", "   0:   8b 07                   mov    (%rdi),%eax\n"
                        + "   2:   c3                      ret\n", "0:8b07c3"),
                Arguments.of("objdump with relocations", "   0:\t8b 05 00 00 00 00    \tmov    0x0(%rip),%eax\n"
                        + "\t\t\t2: R_X86_64_PC32\tregister-0x4\n", "0:8b0500000000"),
                Arguments.of("xxd -i", "unsigned char b_bin[] = {\n  0x48, 0x8b, 0x07\n};\nunsigned int b_bin_len = 3;\n",
                        "0:488b07"),
                Arguments.of("oops", "[    1.234567] Code: 48 89 e5 <8b> 07 c3 0f 1f", "0:4889e58b07c30f1f@3"),
                Arguments.of("oops, parentheses", "Code: 89 e5 (8b) 07", "0:89e58b07@2"),
                Arguments.of("monitor", "Code=af af <0f> aa", "0:afaf0faa@2"),
                Arguments.of("two oopses", "Code: 89 <e5> 07\nCode: 8b 07", "0:89e507@1 3:8b07"),
                Arguments.of("oops behind bytes", "48 8b 07\nCode: <89> 07", "0:488b07 3:8907@0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void everyFormIsRead(String form, String text, String expected) {
        List<String> chunks = HexReader.read("text", text).stream()
                .map(chunk -> Long.toHexString(chunk.address()) + ":" + HexFormat.of().formatHex(chunk.bytes())
                        + (chunk.trapping() == HexChunk.UNMARKED ? "" : "@" + chunk.trapping())).toList();
        assertThat(String.join(" ", chunks)).isEqualTo(expected);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("48 8b 0", "f:1:7: '0' has an odd number of digits; a byte has two"),
                Arguments.of("48 8b\n07 4g", "f:2:5: 'g' is no hex digit; bytes look like 8b, 0x8b or \\x8b"),
                Arguments.of("mov eax, ebx", "f:1:1: 'm' is no hex digit; bytes look like 8b, 0x8b or \\x8b"),
                Arguments.of("48 0x", "f:1:4: '0' is no hex digit; bytes look like 8b, 0x8b or \\x8b"),
                Arguments.of("48 <8b 07", "f:1:5: a marked byte looks like <8b> or (8b)"),
                Arguments.of("48 <8b07>", "f:1:5: a marked byte looks like <8b> or (8b)"),
                Arguments.of("48 (8b>", "f:1:5: a marked byte looks like <8b> or (8b)"),
                Arguments.of("  488b070", "f:1:3: '488b070' has an odd number of digits; a byte has two"),
                Arguments.of("", "f:1:1: there is no byte; bytes look like 8b, 0x8b or \\x8b"),
                Arguments.of("# nothing\n\n", "f:2:1: there is no byte; bytes look like 8b, 0x8b or \\x8b"),
                Arguments.of("00000000  90 90  |..|\n*\n00000003\n",
                        "f:3:1: the line after '*' has to continue at a multiple of the row before it"),
                Arguments.of("*\n00000000  90 90  |..|\n",
                        "f:2:1: the line after '*' has to continue at a multiple of the row before it"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsTold(String text, String message) {
        assertThatThrownBy(() -> HexReader.read("f", text)).isInstanceOf(HexException.class).hasMessage(message);
    }

    @Test
    void aRepetitionIsBounded() {
        assertThatThrownBy(() -> HexReader.read("f", "00000000  90 90  |..|\n*\n40000000\n"))
                .isInstanceOf(HexException.class).hasMessage("f:3:1: '*' stands for more than 16 MiB");
    }
}
