package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.vemmio.emulator.cli.ReplayedRecordings.AGREEING;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.policy.FailurePolicy;

/// What `vemmio replay` says of a mistake: of its user, or in a file.
class ReplayMistakesTest {
    private final ReplayedRecordings files;

    ReplayMistakesTest(@TempDir Path folder) throws IOException {
        files = new ReplayedRecordings(folder);
    }

    @ParameterizedTest(name = "vemmio replay {0}")
    @CsvSource(delimiterString = " ; ", quoteCharacter = '~', value = {
        "--policy=nope a  ; --policy: 'nope' is no preset and no file; presets are PRESETS",
        "--handler=nope a ; --handler: no handler 'nope'; there are HANDLERS",
        "--policy=paranoia a ; --policy: 'paranoia' is no preset and no file; did you mean 'paranoid'?",
        "--handler=linux_sev a ; --handler: no handler 'linux_sev'; did you mean 'linux-sev'?",
        "--only=mod=16 a  ; --only, column 1: 'mod' is no key; did you mean 'mode'?",
        "--only=mode=1 a  ; --only, column 6: '1' is none of 16, 32, 64",
        "--only= a        ; --only, column 1: a term looks like device=vga-lowmem",
        "- -              ; standard input can be read only once",
        "--jsno a         ; Unknown option: '--jsno'; perhaps --json",
        "~~               ; Missing required parameter: 'FILE|-'"})
    void wrongUsageIsToldInOneLine(String words, String message) {
        String full = message.replace("PRESETS", String.join(", ", FailurePolicy.presets()))
                .replace("HANDLERS", String.join(", ", TrapHandlers.installed().names()));
        assertThat(files.replay(words.isEmpty() ? new String[0] : words.split(" ")))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + full + "; try 'vemmio replay --help'\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~                                         | NONE",
        "hello                                      | NONE",
        "{'a':1}                                    | NONE",
        "{'vemmio':'recording','version':2,'traps':0} | 'version' is 2; version 1 is the one that can be read",
        "{'vemmio':'recording','version':1,'traps':1} | the header says that 1 traps follow; the last is number 0"})
    void whatIsNoRecordingIsToldWithItsPlace(String text, String message) throws IOException {
        Path file = files.write("f", text.isEmpty() ? "" : text.replace('\'', '"') + "\n");
        String full = message.replace('\'', '"').replace("NONE",
                "this is not a recording; the first line of one is a JSON object with \"vemmio\":\"recording\"");
        assertThat(files.replay(file.toString())).isEqualTo(new CommandRun(2, "", "vemmio: f:1: " + full + "\n"));
    }

    @Test
    void aMistakeInALaterRecordingLeavesNoReport() throws IOException {
        Path file = files.write("f", AGREEING.replace("\"code\":\"8907c3", "\"code\":\"8907c"));
        assertThat(files.replay(files.agreeing, file.toString())).isEqualTo(new CommandRun(2, "",
                "vemmio: f:6:36: \"code\" has 29 hexadecimal digits; two make a byte\n"));
    }

    @Test
    void aRecordingThatWasCutOffIsTold() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(AGREEING.getBytes(StandardCharsets.US_ASCII));
        }
        byte[] half = Arrays.copyOf(compressed.toByteArray(), compressed.size() / 2);
        Path file = Files.write(files.folder.resolve("f.gz"), half);
        CommandRun run = files.replay(file.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .matches("vemmio: f\\.gz:\\d+: the compressed data end too early; the file has been cut off\n");
    }

    @Test
    void aFileThatIsNotThereOrADirectoryIsTold() {
        assertThat(files.replay(files.folder.resolve("f").toString()))
                .isEqualTo(new CommandRun(2, "", "vemmio: f: there is no such file\n"));
        assertThat(CommandRun.of("replay", files.folder.toString()))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + files.folder + ": reading failed: Is a directory\n"));
    }

    @Test
    void aFileThatMayNotBeReadIsTold() throws IOException {
        Path file = files.write("f", AGREEING);
        Files.setPosixFilePermissions(file, Set.of());
        assumeThat(Files.isReadable(file)).as("the superuser reads everything").isFalse();
        assertThat(files.replay(file.toString()))
                .isEqualTo(new CommandRun(2, "", "vemmio: f: no permission to read it\n"));
    }

    @Test
    void standardInputThatCannotBeReadIsToldInOneLine() {
        InputStream closed = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        };
        assertThat(CommandRun.withInput(closed, "replay", "-"))
                .isEqualTo(new CommandRun(2, "", "vemmio: standard input: reading failed: Bad file descriptor\n"));
    }

    @Test
    void aPolicyFileWithAMistakeIsToldWithItsPlace() throws IOException {
        Path policy = files.write("p.yaml", "rules:\n  - {when: {failur: x}, then: bug}\n");
        assertThat(files.replay("--policy", policy.toString(), files.agreeing)).isEqualTo(new CommandRun(2, "",
                "vemmio: p.yaml:2:13: no key 'failur' here; did you mean 'failure'?\n"));
    }

    @Test
    void aFilterThatTakesNothingIsAMistake() {
        assertThat(files.replay("--only=mode=16", files.agreeing))
                .isEqualTo(new CommandRun(2, "", "vemmio: --only takes none of the traps: mode=16\n"));
    }
}
