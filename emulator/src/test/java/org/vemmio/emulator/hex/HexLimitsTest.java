package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Long texts. The timeouts only end what would hang: what takes quadratic time takes hours here.
class HexLimitsTest {
    private static final String ROW = "48 8b 07 f3 66 ab 48 89  07 c3 90 90 90 90 90 90";

    /// What the readers look for, of which a text may be full.
    static final List<String> REPEATED = List.of("static ", "[", "(", "{", "]", "\"", "<", ">", ":", "a:", "48 ", "48",
            "0x", "0x48, ", "\\x", "/*", "/", ";", "; ", "b\"", "Code: ", "Code=", "Code: <", "RAX: ", "RAX: 0000 ",
            "=> ", "0x0:\t", "0x0 <", "<a> ", "> ", "instruction_bytes=[", "emulation failed -> ", "{\"bytes\":[", "-",
            "48-", "`", "00000000`", "  ", "\t", "byte ", "byte[", "= ", "GUEST_", "kvm_emulate_insn: ", "0 1 ",
            "00000000: ", "00000000  ", "\\", "#VE", "Unexpected #VE: ", "é");

    @ParameterizedTest
    @FieldSource("REPEATED")
    @Timeout(60)
    void aLongLineIsReadOrRefused(String repeated) {
        byte[] text = repeated.repeat((4 << 20) / repeated.length()).getBytes(StandardCharsets.UTF_8);
        assertReadOrRefused(text, Optional.empty());
        byte[] lines = ("00000000: " + repeated + "\n").repeat(10_000).getBytes(StandardCharsets.UTF_8);
        assertReadOrRefused(lines, Optional.empty());
    }

