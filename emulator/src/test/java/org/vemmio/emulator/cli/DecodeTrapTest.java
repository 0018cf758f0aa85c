package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.hex.HexForm;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `decode` with what a person with a dead guest has, and with streams.
class DecodeTrapTest {
    private static final String OOPS = """
            VE fault: 0000 [#1] PREEMPT SMP
            RIP: 0010:fault+0x55/0xa0 [spl]
            Code: 34 12 <66> ab 89 d8 0f b6
            RAX: 0000000000000041 RBX: 0000000000000000 RCX: 0000000000000002
            RDX: 0000000000000000 RSI: 0000000000000000 RDI: ffffc90000005060
            """;

    @TempDir
    private Path folder;

    @Test
    void registersTellWhatTheTrappingInstructionDid() {
        assertThat(CommandRun.withInput(OOPS, "decode", "--handler=architectural")).isEqualTo(new CommandRun(0, """
                offset  bytes  instruction   memory   arch
                     0  3412   xor al, 0x12           -
                     2  66ab   stosw         store 2  ok
                        trapping
                        stores ax = 0x41 at 0xffffc90000005060
                     4  89d8   mov eax, ebx           -
                     6  0fb6   (cut off)              -
                        the bytes end inside the instruction
                """, ""));
    }

    @Test
    void theTrappingInstructionIsShownAlone() {
        assertThat(CommandRun.withInput(OOPS, "decode", "--handler=architectural", "--trapping"))
                .isEqualTo(new CommandRun(0, """
                        offset  bytes  instruction  memory   arch
                             2  66ab   stosw        store 2  ok
                                trapping
                                stores ax = 0x41 at 0xffffc90000005060
                        """, ""));
        assertThat(CommandRun.of("decode", "--trapping", "8b07")).isEqualTo(new CommandRun(2, "",
                "vemmio: no byte is marked as the one at which execution stopped, as in <8b>\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "8b 04 8b       | loads 4 bytes from 0x1008",
        "89 43 10       | stores eax = 0xa0a0a0a0 at 0x1010",
        "88 63 01       | stores ah = 0xa0 at 0x1001",
        "c7 03 ff ff ff ff | stores 0xffffffff (4 bytes) at 0x1000",
        "48 c7 03 ff ff ff ff | stores 0xffffffffffffffff (8 bytes) at 0x1000",
        "01 03          | loads and stores eax = 0xa0a0a0a0 at 0x1000",
        "53             | stores 8 bytes at 0x1ff8",
        "65 8b 03       | loads 4 bytes from 0xffff888000001000",
        "64 8b 03       | loads 4 bytes from 0x1000 plus the base of fs, which the log does not give",
        "8b 02          | loads 4 bytes from an address that takes rdx, which the log does not give",
        "8b 05 10 00 00 00 | loads 4 bytes from 0x401016",
        "67 8b 03       | loads 4 bytes from 0x1000"})
    void operandsAreWorkedOut(String bytes, String note) {
        String log = "RIP: 0033:0x401000\nRAX: 00000000a0a0a0a0 RBX: 0000000000001000 RCX: 0000000000000002\n"
                + "RSP: 0018:0000000000002000\nGS:ffff888000000000(0000) knlGS:0000000000000000\nCode: 90 <"
                + bytes.substring(0, 2) + ">" + bytes.substring(2);
        CommandRun run = CommandRun.withInput(log, "decode", "--json", "--trapping");
        JsonNode instruction = JsonMapper.shared().readTree(run.out()).get("instructions").get(0);
        assertThat(instruction.get("notes").get(0).asString()).isEqualTo(note);
    }

    @Test
    void anyPlaceOfALogCanBeChosen() {
        String log = "Code: <8b> 07\nCode: <89> 07\n";
        assertThat(CommandRun.withInput(log, "decode").out()).contains("mov [rdi], eax").doesNotContain("mov eax")
                .contains("line 2, the last of 2 places with bytes; --code N shows another");
        assertThat(CommandRun.withInput(log, "decode", "--code=1").out()).contains("mov eax, [rdi]");
        assertThat(CommandRun.withInput(log, "decode", "--code=3")).isEqualTo(new CommandRun(2, "",
                "vemmio: --code is 1 to 2, not 3: so many places of the log have bytes\n"));
    }

    @Test
    void whatTheLogMeansStandsUnderTheTable() {
        CommandRun run = CommandRun.of("decode",
                "SEV: Wrong/unhandled opcode bytes: 0x8b, exit_code: 0x404, rIP: 0x577566600c3b");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("(cut off)", "trapping",
                "exit code 0x404 is \"page not validated\"", "0x577566600c3b:");
    }

    @Test
    void onlyAnInstructionFromTheTrapOnIsAnError() {
        assertThat(CommandRun.of("decode", "Code: 06 07 <8b> 07").code()).isZero();
        assertThat(CommandRun.of("decode", "Code: 8b 07 <06> 07").code()).isEqualTo(1);
        assertThat(CommandRun.of("decode", "Code: <8b> 07 06 07").code()).isEqualTo(1);
        assertThat(CommandRun.of("decode", "8b 07 06").code()).isEqualTo(1);
        assertThat(CommandRun.of("decode", "8b 07 0f b6").code()).isEqualTo(1);
    }

    @Test
    void theModeOfTheTextCountsUnlessTheUserSaysAnother() {
        String event = "kvm_emulate_insn: 0:e97e9:40 8b 01 (prot32)";
        assertThat(CommandRun.of("decode", event).out()).contains("inc eax");
        assertThat(CommandRun.of("decode", "--mode=64", event).out()).contains("mov eax, [rcx]");
    }

    @Test
    void registersWithoutBytesAreTold() {
        CommandRun run = CommandRun.of("decode", HexForm.named("edk2").orElseThrow().example());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("vemmio: argument:1: edk2 has registers, but no code bytes; ");
    }

    // Input

    @Test
    void standardInputIsReadWithoutAWord() {
        assertThat(CommandRun.withInput("8b07", "decode")).isEqualTo(CommandRun.of("decode", "8b07"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nosuchfile      | nosuchfile: there is no such file, and it is no hex",
        "--raw nosuch    | nosuch: there is no such file",
        "--from=xdd 90   | --from: no form 'xdd'; did you mean 'xxd'?; try 'vemmio decode --help'",
        "--base=x 90     | --base: 'x' is no number of up to 64 bits; one looks like 4096 or 0x1000; try 'vemmio decode --help'",
        "[72,13,7]       | argument:1:1: these numbers may be decimal or hex; --from decimal or --from hex says which"})
    void mistakesAreOneLine(String words, String message) {
        assertThat(CommandRun.of(("decode " + words).split(" ")))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + message + "\n"));
    }

