package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.policy.FailurePolicy;
import picocli.CommandLine;

class MainTest {
    @ParameterizedTest(name = "vemmio {0}")
    @CsvSource(delimiter = '@', emptyValue = "", quoteCharacter = '~', value = {
        "~~                     @ a command is missing; there are COMMANDS",
        "decod                  @ 'decod' is no command; there are COMMANDS",
        "--jason                @ Unknown option: '--jason'",
        "decode --hander=x 90   @ Unknown option: '--hander=x'; perhaps --handler or --handler-path",
        "decode --handler=x 90  @ --handler: no handler 'x'; there are HANDLERS",
        "decode --handler       @ Missing required parameter for option '--handler' (HANDLER)",
        "decode --mode=17 90    @ --mode is 16, 32 or 64, not 17",
        "decode --mode=x 90     @ Invalid value for option '--mode': 'x' is not an int",
        "decode --syntax=x 90   @ --syntax is intel or att, not x",
        "coverage x             @ Unmatched argument at index 1: 'x'"})
    void wrongUsageIsOneLineOnStandardErrorAndExitCode2(String words, String message) {
        String full = message.replace("COMMANDS", String.join(", ", Main.commandLine().getSubcommands().keySet()))
                .replace("HANDLERS", String.join(", ", TrapHandlers.installed().names()));
        String command = words.startsWith("-") || !words.contains(" ") && !words.equals("decode") ? ""
                : words.split(" ")[0] + " ";
        assertThat(CommandRun.of(words.isEmpty() ? new String[0] : words.split(" ")))
                .isEqualTo(new CommandRun(2, "", "vemmio: " + full + "; try 'vemmio " + command + "--help'\n"));
    }

    static Stream<String> commands() {
        return Stream.concat(Stream.of(""), Main.commandLine().getSubcommands().keySet().stream());
    }

    @ParameterizedTest(name = "vemmio {0} --help")
    @MethodSource("commands")
    void helpIsThereForEveryCommandAndFitsThePage(String command) {
        CommandRun run = CommandRun.of((command + " --help").strip().split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: " + ("vemmio " + command).strip() + " [");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Table.WIDTH));
    }

    @Test
    void helpNamesEveryHandlerAndPolicy() {
        String help = CommandRun.of("replay", "--help").out();
        assertThat(help).contains(TrapHandlers.installed().names());
        assertThat(help).contains(FailurePolicy.presets());
        assertThat(CommandRun.of("decode", "--help").out()).contains(TrapHandlers.installed().names());
    }

    @Test
    void helpListsTheCommandsAndTheExitCodes() {
        assertThat(CommandRun.of("--help").out()).contains("  decode ", "  replay ", "  coverage ", "  0   fine",
                "  1   a check failed", "  2   the input or the usage is wrong");
    }

    @ParameterizedTest
    @CsvSource({"--version", "decode --version"})
    void theVersionNamesVemmioZydisAndTheJdk(String words) {
        CommandRun run = CommandRun.of(words.split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out()).containsPattern("(?m)\\Avemmio .+$")
                .containsPattern("(?m)^Zydis \\d+\\.\\d+\\.\\d+ \\(.*libZydis.*\\)$")
                .contains("\nJDK " + Runtime.version() + "\n");
    }

    /// Only with a word that names a command are the others declared with their options.
    @Test
    void helpIsTheSameWhetherOrNotAllCommandsAreDeclared() {
        String whole = Main.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(CommandRun.of("--help").out()).isEqualTo(whole);
        assertThat(CommandRun.of("help").out()).isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsFoundByHelp(String command) {
        String help = CommandRun.of((command + " --help").strip().split(" ")).out();
        assertThat(CommandRun.of(("help " + command).strip().split(" ")).out()).isEqualTo(help);
    }

    @Test
    void completionIsAShellScriptThatKnowsEveryOption() {
        CommandRun run = CommandRun.of("generate-completion");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("--handler", "linux-tdx-6.12", "--policy");
    }

    @Test
    void aDefectShowsItsStackTraceAndHasACodeOfItsOwn() {
        CommandRun run = CommandRun.withInput(new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("this should not happen");
            }
        }, "decode", "-");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("this should not happen", "\tat ");
    }
}
