package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Hex in the spellings that people and tools write it in, what could be several things, and mistakes.
class HexInputTest {
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
                Arguments.of("assignment", "instr[0..5]=0xf2 0x66 0xab", "0:<f266ab"),
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
                        + "\t...\n  50:\tc3                   \tret\n", "f=40:488b07f366ab 50:c3"),
                Arguments.of("objdump, its tabs turned into spaces", "   0:   8b 07                   mov    (%rdi),%eax\n"
                        + "   2:   c3                      ret\n", "0:8b07c3"),
                Arguments.of("objdump with relocations", "   0:\t8b 05 00 00 00 00    \tmov    0x0(%rip),%eax\n"
                        + "\t\t\t2: R_X86_64_PC32\tregister-0x4\n", "0:8b0500000000"),
                Arguments.of("xxd -i", "unsigned char b_bin[] = {\n  0x48, 0x8b, 0x07\n};\nunsigned int b_bin_len = 3;\n",
                        "0:488b07"),
                Arguments.of("oops", "[    1.234567] Code: 48 89 e5 <8b> 07 c3 0f 1f", "0:4889e5<8b07c30f1f"),
                Arguments.of("oops, parentheses", "Code: 89 e5 (8b) 07", "0:89e5<8b07"),
                Arguments.of("monitor", "Code=af af <0f> aa", "0:afaf<0faa"),
                Arguments.of("two oopses", "Code: 89 <e5> 07\nCode: 8b 07", "0:89<e507 3:8b07"),
                Arguments.of("oops behind words", "the log says:\nCode: <89> 07", "0:<8907"),
                Arguments.of("h behind", "48h, 8Bh, 0f3h", "0:488bf3"),
                Arguments.of("colons", "48:8b:07", "0:488b07"),
                Arguments.of("hyphens", "48-8b-07", "0:488b07"),
                Arguments.of("a literal of Python", "b'H\\x8b\\x07\\n\\\\'", "0:488b070a5c"),
                Arguments.of("casts of Java", "{(byte) 0x8b, 0x07}", "0:8b07"),
                Arguments.of("decimal list of Java", "[72, -117, 7]", "0:488b07"),
                Arguments.of("decimal list of Python", "[72, 139, 7]", "0:488b07"),
                Arguments.of("a comment over two lines", "48 /* 8b\n07 */ 90", "0:4890"),
                Arguments.of("JSON in a line", "{\"bytes\": \"488b07\", \"code\": [195]}", "0:488b07 3:c3"),
                Arguments.of("words in groups", "488b 07f3 66ab", "0:488b07f366ab"),
                Arguments.of("UTF-8 mark", "\ufeff48 8b 07", "0:488b07"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void everySpellingIsRead(String spelling, String text, String expected) {
        assertThat(ReadHex.of(text).chunks()).isEqualTo(expected);
    }

    /// What could be several things, and what would say which.
    static Stream<Arguments> ambiguities() {
        return Stream.of(
                Arguments.of("decimal or hex", "[72, 13, 7]", "--from decimal or --from hex"),
                Arguments.of("decimal or hex, two digits each", "48, 89, 16", "--from decimal or --from hex"),
                Arguments.of("decimal or hex, without commas", "72 13 7", "--from decimal or --from hex"),
                Arguments.of("octal or decimal", "110 213 007", "--from od-o1 or --from decimal"),
                Arguments.of("decimal or hex of a monitor", "instruction_bytes=[48, 89, 16]",
                        "--from decimal or --from hex"),
                Arguments.of("an address or bytes", "401000\t48 8b 07", "--from od or --from hex"),
                Arguments.of("an address or bytes, blanks", "00401000 48 8b 07", "--from od or --from hex"),
                Arguments.of("bytes or little-endian words", "00000000: 00058b48 8b000000", "--from xxd-e"),
                Arguments.of("bits or bytes", "00000000: 01001000 10001011", "--from xxd-b or --from xxd"),
                Arguments.of("words of od", "0000000 8b48 f307\n0000004", "--from od-x2"),
                Arguments.of("octal words of od", "0000000 105510 171407\n0000004", "--from od-o2"),
                Arguments.of("characters of od", "0000000   H 213 005\n0000003", "od -t x1"),
                Arguments.of("words of gdb", "0x401106 <f>:\t0x23058b48", "x/16xb"),
                Arguments.of("a listing without bytes", "=> 0x401106 <f>:\tmov    0x2f23(%rip),%rax", "disassemble /r"),
                Arguments.of("a NUL", "48\u00008b", "--raw"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguities")
    void whatCouldBeSeveralThingsIsAskedAbout(String could, String text, String hint) {
        assertThatThrownBy(() -> ReadHex.of(text)).isInstanceOf(HexException.class).hasMessageContaining(hint)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFormThatIsGivenIsNotAskedAbout() {
        assertThat(given("hex", "[72, 13, 7]")).isEqualTo("0:721307");
        assertThat(given("decimal", "[72, 13, 7]")).isEqualTo("0:480d07");
        assertThat(given("hex", "401000\t48 8b 07")).isEqualTo("0:401000488b07");
        assertThat(given("od", "401000\t48 8b 07")).isEqualTo("401000:488b07");
        assertThat(given("xxd", "00000000: 00058b48 8b000000")).isEqualTo("0:00058b488b000000");
        assertThat(given("xxd-e", "00000000: 00058b48 8b000000")).isEqualTo("0:488b05000000008b");
        assertThat(given("od-o1", " 110 213 007")).isEqualTo("0:488b07");
    }

    private static String given(String form, String text) {
        return ReadHex.of(text.getBytes(StandardCharsets.UTF_8), HexForm.named(form)).chunks();
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
        assertThatThrownBy(() -> ReadHex.of(text)).isInstanceOf(HexException.class).hasMessage(message);
    }

    @Test
    void aRepetitionIsBounded() {
        assertThatThrownBy(() -> ReadHex.of("00000000  90 90  |..|\n*\n40000000\n"))
                .isInstanceOf(HexException.class).hasMessage("f:3:1: '*' stands for more than 16 MiB");
    }
}
