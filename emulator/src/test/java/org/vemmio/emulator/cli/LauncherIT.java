package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.handler.HandlerJar;

/// Runs `emulator/vemmio`, the script, on the image that the build has linked.
class LauncherIT {
    private static final String CLOUD = "../testdata/recordings/linux-6.1-cloud-q35-boot.jsonl.gz";

    /// Runs a shell's command line in the module's folder, without a terminal.
    private static CommandRun shell(String commandLine) throws IOException, InterruptedException {
        Path out = Files.createTempFile("vemmio", ".out");
        Path err = Files.createTempFile("vemmio", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", commandLine)
                    .redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8"));
            builder.environment().remove("NO_COLOR");
            Process process = builder.start();
            process.getOutputStream().close();
            int code = process.waitFor();
            return new CommandRun(code, Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    @Test
    void theVersionIsThatOfTheBuildAndZydisIsInTheImage() throws Exception {
        CommandRun run = shell("./vemmio --version");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches("vemmio \\d+\\.\\d+\\.\\d+\\S*\nZydis 4\\.\\d+\\.\\d+ \\(.*libZydis.*\\)\nJDK 25\\S*\n");
    }

    @Test
    void hexIsDecoded() throws Exception {
        assertThat(shell("./vemmio decode 488b07")).isEqualTo(CommandRun.of("decode", "488b07"));
    }

    @Test
    void aJarOfHandlersIsLoadedBesideTheImage(@TempDir Path folder) throws Exception {
        Path jar = HandlerJar.modular(folder).make();
        CommandRun run = shell("./vemmio decode --handler-path " + jar + " --handler moves,linux-sev 8b07");
        assertThat(run).isEqualTo(new CommandRun(0, """
                offset  bytes  instruction     memory  moves-2  sev
                     0  8b07   mov eax, [rdi]  load 4  ok       ok
                """, ""));
    }

    @Test
    void aJarThatNeedsWhatTheImageLacksSaysSo(@TempDir Path folder) throws Exception {
        Path jar = HandlerJar.modular(folder).with("requires", "requires java.sql; requires").make();
        assertThat(shell("./vemmio decode --handler-path " + jar + " 8b07")).isEqualTo(new CommandRun(2, "",
                "vemmio: " + jar + ": the module java.sql, which org.example.moves requires, is neither on the"
                        + " handler path nor one that vemmio runs with\n"));
    }

    @Test
    void aRecordingIsReplayed() throws Exception {
        CommandRun run = shell("./vemmio replay " + CLOUD);
        assertThat(run).isEqualTo(CommandRun.of("replay", CLOUD));
        assertThat(run.code()).isZero();
        assertThat(run.out()).containsPattern("(?m)^all +4,170 +4,170 +- +-$");
    }

    @Test
    void exitCodesReachTheShell() throws Exception {
        assertThat(shell("./vemmio decode 0fff").code()).isEqualTo(1);
        CommandRun run = shell("./vemmio replay no-such-file");
        assertThat(run).isEqualTo(new CommandRun(2, "", "vemmio: no-such-file: there is no such file\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "./vemmio decode 90 > /dev/full     | vemmio: standard output: No space left on device",
        "./vemmio --help > /dev/full        | vemmio: standard output: No space left on device",
        "./vemmio decode 90 >&-             | vemmio: standard output: Bad file descriptor",
        "./vemmio decode - <&-              | vemmio: standard input:1:1: there is no byte; bytes look like 8b, 0x8b or \\x8b",
        "./vemmio decode - < /dev/null      | vemmio: standard input:1:1: there is no byte; bytes look like 8b, 0x8b or \\x8b"})
    void streamsThatFailAreToldInOneLine(String commandLine, String message) throws Exception {
        assertThat(shell(commandLine)).isEqualTo(new CommandRun(2, "", message + "\n"));
    }

    @Test
    @Timeout(60)
    void aReaderThatStopsEarlyIsNoProblem() throws Exception {
        CommandRun run = shell("yes 488b07 | ./vemmio decode - | head -n 1");
        assertThat(run).isEqualTo(new CommandRun(0, "  offset  bytes           instruction       memory        arch      "
                + "tdx-6.12  sev\n", ""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"TERM=xterm, true", "NO_COLOR=1, false", "TERM=dumb, false"})
    void coloursAreForATerminalThatMayHaveThem(String variable, boolean colours) throws Exception {
        assumeThat(shell("command -v script").code()).as("there is a command that makes a terminal").isZero();
        CommandRun run = shell("script -qec '" + variable + " ./vemmio decode 488b07' /dev/null");
        assertThat(run.out()).contains("488b07");
        assertThat(run.out().contains("\u001b[32mok\u001b[0m")).isEqualTo(colours);
    }
}
