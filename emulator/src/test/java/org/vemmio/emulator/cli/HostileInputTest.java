package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.input.Limits;

/// Input that is damaged or means harm: it is refused in one line with exit code 2, or shown without its control
/// characters.
class HostileInputTest {
    private static final String HEADER =
            "{\"vemmio\":\"recording\",\"version\":1,\"title\":\"TITLE\",\"source\":\"\",\"traps\":1}\n";
    private static final String TRAP = "{\"rip\":\"0x1000\",\"code\":\"8b07\",\"gla\":\"0x2000\",\"gpa\":\"0x3000\"}\n";
    private static final Path BOOT = Path.of("../testdata/recordings/linux-6.1-cloud-q35-boot.jsonl.gz");

    private final Path folder;

    HostileInputTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private String file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] compressed(String text, String behind) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        bytes.writeBytes(behind.getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static void refused(CommandRun run, String problem) {
        assertThat(run.err()).startsWith("vemmio: ").contains(problem).hasLineCount(1).matches("[^\\p{Cntrl}]*\n");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aCompressedRecordingThatIsCutOffIsRefusedInOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(BOOT);
        for (int length = 10; length <= 50; length++) {
            refused(CommandRun.of("replay", file("cut.gz", Arrays.copyOf(whole, length))),
                    "cut.gz: the compressed data");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\0", "\0\0\0\0\0\0\0\0\0\0\0\0", "a text that is longer than a member's header"})
    void whatFollowsTheCompressedDataAndIsNoneIsRefused(String behind) throws IOException {
        String recording = file("behind.gz", compressed(HEADER + TRAP, behind));
        CommandRun run = CommandRun.of("replay", recording);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("vemmio: " + recording
                + ":3: the compressed data are damaged: what follows is no whole gzip member\n");
    }

    /// Half a surrogate pair is in no encoding of file names, as `–` is in none of the locale C.
    @ParameterizedTest
    @ValueSource(strings = {"replay", "scenario", "decode", "import -o OUT", "replay --policy", "decode --handler-path",
        "import -o", "show"})
    void anArgumentOfAnyCharactersIsRefusedInOneLine(String words) {
        for (String argument : new String[] {"48 8b 07 \ud800 x", "48 8b 07 – x", "a\0b", "\u001b[2J", "\u202e"}) {
            String[] command = (words.replace("OUT", folder.resolve("out").toString()) + " ").split(" ");
            String[] all = Arrays.copyOf(command, command.length + 1);
            all[command.length] = argument + (words.equals("show") ? ":2" : "");
            refused(CommandRun.of(all), "");
        }
    }

    @Test
    void controlCharactersOfARecordingAreShownInItsReport() throws IOException {
        String recording = file("title.jsonl", HEADER.replace("TITLE", "\\u001b[2J\\u202e") + TRAP);
        for (String form : new String[] {"--one-kernel", "--json"}) {
            CommandRun run = CommandRun.of("replay", "--handler=linux-tdx", form, recording);
            assertThat(run.out()).containsIgnoringCase("\\u001b[2J\\u202e").matches("[^\\p{Cntrl}\u202e&&[^\n]]*");
        }
        String label = file("label.jsonl", HEADER + TRAP.replace("}", ",\"mnemonic\":\"\\u001b[2J\"}"));
        CommandRun run = CommandRun.of("show", label + ":2");
        assertThat(run.out() + run.err()).doesNotContain("\u001b").isNotEmpty();
    }

    @Test
    void controlCharactersOfAPolicyAreShownInMessages() throws IOException {
        refused(CommandRun.of("replay", "--policy", file("p.yaml", "extends: \"\\e[2J\\n\"\n"), BOOT.toString()),
                "\\u001b[2J");
    }

    @Test
    @Timeout(20)
    void aPolicyCannotStall() throws IOException {
        String keys = IntStream.range(0, 60_000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining());
        refused(CommandRun.of("replay", "--policy", file("keys.yaml", keys), BOOT.toString()), "keys.yaml:1:1: ");
        String glob = "name: n\nrules: [{when: {mnemonic: \"" + "*".repeat(20_000) + "\"}, then: panic}]\n";
        refused(CommandRun.of("replay", "--policy", file("glob.yaml", glob), BOOT.toString()), "64 characters");
        String tooLong = file("long.yaml", "#".repeat(Limits.WHOLE_FILE + 1));
        String problem = "long.yaml: this has more than 1,048,576 bytes, which is the most";
        refused(CommandRun.of("replay", "--policy", tooLong, BOOT.toString()), problem);
        refused(CommandRun.of("scenario", tooLong), problem);
    }

    @Test
    void aLineOfARecordingHasBounds() throws IOException {
        String accesses = "{}".concat(",{}".repeat(Limits.RECORDING_ENTRIES));
        String many = TRAP.replace("}", ",\"mmio\":[" + accesses.replace("{}", "{\"read\":\"00\",\"gpa\":\"0x3000\"}")
                + "]}");
        refused(CommandRun.of("replay", file("many.gz", compressed(HEADER + many, ""))), "many.gz:2");
        String deep = TRAP.replace("}", ",\"mmio\":" + "[".repeat(10_000) + "}");
        refused(CommandRun.of("replay", file("deep.jsonl", HEADER + deep)), "deep.jsonl:2");
        String blanks = " ".repeat(Limits.RECORDING_LINE + 1);
        refused(CommandRun.of("replay", file("long.gz", compressed(HEADER + blanks, ""))),
                "the line has more than 16,777,216 bytes, which is the most");
    }

    @Test
    void aWordWithAnAtSignIsNoFileOfWords() throws IOException {
        String words = file("words", "--help");
        refused(CommandRun.of("decode", "@" + words), "");
        refused(CommandRun.of("@" + words), "");
        refused(CommandRun.of("@/dev/zero"), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scenario", "replay", "import -o OUT", "replay nothing --policy"})
    @Timeout(60)
    void whatNeverEndsIsRefused(String words) {
        String command = words.replace("OUT", folder.resolve("out").toString()) + " /dev/zero";
        refused(CommandRun.of(command.split(" ")), "");
    }
}
