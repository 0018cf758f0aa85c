package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScenarioCommandTest {
    private static final Path FOLDER = Path.of("..", "testdata", "scenarios");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... words) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(Stream.concat(Stream.of("scenario"), Arrays.stream(words).map(Object::toString))
                .toArray(String[]::new));
    }

    @Test
    void exits0WhereEveryEndIsAsExpected() {
        assertThat(run(FOLDER.resolve("conversion-sev-snp.yaml"), FOLDER.resolve("mmio-refused-instruction.yaml")))
                .isZero();
        assertThat(out.toString().lines()).contains("policy: terminate (linux 6.12)", "12 of 12 ends as expected")
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void exits1WhereAnEndDiffers(@TempDir Path folder) throws IOException {
        String text = Files.readString(FOLDER.resolve("partial-write-tdx.yaml"));
        Path tampered = Files.writeString(folder.resolve("tampered.yaml"), text.replace("end: guest-lost",
                "end: panic"));
        assertThat(run(tampered)).isEqualTo(1);
        assertThat(out.toString()).contains("NOT AS EXPECTED: end: expected panic, got guest-lost")
                .contains("3 of 5 ends as expected");
        assertThat(err.toString().lines()).containsExactly(
                tampered + ": policy 'the guest reads it': end: expected panic, got guest-lost",
                tampered + ": policy 'whole lines, then the guest reads': end: expected panic, got guest-lost");
    }

    @Test
    void exits2WhereAFileIsWrong(@TempDir Path folder) throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "title: t\nmachine: pdp11\n");
        assertThat(run(FOLDER.resolve("partial-write-tdx.yaml"), wrong)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(wrong + ":2:10: no machine 'pdp11'; there are ");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void exits2WithoutAFile() {
        assertThat(run()).isEqualTo(2);
        assertThat(run(FOLDER.resolve("none.yaml"))).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml: there is no such file");
    }

    @Test
    void exits2WhereARecordingIsWrong(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("bad.jsonl"),
                "{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\nno trap\n");
        Path file = Files.writeString(folder.resolve("s.yaml"), """
                title: t
                machine: tdx
                steps: [{traps: {recording: bad.jsonl, lines: [2]}}]
                policies: [{name: one, expect: {end: running, loses: nothing}}]
                """);
        assertThat(run(file)).isEqualTo(2);
        assertThat(err.toString()).contains("bad.jsonl:2");
    }

    @Test
    void printsATableInMarkdown() {
        assertThat(run("--table", FOLDER.resolve("partial-write-sev-snp.yaml"))).isZero();
        assertThat(out.toString().lines()).hasSize(7)
                .startsWith("| scenario | policy | the end | the guest loses | the host could learn "
                        + "| who gets to know |")
                .contains("| `partial-write-sev-snp` | the host reads it | running | nothing | nothing | the host |");
    }
}