    static Stream<HexForm> forms() {
        return HexForm.all().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    @Timeout(60)
    void aLongLineIsReadOrRefusedAsEveryForm(HexForm form) {
        for (String repeated : REPEATED) {
            byte[] text = repeated.repeat((1 << 18) / repeated.length()).getBytes(StandardCharsets.UTF_8);
            assertReadOrRefused(text, Optional.of(form));
        }
    }

    private static void assertReadOrRefused(byte[] text, Optional<HexForm> form) {
        try (InputStream in = new ByteArrayInputStream(text)) {
            HexInput input = form.isPresent() ? HexInput.open("f", in, form.get()) : HexInput.open("f", in);
            input.read(chunk -> assertThat(chunk.bytes()).isNotEmpty());
        } catch (HexException refused) {
            assertThat(refused.getMessage()).doesNotContain("\n").hasSizeLessThan(400);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDumpMayHaveLongRows() {
        assertThat(ReadHex.of("00000000  " + "90 ".repeat(1000) + "\n000003e8\n").chunks())
                .isEqualTo("0:" + "90".repeat(1000));
        assertThat(ReadHex.of("00000000  " + "90 ".repeat(1000) + " |" + ".".repeat(1000) + "|").chunks())
                .isEqualTo("0:" + "90".repeat(1000));
        assertThat(ReadHex.of("00000000: " + "9090 ".repeat(1500)).chunks()).isEqualTo("0:" + "9090".repeat(1500));
    }

    /// An endless text, of which every line is made when it is read.
    private static final class Lines extends InputStream {
        private final LongFunction<String> lines;
        private final long count;
        private long number;
        private byte[] line = {};
        private int position;
        private long taken;

        Lines(long count, LongFunction<String> lines) {
            this.count = count;
            this.lines = lines;
        }

        @Override
        public int read() {
            while (position == line.length) {
                if (number == count) {
                    return -1;
                }
                line = lines.apply(number++).getBytes(StandardCharsets.US_ASCII);
                position = 0;
            }
            taken++;
            return line[position++];
        }
    }

    static Stream<Arguments> streams() {
        LongFunction<String> plain = _ -> "48 8b 07 c3 ";
        LongFunction<String> digits = _ -> "488b07c3";
        LongFunction<String> array = i -> (i == 0 ? "u8 code[] = {" : "") + "0x48, 0x8b, 0x07, 0xc3,";
        LongFunction<String> xxd = i -> "%08x: 488b 07c3\n".formatted(4 * i);
        LongFunction<String> hexdump = i -> "%08x  48 8b 07 c3  |H...|\n".formatted(4 * i);
        LongFunction<String> od = i -> "%07o 48 8b 07 c3\n".formatted(4 * i);
        LongFunction<String> objdump = i -> "  %x:\t48 8b 07 c3 \tmov\n".formatted(4 * i);
        LongFunction<String> gdb = i -> "0x%x <f+%d>:\t0x48\t0x8b\t0x07\t0xc3\n".formatted(4 * i, 4 * i);
        LongFunction<String> json = _ -> "{\"bytes\": \"488b07c3\"}\n";
        LongFunction<String> kvm = i -> "kvm_emulate_insn: 0:%x:48 8b 07 c3 (prot64)\n".formatted(4 * i);
        return Stream.of(Arguments.of("plain", plain), Arguments.of("digits", digits), Arguments.of("array", array),
                Arguments.of("xxd", xxd), Arguments.of("hexdump -C", hexdump), Arguments.of("od", od),
                Arguments.of("objdump", objdump), Arguments.of("gdb", gdb), Arguments.of("JSON", json),
                Arguments.of("KVM trace", kvm));
    }

    /// Many rows: the first are there before the third 64 KiB are read, and none is lost.
    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    @Timeout(120)
    void aStreamIsReadAsItComes(String form, LongFunction<String> lines) throws IOException {
        Lines text = new Lines(200_000, lines);
        long[] bytes = new long[2];
        HexInput input = HexInput.open("f", text);
        assertThat(input.isWhole()).isFalse();
        assertThat(input.isLog()).isFalse();
        input.read(chunk -> {
            bytes[1] = bytes[0] == 0 ? text.taken : bytes[1];
            bytes[0] += chunk.bytes().length;
        });
        assertThat(bytes[0]).isEqualTo(800_000);
        assertThat(bytes[1]).as("characters read before the first chunk").isLessThanOrEqualTo(2 * HexText.HEAD);
    }

    @Test
    @Timeout(60)
    void aStarStandsForUpTo16MiB() throws IOException {
        String head = "00000000  " + ROW + "  |................|\n*\n";
        long[] bytes = new long[1];
        HexInput.of("f", head + "01000010\n").read(chunk -> bytes[0] += chunk.bytes().length);
        assertThat(bytes[0]).isEqualTo((1 << 24) + 16);
        assertThatThrownBy(() -> ReadHex.of(head + "01000020\n")).isInstanceOf(HexException.class)
                .hasMessage("f:3:1: '*' stands for more than 16 MiB");
    }

    @Test
    @Timeout(60)
    void aLogIsReadToItsEndForTheLastCode() throws IOException {
        String boot = "[    0.123456] pci 0000:00:02.0: BAR 0: assigned [mem 0xfebd0000-0xfebdffff]\n".repeat(50_000);
        HexInput input = HexInput.of("f", boot + "Code: 89 <e5> 07\n" + boot + "Code: 48 <8b> 07 c3\n" + boot);
        assertThat(input.isLog()).isTrue();
        assertThat(input.dumps()).hasSize(2).last().satisfies(dump -> assertThat(dump.line()).isEqualTo(100_002));
    }

    @Test
    @Timeout(60)
    void aLogHasUpTo16MiB() {
        Lines text = new Lines(300_000, i -> i == 9 ? "Code: 48 <8b> 07 c3\n"
                : "[    0.123456] a line of a log that tells nothing of any interest\n");
        assertThatThrownBy(() -> HexInput.open("f", text).dumps()).isInstanceOf(HexException.class)
                .hasMessageContaining("more than 16 MiB");
    }
}
