package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShowCommandTest {
    private static final String RECORDING = """
            {"vemmio":"recording","version":1,"traps":4}
            {"mode":64,"cpl":3,"rip":"0x401000","code":"66a5909090909090909090909090","regs":{"rsi":"0xfee00020",\
            "rdi":"0x5000","rcx":"0x1","rflags":"0x202"},"segs":{"fs":"0x7000"},"sel":{"cs":51},\
            "vec":{"ymm1":"0102000000000000000000000000000000000000000000000000000000000000","k1":"0x3"},\
            "gla":"0xfee00020","gpa":"0x20","map":[{"gla":"0xfee00000","gpa":"0x0","size":4096,"widths":7}],\
            "mem":[{"gla":"0x5000","bytes":"0000"}],"limits":{"ds":"0xffff"},"xcr0":"0x3","context":"interrupt",\
            "mmio":[{"op":"r","gpa":"0x20","size":2,"value":"0x1234"}],"device":"lapic","processor":"zen5",\
            "assumed":["regs.rcx","gpa"],"expect":{"outcome":"emulated","rip":"0x401002",\
            "regs":{"rsi":"0xfee00022","rdi":"0x5002"},"mem":[{"gla":"0x5000","bytes":"3412"}]}}

            {"rip":"0x0","code":"","gla":"0x1000","gpa":"0x2000","private":true,"map":[],"backing":{"gpa":"0x2000",\
            "bytes":"00ff"},"expect":{"outcome":"exception","vector":14,"error_code":2,"cr2":"0x1000"}}
            {"rip":"0x1000","code":"f3a4","gla":"0x1000","gpa":"0x2000","expect":{"outcome":"failure",\
            "errno":"EINVAL","check":"string-move","where":"tdx.c:561","end":"inject","vector":13,"error_code":0,\
            "linux":{"type":"MOVS","length":2,"size":1}}}
            {"rip":"0x1000","code":"ffff","gla":"0x1000","gpa":"0x2000"}
            """;

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("some.jsonl"), RECORDING);
    }

    private CommandRun show(String place, String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "show";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = place.replace("some", folder.resolve("some").toString());
        CommandRun run = CommandRun.of(all);
        return new CommandRun(run.code(), run.out().replace(folder + "/", ""), run.err().replace(folder + "/", ""));
    }

    @Test
    void showsEverythingThatALineTells() {
        assertThat(show("some.jsonl:2")).isEqualTo(new CommandRun(0, """
                trap         some.jsonl:2
                instruction  66 a5  movsw
                bytes        66 a5 90 90 90 90 90 90 90 90 90 90 90 90; nothing behind can be
                             fetched
                device       lapic
                address      linear 0xfee00020, physical 0x20
                processor    64-bit code at CPL 3, zen5
                             xcr0 0x3
                registers    rip 0x401000  rflags 0x202
                             rcx 0x1                 rsi 0xfee00020
                             rdi 0x5000
                             the others 0
                segments     cs selector 0x33
                             ds limit 0xffff
                             fs base 0x7000
                vectors      ymm1
                             0102000000000000000000000000000000000000000000000000000000000000
                             k1 0x3
                kernel       interrupt
                devices      4096 bytes at linear 0xfee00000, physical 0x0, which take 1, 2, 4
                             bytes
                memory       0x5000: 0000
                accesses     1: read 2 bytes at 0x20 = 0x1234
                comes out    emulated
                             rip 0x401002
                             rsi 0xfee00022          rdi 0x5002
                             the other registers as before
                             memory 0x5000: 3412
                assumed      regs.rcx, gpa
                """, ""));
    }

    @Test
    void showsExceptionsFailuresAndWhatIsNotKnown() {
        assertThat(show("some.jsonl:4").out()).contains("bytes        none could be fetched\n", ", private\n",
                "devices      none: nothing is a device\n", "registers    rip 0x0  rflags 0x0\n",
                "accesses     the device behaves as memory, and holds\n             0x2000: 00ff\n",
                "comes out    exception #PF, error code 0x2, cr2 0x1000\n");
        assertThat(show("some.jsonl:5").out()).contains(
                "devices      4096 bytes at linear 0x1000, physical 0x2000\n", """
                comes out    failure, -EINVAL, check string-move, at tdx.c:561
                             by itself the handler ends it by inject of #GP, error code 0x0
                             Linux's own decoder: MOVS, length 2, size 1
                """);
        assertThat(show("some.jsonl:6").out()).contains("instruction  no instruction: ", "accesses     none\n",
                "comes out    not known\n");
    }

    @Test
    void showsTheCellThatAnotherAgentChanges() throws IOException {
        Files.writeString(folder.resolve("some.volatile"), """
                {"vemmio":"recording","version":1,"traps":1}
                {"rip":"0x0","code":"","gla":"0x1000","gpa":"0x2000","backing":{"gpa":"0x2000","bytes":"00ff07"},\
                "volatile":{"gpa":"0x2001","size":2,"then":"0xa"}}
                """);
        assertThat(show("some.volatile:2").out()).contains("""
                accesses     the device behaves as memory, and holds
                             0x2000: 00ff07
                             and once it has been read, or locked
                             0x2001: 0a00
                """);
    }

    @Test
    void showsTheX87State() throws IOException {
        Files.writeString(folder.resolve("some.x87"), """
                {"vemmio":"recording","version":1,"traps":1}
                {"rip":"0x0","code":"0f6f07","gla":"0x1000","gpa":"0x2000","x87":{"cw":639,"sw":14336,"tag":16383,\
                "st0":"0000000000000080ff3f"},"expect":{"outcome":"emulated","x87":{"sw":0,"tag":0,\
                "st7":"0102030405060708ffff"}}}
                """);
        assertThat(show("some.x87:2").out()).contains("""
                x87          cw 0x27f  sw 0x3800  tag 0x3fff
                             st0 0000000000000080ff3f
                """, """
                comes out    emulated
                             sw 0x0  tag 0x0
                             st7 0102030405060708ffff
                             the other registers as before
                """);
        assertThat(show("some.jsonl:2").out()).doesNotContain("x87");
    }

    @Test
    void showsTheTrapAsJavaAndAsALine() throws IOException {
        assertThat(show("some.jsonl:2", "--as", "java").out()).startsWith("""
                // 66 a5  movsw; device lapic
                HandmadeTrap trap = HandmadeTrap.of("66a5 90""")
                .contains(".memory(0x5000, \"0000\")", ".answers(0x1234)");
        CommandRun line = show("some.jsonl:5", "--as=line");
        assertThat(line.out()).startsWith("{\"mode\":64,\"cpl\":0,\"rip\":\"0x1000\",\"code\":\"f3a4\",")
                .endsWith("\"size\":1}}}\n");
        Files.writeString(folder.resolve("some.again"),
                "{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\n" + line.out());
        assertThat(show("some.again:2", "--as=line")).isEqualTo(line);
    }

    @Test
    void showsTheTrapAsAJsonObject() {
        for (int line : new int[] {2, 4, 5, 6}) {
            CommandRun run = show("some.jsonl:" + line, "--json");
            assertThat(run.code()).isZero();
            JsonNode shown = JSON.readTree(run.out());
            assertThat(shown.propertyNames()).containsExactly("vemmio", "version", "file", "line", "instruction",
                    "trap");
            assertThat(shown.get("vemmio").stringValue()).isEqualTo("show");
            assertThat(shown.get("line").intValue()).isEqualTo(line);
            assertThat(shown.get("trap")).isEqualTo(JSON.readTree(show("some.jsonl:" + line, "--as=line").out()));
        }
        assertThat(JSON.readTree(show("some.jsonl:2", "--json").out()).get("instruction")).isEqualTo(JSON.readTree(
                "{\"valid\":true,\"bytes\":\"66a5\",\"text\":\"movsw\"}"));
        assertThat(JSON.readTree(show("some.jsonl:6", "--json").out()).get("instruction").propertyNames())
                .containsExactly("valid", "reason");
        assertThat(show("some.jsonl:2", "--json", "--as=java").err()).isEqualTo(
                "vemmio: --as and --json are two forms of one thing; try 'vemmio show --help'\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "some.jsonl:0     | some.jsonl:0: lines count from 1",
        "some.jsonl:1     | some.jsonl:1: this is the header; traps are on the lines behind it",
        "some.jsonl:3     | some.jsonl:3: there is no trap on this line; the next is on line 4",
        "some.jsonl:7     | some.jsonl:7: there is no such line; the last is 6",
        "some.jsonl       | 'some.jsonl' is no FILE:LINE, such as some.jsonl.gz:34; try 'vemmio show --help'",
        "some.jsonl:two   | 'some.jsonl:two' is no FILE:LINE, such as some.jsonl.gz:34; try 'vemmio show --help'",
        "some.other:2     | some.other: there is no such file"})
    void tellsWhatIsNotThereInOneLine(String place, String problem) {
        CommandRun run = show(place);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().replace("such as " + folder.getFileName(), "such as some"))
                .isEqualTo("vemmio: " + problem + "\n");
    }

    @Test
    void tellsTheForms() {
        assertThat(show("some.jsonl:2", "--as=json").err()).isEqualTo(
                "vemmio: --as is text, java or line, not json; try 'vemmio show --help'\n");
    }

    // help

    @Test
    void helpDescribesEveryKeyOfALine() {
        CommandRun help = CommandRun.of("help", "recording");
        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("# The format of recordings, version 1\n").contains("`rip`", "`assumed`",
                "`widths`", "`expect`", "`remaining`", "`rflags_mask`", "`traps`");
        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Table.WIDTH));
    }

    @Test
    void helpTellsOfCommandsToo() {
        assertThat(CommandRun.of("help", "show")).isEqualTo(CommandRun.of("show", "--help"));
        assertThat(CommandRun.of("help")).isEqualTo(CommandRun.of("--help"));
        assertThat(CommandRun.of("help", "recordings")).isEqualTo(new CommandRun(2, "",
                "vemmio: no subject 'recordings'; did you mean 'recording'?; try 'vemmio help --help'\n"));
    }
}
