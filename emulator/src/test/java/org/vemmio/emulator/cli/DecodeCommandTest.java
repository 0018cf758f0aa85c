package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DecodeCommandTest {
    private static final String PLAIN = """
            offset  bytes   instruction     memory    arch  tdx-6.12  sev
                 0  488b07  mov rax, [rdi]  load 8    ok    ok        ok
                 3  f366ab  rep stosw       store 2   ok    -EINVAL   ES_DECODE_FAILED
                                            repeated
                    linux-tdx-6.12, linux-sev: no MMIO instruction that the kernel knows:
                    stosw
                 6  8907    mov [rdi], eax  store 4   ok    ok        ok
            """;

    @TempDir
    private Path folder;

    // Output

    @ParameterizedTest
    @ValueSource(strings = {"decode -", "decode --json -", "decode --raw -"})
    @Timeout(60)
    void endsWhereNobodyReadsAnyMore(String command) {
        String[] words = command.split(" ");
        int[] shown = {0};
        StandardOutput output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                shown[0] += length;
                write(0);
            }
        });
        InputStream endless = new InputStream() {
            private int next;

            @Override
            public int read() {
                return "90\n".charAt(next++ % 3);
            }
        };
        StringWriter err = new StringWriter();
        InputStream before = System.in;
        System.setIn(endless);
        try {
            int code = Main.commandLine(Terminal.NONE, words)
                    .setOut(new PrintWriter(output.writer(StandardCharsets.UTF_8))).setErr(new PrintWriter(err))
                    .execute(words);
            assertThat(code).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(err.toString()).isEmpty();
        assertThat(output.problem()).isEmpty();
        assertThat(shown[0]).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "plain   | 488b07f366ab8907",
        "spaced  | 48 8b 07 f3 66 ab 89 07",
        "0x      | 0x48, 0x8b, 0x07, 0xf3, 0x66, 0xab, 0x89, 0x07",
        "\\x     | \"\\x48\\x8b\\x07\\xf3\\x66\\xab\\x89\\x07\"",
        "C array | const u8 code[] = { 0x48, 0x8b, 0x07, 0xf3, 0x66, 0xab, 0x89, 0x7 };"})
    void formsOnTheCommandLine(String form, String text) {
        assertThat(CommandRun.of("decode", text)).isEqualTo(new CommandRun(0, PLAIN, ""));
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("plain", "488b07\nf366ab\n8907\n"),
                Arguments.of("xxd", "00000000: 488b 07f3 66ab 8907                      H...f...\n"),
                Arguments.of("hexdump -C",
                        "00000000  48 8b 07 f3 66 ab 89 07                           |H...f...|\n00000008\n"),
                Arguments.of("objdump", "\nx.o:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n"
                        + "0000000000000000 <f>:\n   0:\t48 8b 07             \tmov    (%rdi),%rax\n"
                        + "   3:\tf3 66 ab             \trep stos %ax,%es:(%rdi)\n"
                        + "   6:\t89 07                \tmov    %eax,(%rdi)\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void formsInAFileAndOnStandardInput(String form, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("code"), text);
        assertThat(CommandRun.of("decode", file.toString())).isEqualTo(new CommandRun(0, PLAIN, ""));
        assertThat(CommandRun.withInput(text, "decode", "-")).isEqualTo(new CommandRun(0, PLAIN, ""));
    }

    @Test
    void theMarkedByteOfAnOopsIsCalledTrapping() {
        CommandRun run = CommandRun.of("decode", "--handler=linux-tdx-6.1", "Code: 48 89 e5 <8b> 07 c3");
        assertThat(run).isEqualTo(new CommandRun(0, """
                offset  bytes   instruction     memory  tdx-6.1
                     0  4889e5  mov rbp, rsp            -
                     3  8b07    mov eax, [rdi]  load 4  ok
                        trapping
                     5  c3      ret             load 8  -EINVAL
                        linux-tdx-6.1: no MMIO instruction that the kernel knows: ret
                """, ""));
    }

    @Test
    void anInstructionBeginsAtTheMarkedByteWhateverIsBeforeIt() {
        CommandRun run = CommandRun.of("decode", "--handler=architectural", "Code: 48 c7 <8b> 07 0f b6");
        assertThat(run).isEqualTo(new CommandRun(0, """
                offset  bytes  instruction     memory  arch
                     0  48c7   (bad)                   -
                        the bytes end inside the instruction
                     2  8b07   mov eax, [rdi]  load 4  ok
                        trapping
                     4  0fb6   (cut off)               -
                        the bytes end inside the instruction
                """, ""));
    }

    @Test
    void aHandlerIsAskedOnce() {
        assertThat(CommandRun.of("decode", "--handler=linux-tdx,linux-tdx-6.12", "--handler=linux-tdx", "8b07"))
                .isEqualTo(CommandRun.of("decode", "--handler=linux-tdx", "8b07"));
    }

    @Test
    void whatIsNoInstructionIsToldAndPassedOverByteForByte() {
        assertThat(CommandRun.of("decode", "f08b07")).isEqualTo(new CommandRun(1, """
                offset  bytes  instruction     memory  arch  tdx-6.12  sev
                     0  f0     (bad)                   #UD   ok*       ok*
                        the instruction does not take a LOCK prefix
                        linux-tdx-6.12, linux-sev: illegal encoding: the instruction does not
                        take a LOCK prefix
                     1  8b07   mov eax, [rdi]  load 4  ok    ok        ok
                """, ""));
    }

    @Test
    void addressesOfADumpStandOverItsRows() throws IOException {
        Path file = Files.writeString(folder.resolve("code"), "ffffffff81000010: 488b 07c3  H...\n");
        assertThat(CommandRun.of("decode", "--handler=architectural", "--syntax=att", file.toString()))
                .isEqualTo(new CommandRun(0, """
                        offset  bytes   instruction       memory  arch
                        0xffffffff81000010:
                             0  488b07  mov (%rdi), %rax  load 8  ok
                             3  c3      ret               load 8  -EINVAL
                                architectural: an instruction that is not supported: ret (control
                                transfer)
                        """, ""));
    }

    @Test
    void longInstructionsKeepTheTableWithinThePage() {
        CommandRun run = CommandRun.of("decode", "f3a5 48c784c84433221188776655 66ab");
        assertThat(run).isEqualTo(new CommandRun(0, """
                offset  bytes           instruction       memory    arch  tdx-6.12  sev
                     0  f3a5            rep movsd         load 4    ok    -EINVAL   ok*
                                                          store 4
                                                          repeated
                        linux-tdx-6.12: a string move
                        linux-sev: repeat: a count of 0 moves one element and wraps
                     2  48c784c8443322  mov qword ptr     store 8   ok    ok        ok*
                        1188776655      [rax+rcx*8+0x112
                                        23344],
                                        0x55667788
                        linux-sev: wrong value: bits 63:32 are bookkeeping of the decoder
                        instead of the sign
                     e  66ab            stosw             store 2   ok    -EINVAL   ES_DECODE_FAILED
                        linux-tdx-6.12, linux-sev: no MMIO instruction that the kernel knows:
                        stosw
                """, ""));
    }

    @ParameterizedTest
    @CsvSource({"16, 'mov ax, [bx]'", "32, 'mov eax, [edi]'", "64, 'mov eax, [rdi]'"})
    void theModeIsThatOfTheCode(String mode, String text) {
        assertThat(CommandRun.of("decode", "--mode", mode, "8b07").out()).contains(text);
    }

    /// A kernel's handlers run in 64-bit mode alone: to them 40 is a REX prefix.
    @Test
    void aKernelsHandlerReads64BitCodeWhateverTheMode() {
        assertThat(CommandRun.of("decode", "--mode=32", "40", "8b", "07").out())
                .containsPattern("\\n +0 +40 +inc eax +- +ok +ok\\n");
    }

    @Test
    void coloursAreForTerminalsAlone() {
        CommandRun terminal = CommandRun.on(new Terminal(true, true), "decode", "8b07");
        assertThat(terminal.out()).contains("\u001b[32mok\u001b[0m");
        assertThat(terminal.out().replaceAll("\u001b\\[\\d+m", "")).isEqualTo(CommandRun.of("decode", "8b07").out());
    }

    @Test
    void jsonTellsEverything() {
        CommandRun run = CommandRun.of("decode", "--json", "Code: f3 a5 <66> ab f0 8b 07 89 e5");
        assertThat(run.code()).isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(run.out());
        assertThat(json).isEqualTo(JsonMapper.shared().readTree("""
                {"vemmio": "decode", "version": 1, "mode": 64, "instructions": [
                  {"address": "0x0", "bytes": "f3a5", "trapping": false, "valid": true, "text": "rep movsd",
                    "mnemonic": "movsd", "memory": [{"access": "load", "size": 4}, {"access": "store", "size": 4}],
                    "repeated": true, "handlers": {
                      "architectural": {"verdict": "emulated", "hazards": []},
                      "linux-tdx-6.12": {"verdict": "refused", "failure": "string-move", "errno": "EINVAL",
                        "returned": "-EINVAL",
                        "detail": ""},
                      "linux-sev": {"verdict": "emulated", "hazards": [
                        {"kind": "repeat", "detail": "a count of 0 moves one element and wraps"}]}}},
                  {"address": "0x2", "bytes": "66ab", "trapping": true, "valid": true, "text": "stosw",
                    "mnemonic": "stosw", "memory": [{"access": "store", "size": 2}], "repeated": false, "handlers": {
                      "architectural": {"verdict": "emulated", "hazards": []},
                      "linux-tdx-6.12": {"verdict": "refused", "failure": "mmio-decode-failed", "errno": "EINVAL",
                        "returned": "-EINVAL",
                        "detail": "stosw"},
                      "linux-sev": {"verdict": "refused", "failure": "mmio-decode-failed", "errno": "EINVAL",
                        "returned": "ES_DECODE_FAILED",
                        "detail": "stosw"}}},
                  {"address": "0x4", "bytes": "f0", "trapping": false, "valid": false, "text": "(bad)",
                    "reason": "the instruction does not take a LOCK prefix", "memory": [], "repeated": false,
                    "handlers": {
                      "architectural": {"verdict": "exception", "vector": 6},
                      "linux-tdx-6.12": {"verdict": "emulated", "hazards": [
                        {"kind": "illegal-encoding", "detail": "the instruction does not take a LOCK prefix"}]},
                      "linux-sev": {"verdict": "emulated", "hazards": [
                        {"kind": "illegal-encoding", "detail": "the instruction does not take a LOCK prefix"}]}}},
                  {"address": "0x5", "bytes": "8b07", "trapping": false, "valid": true, "text": "mov eax, [rdi]",
                    "mnemonic": "mov", "memory": [{"access": "load", "size": 4}], "repeated": false, "handlers": {
                      "architectural": {"verdict": "emulated", "hazards": []},
                      "linux-tdx-6.12": {"verdict": "emulated", "hazards": []},
                      "linux-sev": {"verdict": "emulated", "hazards": []}}},
                  {"address": "0x7", "bytes": "89e5", "trapping": false, "valid": true, "text": "mov ebp, esp",
                    "mnemonic": "mov", "memory": [], "repeated": false, "handlers": {
                      "architectural": {"verdict": "no-access"},
                      "linux-tdx-6.12": {"verdict": "emulated", "hazards": [
                        {"kind": "no-memory-operand", "detail": "mov"}]},
                      "linux-sev": {"verdict": "emulated", "hazards": [
                        {"kind": "no-memory-operand", "detail": "mov"}]}}}]}
                """));
    }

    // Mistakes

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "8b0              | argument:1:1: '8b0' has an odd number of digits; a byte has two",
        "8b 0g            | argument:1:5: 'g' is no hex digit; bytes look like 8b, 0x8b or \\x8b",
        "no/such/file     | no/such/file: there is no such file",
        "dump.txt         | dump.txt: there is no such file",
        ".                | .: a directory, not a file"})
    void wrongHexAndFilesAreTold(String word, String message) {
        assertThat(CommandRun.of("decode", word)).isEqualTo(new CommandRun(2, "", "vemmio: " + message + "\n"));
    }

    @Test
    void aMistakeInAFileIsToldWithFileLineAndColumn() throws IOException {
        Path file = Files.writeString(folder.resolve("code"), "8b07\n\n8b 7\n");
        assertThat(CommandRun.of("decode", file.toString())).isEqualTo(new CommandRun(2, "",
                "vemmio: " + file + ":3:4: '7' has an odd number of digits; a byte has two\n"));
    }

    @Test
    void anEmptyFileIsAMistake() throws IOException {
        Path file = Files.createFile(folder.resolve("code"));
        assertThat(CommandRun.of("decode", file.toString())).isEqualTo(new CommandRun(2, "",
                "vemmio: " + file + ":1:1: there is no byte; bytes look like 8b, 0x8b or \\x8b\n"));
    }

    @Test
    void emptyStandardInputIsAMistake() {
        assertThat(CommandRun.withInput("", "decode", "-")).isEqualTo(new CommandRun(2, "",
                "vemmio: standard input:1:1: there is no byte; bytes look like 8b, 0x8b or \\x8b\n"));
    }

    @Test
    void standardInputThatCannotBeReadIsToldInOneLine() {
        InputStream closed = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        };
        assertThat(CommandRun.withInput(closed, "decode", "-"))
                .isEqualTo(new CommandRun(2, "", "vemmio: standard input: Bad file descriptor\n"));
    }

    @Test
    void hintsAndCacheLineInstructionsLeaveMemoryAlone() {
        CommandRun run = CommandRun.of("decode", "--json", "0f1807", "0fae3f", "0f1f07");
        assertThat(run.code()).isZero();
        assertThat(run.out()).doesNotContain("load").doesNotContain("store");
    }

    @Test
    void oneArgumentMayHoldAWholeLine() {
        assertThat(CommandRun.of("decode", "48 8b 07 // load").code()).isZero();
        assertThat(CommandRun.of("decode", "").err())
                .startsWith("vemmio: argument:1:1: there is no byte");
    }
}
