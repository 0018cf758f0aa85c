package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.handler.HandlerJar;

/// `--handler-path` with a jar of handlers that do `mov` alone.
class HandlerPathCommandTest {
    /// A load from an address that is a user's, which Linux refuses.
    private static final String USER_ADDRESS = """
            {"vemmio":"recording","version":1,"traps":1}
            {"rip":"0xffffffff81000000","code":"8b0790909090909090909090909090","regs":{"rdi":"0x100020"},\
            "gla":"0x100020","gpa":"0xfee00020","mmio":[{"op":"r","gpa":"0xfee00020","size":4,"value":"0x11"}]}
            """;

    @TempDir
    private static Path folder;

    private static String jar;

    @BeforeAll
    static void makeJar() throws IOException {
        jar = HandlerJar.plain(folder).make().toString();
    }

    @Test
    void decodeAsksAHandlerOfAJar() {
        assertThat(CommandRun.of("decode", "--handler-path", jar, "--handler=architectural,moves", "8b070107"))
                .isEqualTo(new CommandRun(0, """
                        offset  bytes  instruction     memory        arch  moves-2
                             0  8b07   mov eax, [rdi]  load 4        ok    ok
                             2  0107   add [rdi], eax  load+store 4  ok    NOT_MINE
                                moves-2: not a mov: add
                        """, ""));
    }

    @Test
    void replayTakesAHandlerOfAJar() throws IOException {
        String recording = new ReplayedRecordings(folder).agreeing;
        CommandRun run = CommandRun.of("replay", "--handler=moves-1", "--handler-path=" + jar, recording);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).containsPattern("(?m)^handler +moves-1$").containsPattern("(?m)^all +5 +3 +- +2$");
    }

    @Test
    void replayRecoversByAHandlerOfAJarThatAPolicyFileNames() throws IOException {
        String recording = Files.writeString(folder.resolve("user"), USER_ADDRESS).toString();
        Path policy = Files.writeString(folder.resolve("p.yaml"),
                "rules:\n  - {when: any, then: {recover: {handler: moves}}}\n");
        CommandRun run = CommandRun.of("replay", "--handler=linux-tdx", "--policy=" + policy, "--handler-path=" + jar,
                recording);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("(?m)^all +1 +1 +- +-$").containsPattern("(?m)^recovered");
        run = CommandRun.of("replay", "--handler=linux-tdx", "--policy=" + policy, recording);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("vemmio: " + policy + ":2:43: no handler 'moves'; there are ");
    }

    /// The policy `own` injects what the handler does; a rule can name its check.
    @Test
    void replayDoesWhatTheHandlerOfAJarDoesByItself() throws IOException {
        String recording = Files.writeString(folder.resolve("other"), USER_ADDRESS.replace("8b07", "0107")).toString();
        CommandRun run = CommandRun.of("replay", "--handler=moves", "--handler-path=" + jar, recording);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("(?m)^policy +own$").containsPattern("(?m)^injected +1 +- +- +1$")
                .containsPattern("(?m)^no-mov +1").contains("1: {when: any, then: own}, here {inject:");
        Path policy = Files.writeString(folder.resolve("checks.yaml"),
                "rules:\n  - {when: {failure: moves/no-mov}, then: halt}\n");
        run = CommandRun.of("replay", "--handler=moves", "--policy=" + policy, "--handler-path=" + jar, recording);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("(?m)^halted +1 +- +- +1$");
        run = CommandRun.of("replay", "--handler=linux-tdx", "--policy=" + policy, recording);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("vemmio: " + policy + ":2:22: no handler 'moves'; there are ");
    }

    @Test
    void helpListsTheHandlersOfAJarToo() {
        CommandRun run = CommandRun.of("decode", "--handler-path=" + jar, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("\n  moves          the processor, if it knew mov alone; the newest of"
                + " moves-1,\n                 moves-2\n");
    }

    @ParameterizedTest
    @CsvSource({"JAR:FOLDER, true", "FOLDER:JAR, true", "FOLDER, false"})
    void severalJarsMayBeGivenAtOnceOrOneByOne(String path, boolean found) throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        String words = path.replace(":", File.pathSeparator).replace("JAR", jar).replace("FOLDER", empty.toString());
        assertThat(CommandRun.of("decode", "--handler-path=" + words, "--handler=moves", "8b07").code())
                .isEqualTo(found ? 0 : 2);
        if (found) {
            assertThat(CommandRun.of("decode", "--handler-path=" + empty, "--handler-path", jar, "--handler=moves",
                    "8b07").code()).isZero();
        }
    }

    @ParameterizedTest(name = "vemmio {0}")
    @CsvSource(delimiter = '|', value = {
        "decode --handler-path=absent.jar 90            | absent.jar: there is no such file",
        "replay --handler-path=absent.jar a             | absent.jar: there is no such file",
        "decode --handler-path=absent.jar --help        | absent.jar: there is no such file",
        "decode --handler-path=: 90                     | --handler-path: the name of a jar is empty; TRY",
        "decode --handler-path= 90                      | --handler-path: the name of a jar is empty; TRY",
        "decode --handler-path=JAR --handler=move 90    | --handler: no handler 'move'; did you mean 'moves'?; TRY",
        "decode --handler-path=JAR:absent.jar 90        | absent.jar: there is no such file"})
    void aMistakeIsOneLineAndExitCode2(String words, String message) {
        String[] split = words.replace(":", File.pathSeparator).replace("JAR", jar).split(" ");
        assertThat(CommandRun.of(split)).isEqualTo(new CommandRun(2, "",
                "vemmio: " + message.replace("TRY", "try 'vemmio decode --help'") + "\n"));
    }
}
