package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files and arguments that are damaged, endless, or meant to do harm: one line, and exit code 2.
class AwkwardInputTest {
    private static final String TRAP = """
            {"mode":64,"cpl":0,"rip":"0x0","code":"8a07","regs":{},"gla":"0x0","gpa":"0x0"}
            """;
    private static final String ESCAPE = "\u001b[2J";

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static CommandRun refused(String... words) {
        CommandRun run = CommandRun.of(words);
        assertThat(run.code()).as(run.toString()).isEqualTo(2);
        assertThat(run.err()).startsWith("vemmio: ").containsOnlyOnce("\n").endsWith("\n");
        return run;
    }

    private static byte[] recording() throws IOException {
        String name = "META-INF/vemmio/recordings/linux-6.1-cloud-q35-boot.jsonl.gz";
        try (InputStream in = Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void aCompressedRecordingThatIsCut() throws IOException {
        byte[] whole = recording();
        for (int length = 2; length <= 64; length++) {
            Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, length));
            assertThat(refused("replay", cut.toString()).err()).contains("cut.gz");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "\0\0\0\0", "\u001f"})
    void somethingBehindACompressedRecording(String garbage) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(("{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\n" + TRAP).getBytes());
        }
        Path sound = Files.write(folder.resolve("sound.gz"), bytes.toByteArray());
        assertThat(CommandRun.of("replay", sound.toString()).code()).isLessThan(2);
        bytes.write(garbage.getBytes());
        Path file = Files.write(folder.resolve("more.gz"), bytes.toByteArray());
        assertThat(refused("replay", file.toString()).err()).contains("more.gz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"48 8b 07 \u2013 x", "\0", "\u00e9", "\ud800", "48\u001b[2J8b"})
    void argumentsOfAnyCharacters(String argument) {
        for (String command : new String[] {"decode", "replay", "scenario", "import", "show"}) {
            assertThat(refused(command, argument).err()).doesNotContain("\u001b", "\0", "\ud800");
        }
        assertThat(refused("replay", "--policy", argument, "nothing").err()).doesNotContain("\u001b");
    }

    @Test
    void aWordWithAnAtSignIsNoFileOfWords() throws IOException {
        Path words = file("words", "--help");
        assertThat(refused("decode", "@" + words).out()).isEmpty();
        assertThat(refused("@" + words).out()).isEmpty();
        refused("@/dev/zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scenario", "replay", "import", "replay nothing --policy"})
    @Timeout(60)
    void whatNeverEnds(String command) {
        refused((command + " /dev/zero").split(" "));
    }

    @Test
    void textFromFilesDoesNotSteerTheTerminal() throws IOException {
        Path recording = file("title.jsonl", "{\"vemmio\":\"recording\",\"version\":1,\"traps\":1,\"title\":\""
                + "\\u001b[2Jred\\u202e\"}\n" + TRAP);
        for (String format : new String[] {"replay", "replay --json"}) {
            CommandRun run = CommandRun.of((format + " " + recording).split(" "));
            assertThat(run.code()).isLessThan(2);
            assertThat(run.out()).doesNotContain("\u001b", "\u202e").containsIgnoringCase("\\u001b[2Jred\\u202e");
        }
        Path policy = file("policy.yaml", "extends: \"\\e[2J\"\n");
        assertThat(refused("replay", "--policy", policy.toString(), recording.toString()).err())
                .doesNotContain(ESCAPE).contains("\\u001b[2J");
    }

    @Test
    @Timeout(60)
    void aPolicyThatIsMadeToStall() throws IOException {
        String keys = IntStream.range(0, 60_000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining());
        String glob = "rules:\n  - {mnemonic: \"" + "*".repeat(20_000) + "\", then: propagate}\n";
        String stars = "rules:\n  - {mnemonic: \"*a" + "?".repeat(20) + "\", then: propagate}\n";
        for (String text : new String[] {keys, glob, stars + stars.substring(7)}) {
            refused("replay", "--policy", file("p.yaml", text).toString(), "nothing");
        }
    }
}
