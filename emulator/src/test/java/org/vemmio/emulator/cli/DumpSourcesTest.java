package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What people have when a guest dies: decoded, imported, and replayed under the three handlers.
class DumpSourcesTest {
    private static final Path LOGS = Path.of("../testdata/logs");
    private static final Path RESOURCES = Path.of("src/test/resources/org/vemmio/emulator");
    private static final List<String> HANDLERS = List.of("architectural", "linux-tdx", "linux-sev");
    private static final Pattern TABLE = Pattern.compile("<!-- logs of import -->\\n(.*?)<!-- end -->\\n", Pattern.DOTALL);

    /// The sample for each row of the README's table.
    private static final List<List<String>> SOURCES = List.of(
            List.of("Linux's oops or warning", "linux-6.12.117-oops-in-init.log"),
            List.of("the same, in a journal", "hex/oops-journal.txt"),
            List.of("QEMU, a KVM internal error", "hex/qemu.txt"),
            List.of("gdb: `info registers`, `x/16xb $rip`", "hex/gdb-registers.txt"),
            List.of("edk2", "hex/edk2.txt"),
            List.of("edk2, with gdb's `x/16xb` below", "importing/edk2-gdb.txt"),
            List.of("Linux in a SEV guest", "hex/sev.txt"),
            List.of("Xen", "hex/xen.txt"),
            List.of("bhyve", "hex/bhyve.txt"),
            List.of("HAXM", "hex/haxm.txt"),
            List.of("OpenVMM", "hex/openvmm.txt"),
            List.of("Cloud Hypervisor", "hex/cloud-hypervisor.txt"));

    @TempDir
    private Path folder;

    private static Path path(String file) {
        return file.endsWith(".log") ? LOGS.resolve(file) : RESOURCES.resolve(file);
    }

    private static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }

    /// Returns the text of the instruction that trapped.
    private static String trapping(Path file) {
        CommandRun run = CommandRun.of("decode", "--json", "--trapping", file.toString());
        return run.code() == 2 ? "-" : json(run).get("instructions").get(0).get("text").asString();
    }

    private CommandRun imported(Path file) {
        return CommandRun.of("import", "--json", "--force", file.toString(), "-o", output());
    }

    private String output() {
        return folder.resolve("o.jsonl").toString();
    }

    private static String left(JsonNode imported) {
        StringJoiner left = new StringJoiner(", ").setEmptyValue("-");
        imported.get("instructions").get("left").forEach(reason ->
                left.add(reason.get("count").asInt() + " " + reason.get("reason").asString()));
        return left.toString();
    }

    /// Returns how many traps agreed and were refused; that none disagreed is in the exit code.
    private String verdicts(String handler) {
        CommandRun run = CommandRun.of("replay", "--json", "--handler", handler, output());
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        return json(run).get("agreed").asInt() + "/" + json(run).get("refused").asInt();
    }

    private String row(String file) {
        List<String> cells = new ArrayList<>(List.of(file, trapping(path(file))));
        CommandRun run = imported(path(file));
        if (run.code() == 0) {
            cells.add(Integer.toString(json(run).get("traps").asInt()));
            cells.add(left(json(run)));
            HANDLERS.forEach(handler -> cells.add(verdicts(handler)));
        } else {
            cells.add(run.err().substring(run.err().lastIndexOf(": ") + 2).strip());
        }
        return String.join(" | ", cells);
    }

    static Stream<String> samples() throws IOException {
        return Files.readAllLines(RESOURCES.resolve("importing/dumps.txt")).stream()
                .filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsDecodedImportedAndReplayed(String expected) {
        assertThat(row(expected.substring(0, expected.indexOf(' ')))).isEqualTo(expected.replaceAll(" +", " "));
    }

    @Test
    void everyLogIsASample() throws IOException {
        try (Stream<Path> logs = Files.list(LOGS)) {
            assertThat(logs.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".log")))
                    .isSubsetOf(samples().map(line -> line.substring(0, line.indexOf(' '))).toList());
        }
    }

    /// A system call lies below the trap in the log's call trace.
    @Test
    void theTrapIsImportedThoughTheLastCodeIsAnothers() throws IOException {
        String log = Files.readString(path("linux-6.12.117-oops-in-init.log"));
        Path cut = Files.writeString(folder.resolve("cut.log"), log.substring(0, log.indexOf("Modules linked in")));
        assertThat(trapping(cut)).isEqualTo("cmp rax, 0xFFFFFFFFFFFFF001");
        JsonNode imported = json(imported(cut));
        assertThat(imported.get("traps").asInt()).isEqualTo(1);
        assertThat(left(imported)).isEqualTo("1 no-memory-operand");
        JsonNode replayed = json(CommandRun.of("replay", "--json", "--handler=linux-tdx", output()));
        assertThat(replayed.get("instructions").get(0).get("instruction").asString()).isEqualTo("rep stosw");
        assertThat(replayed.get("failures").get(0).get("failure").asString()).isEqualTo("mmio-decode-failed");
    }

    @Test
    void theTableOfTheReadmeIsWhatBecomesOfTheSamples() throws IOException {
        StringBuilder expected = new StringBuilder("| log | `decode --trapping` | `import` assumes |\n|---|---|---|\n");
        for (List<String> source : SOURCES) {
            CommandRun run = imported(path(source.getLast()));
            StringJoiner assumed = new StringJoiner("`, `", "`", "`");
            if (run.code() == 0) {
                json(run).get("assumed").forEach(key -> assumed.add(key.get("key").asString()));
            }
            String shown = switch (trapping(path(source.getLast()))) {
                case "-" -> "no bytes";
                case "(bad)" -> "a byte, the rest is missing";
                case String text -> "`" + text + "`";
            };
            expected.append("| %s | %s | %s |\n".formatted(source.getFirst(), shown,
                    run.code() == 0 ? assumed : "no trap"));
        }
        Matcher table = TABLE.matcher(Files.readString(Path.of("../README.md")));
        assertThat(table.find()).isTrue();
        assertThat(table.group(1)).isEqualTo(expected.toString());
    }
}