    @Test
    void aFormIsForced() {
        assertThat(CommandRun.of("decode", "--from=decimal", "[139, 7]")).isEqualTo(CommandRun.of("decode", "8b07"));
        assertThat(CommandRun.of("decode", "--from=od", "401000\t8b 07").out()).contains("0x401000:");
    }

    @Test
    void everyFormIsListedWithItsExample() {
        String list = CommandRun.of("decode", "--list-formats").out();
        for (HexForm form : HexForm.all()) {
            assertThat(list).contains(form.name() + ": " + form.description() + "\n    "
                    + form.example().replace("\n", "\n    ") + "\n");
        }
    }

    @Test
    void aFileMayBeRaw() throws IOException {
        Path file = Files.write(folder.resolve("code.bin"), new byte[] {0x48, (byte) 0x8b, 7, (byte) 0xc3});
        assertThat(CommandRun.of("decode", "--raw", "--base=0x401000", "--handler=architectural", file.toString()).out())
                .startsWith("""
                        offset  bytes   instruction     memory  arch
                        0x401000:
                             0  488b07  mov rax, [rdi]  load 8  ok
                        """);
        assertThat(CommandRun.of("decode", file.toString()).err()).contains("binary, not text; --raw");
    }

    @Test
    void symbolsOfAListingStandOverTheirInstructions() {
        CommandRun run = CommandRun.withInput("0000000000401000 <f>:\n  401000:\t8b 07 \tmov\n\n0000000000401002 <g>:\n"
                + "  401002:\t89 07 \tmov\n", "decode");
        assertThat(run.out()).contains("0x401000 <f>:\n", "0x401002 <g>:\n");
    }

    @Test
    void flagsAndHiddenOperandsAreToldOnRequest() {
        assertThat(CommandRun.of("decode", "-v", "f3ab").out())
                .contains("flags: reads DF", "hidden: ", "eax read");
    }

    // Streams

    @Test
    void aStreamHasColumnsOfFixedWidth() {
        String text = "48 8b 07\n".repeat(10_000);
        List<String> lines = CommandRun.withInput(text, "decode", "--handler=architectural").out().lines().toList();
        assertThat(lines).hasSize(10_001);
        assertThat(lines.get(1)).startsWith("       0  488b07          mov rax, [rdi]    load 8        ok");
        assertThat(lines.getLast()).startsWith("    752d  488b07          mov rax, [rdi]    load 8        ok");
    }

    @Test
    void jsonOfAStreamIsAnObjectALine() throws IOException {
        Path file = Files.writeString(folder.resolve("code"), "8b07\n89e5\n");
        String[] lines = CommandRun.of("decode", "--json", file.toString()).out().split("\n");
        JsonNode whole = JsonMapper.shared().readTree(CommandRun.of("decode", "--json", "8b0789e5").out());
        assertThat(lines).hasSize(2);
        for (int i = 0; i < lines.length; i++) {
            assertThat(JsonMapper.shared().readTree(lines[i])).isEqualTo(whole.get("instructions").get(i));
        }
    }

    @Test
    void rowsAreShownBeforeTheInputEnds() {
        byte[] text = "8b07\n".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
        InputStream broken = new InputStream() {
            private final InputStream in = new ByteArrayInputStream(text);

            @Override
            public int read() throws IOException {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the pipe broke");
                }
                return next;
            }
        };
        CommandRun run = CommandRun.withInput(broken, "decode");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("vemmio: standard input: the pipe broke\n");
        assertThat(run.out().lines().count()).isGreaterThan(10_000);
    }
}
