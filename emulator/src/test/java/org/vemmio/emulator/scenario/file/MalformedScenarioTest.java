package org.vemmio.emulator.scenario.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.scenario.run.ScenarioFiles;
import org.vemmio.emulator.scenario.run.ScenarioRun;

/// Each kind of mistake in a scenario file: where it is, and what the message says.
class MalformedScenarioTest {
    private static final String GOOD = """
            title: A page
            machine: tdx
            pages:
              - {name: p0, guest: private, host: private}
            steps:
              - load: p0
            inject:
              - host-refuses: 1
            policies:
              - name: one
                expect:
                  end: running
                  loses: nothing
                  touch: {p0: private-memory}
            """;

    @Test
    void withoutAMistakeItIsRead() {
        assertThat(ScenarioRun.playAll(ScenarioFiles.parse(GOOD)).getFirst().differences()).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                change("machine: tdx", "machine: tdx2", 2, 10,
                        "no machine 'tdx2'; did you mean 'tdx'?"),
                change("title: A page\n", "", 1, 1, "a scenario lacks 'title'"),
                change("title: A page", "title: ''", 1, 8, "this is empty; 'title' is text"),
                change("title: A page", "title: [A page]", 1, 8, "this is a list; 'title' is text"),
                change("steps:", "step:", 5, 1,
                        "no key 'step' here; did you mean 'steps'?"),
                change("inject:", "steps:", 7, 1, "'steps' stands here a second time; the first is on line 5"),
                change("guest: private, ", "", 4, 5, "a page lacks 'guest'"),
                change("guest: private", "guest: secret", 4, 23, "no attribute 'secret'; there are private, shared"),
                change("guest: private", "guest: privat", 4, 23, "no attribute 'privat'; did you mean 'private'?"),
                change("guest: private", "guests: private", 4, 16, "no key 'guests' here; did you mean 'guest'?"),
                change("host: private", "host: private, present: maybe", 4, 56,
                        "present is 'maybe'; it is true or false"),
                change("host: private", "host: shared, accepted: true", 4, 56,
                        "memory that the host shares is not accepted"),
                change("name: p0", "name: P0", 4, 12,
                        "a page's name is a lower-case letter and up to 7 letters or digits"),
                change("  - {name: p0, guest: private, host: private}\n", "  - p0\n", 4, 5,
                        "this is 'p0'; a page is a mapping with the keys name, guest, "),
                change("steps:", "  - {name: p0, guest: shared, host: shared}\nsteps:", 5, 12, "a second page 'p0'"),
                change("- load: p0", "- load: p1", 6, 11, "no page 'p1'; did you mean 'p0'?"),
                change("- load: p0", "- {load: p0, store: p0}", 6, 5, "a step has one key, not 2"),
                change("- load: p0", "- look: p0", 6, 5,
                        "no key 'look' here; a step has convert, change, free, store, "),
                change("- load: p0", "- free: [p0, p0]", 6, 16, "'p0' stands a second time in the list"),
                change("- load: p0", "- convert: {pages: [p0], to: nowhere}", 6, 32,
                        "no attribute 'nowhere'; there are private, shared"),
                change("- load: p0", "- convert: {pages: [p0]}", 6, 14, "convert lacks 'to'"),
                change("- load: p0", "- host-write: {page: p0, bytes: 64}", 6, 35,
                        "bytes is '64'; it is a number from 1 to 63"),
                change("- load: p0", "- host: sleep", 6, 11, "no act of a host 'sleep'; there are kexec, reboot"),
                change("- load: p0", "- change: {page: p0, to: shared}", 10, 5,
                        "a policy of a scenario with 'change' needs 'order'"),
                change("- load: p0", "- traps: {recording: none.jsonl.gz, lines: [2]}", 6, 12,
                        "there is no recording 'none.jsonl.gz' beside the scenario"),
                change("- load: p0", "- traps: {recording: none.jsonl.gz, lines: [1]}", 6, 47,
                        "lines is '1'; it is a number of at least 2"),
                change("- host-refuses: 1", "- host-refuses: first", 8, 19,
                        "host-refuses is 'first'; it is a number of at least 1"),
                change("- host-refuses: 1", "- host-agrees: 1", 8, 5,
                        "no key 'host-agrees' here; an injection has host-refuses, undo-fails, notification-fails"),
                change("    expect:", "    refusal: shrug\n    expect:", 11, 14,
                        "no refusal 'shrug'; there are panic, terminate, leak, undo, ignore"),
                change("    expect:", "    failed-undo: undo\n    expect:", 11, 18,
                        "an undo that failed is not undone; there are panic, terminate, leak, ignore"),
                change("    expect:", "    kernel: newest\n    expect:", 11, 13,
                        "no kernel 'newest'; there are 5.19, 6.1, 6.5, 6.12"),
                change("    expect:", "    failures: none\n    expect:", 11, 15,
                        "no preset 'none'; there are own, linux-5.19, "),
                change("    expect:", "    notification: {kept: warn}\n    expect:", 11, 19,
                        "notification lacks 'short-lived'"),
                change("    expect:", "    notification: loud\n    expect:", 11, 19,
                        "no reaction 'loud'; there are ignore, warn, bug, propagate, block, "),
                change("    expect:", "    order: [notify, sleep]\n    expect:", 11, 21,
                        "no step 'sleep'; there are remove-aliases, clear-present, "),
                change("    expect:", "    order: []\n    expect:", 11, 12, "'order' is a list of at least one"),
                change("    expect:", "    panic-on-warn: true\n    expect:", 11, 5,
                        "no key 'panic-on-warn' here; did you mean 'panic_on_warn'?"),
                change("    expect:\n      end: running\n      loses: nothing\n      touch: {p0: private-memory}\n", "",
                        10, 5, "a policy lacks 'expect'"),
                change("      end: running\n", "", 12, 7, "an expectation lacks 'end'"),
                change("end: running", "end: well", 12, 12,
                        "no end 'well'; there are running, panic, terminated, guest-lost, host-lost, restarted"),
                change("loses: nothing", "loses: little", 13, 14,
                        "'loses' is nothing, everything, or a mapping, not 'little'"),
                change("loses: nothing", "loses: {tasks: -1}", 13, 22, "tasks is '-1'; it is a number of at least 0"),
                change("loses: nothing", "loses: {memory: [p9]}", 13, 24, "no page 'p9'; did you mean 'p0'?"),
                change("loses: nothing", "loses: {migration: soon}", 13, 26,
                        "no state of migration 'soon'; there are "),
                change("{p0: private-memory}", "{p0: lava}", 14, 19, "no touch 'lava'; there are private-memory, "),
                change("{p0: private-memory}", "{p9: oops}", 14, 15, "no key 'p9' here; did you mean 'p0'?"),
                change("{p0: private-memory}\n", "{p0: oops}\n      known-to: [me]\n", 15, 18,
                        "no witness 'me'; there are kernel-log, caller, host, migration"),
                change("{p0: private-memory}\n",
                        "{p0: oops}\n      loads: [{after: lunch, walk: loads, tlb: loads}]\n", 15,
                        23, "no step 'lunch'; there are remove-aliases, "),
                change("policies:\n", "policies: []\nx:\n", 10, 1,
                        "no key 'x' here; a scenario has title, machine, pages, steps, inject, policies"),
                Arguments.argumentSet("empty", "", 1, 1, "the file is empty; a scenario begins with its title"),
                Arguments.argumentSet("a list", "- a\n", 1, 1,
                        "this is a list; a scenario is a mapping with the keys title, machine, "),
                Arguments.argumentSet("two documents", GOOD + "---\n" + GOOD, 16, 1,
                        "a second document begins here; a scenario file holds one"),
                Arguments.argumentSet("a second policy of a name",
                        GOOD + "  - {name: one, expect: {end: panic, loses: nothing}}\n",
                        15, 12, "a second policy 'one'"),
                change("title: A page", "title: &a A page\nmachine: *a\nx:", 2, 10,
                        "this is an alias, which scenario files do not have; text that begins with * stands in quotes"),
                change("title: A page", "title: !!str A page", 1, 8,
                        "this has a tag, which scenario files do not have"),
                Arguments.argumentSet("no YAML", "title: {a\nmachine: tdx\n", 2, 8, "not YAML: "));
    }

    private static Arguments change(String from, String to, int line, int column, String message) {
        assertThat(GOOD).contains(from);
        return Arguments.argumentSet(to.isEmpty() ? "without " + from.strip() : to.strip(), GOOD.replace(from, to),
                line,
                column, message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isRefusedWithItsPlace(String text, int line, int column, String message) {
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioFiles.parse(text)).satisfies(e -> {
            assertThat(e.getMessage()).contains(message).doesNotContain("\n");
            assertThat(e.getMessage()).contains("s.yaml:%d:%d: ".formatted(e.line(), e.column()));
            assertThat(e.line() + ":" + e.column()).isEqualTo(line + ":" + column);
            assertThat(e.file()).endsWith("s.yaml");
        });
    }

    @Test
    void thirteenPagesAreOneTooMany() {
        StringBuilder pages = new StringBuilder("title: pages\nmachine: tdx\npages:\n");
        for (int i = 0; i < 13; i++) {
            pages.append("  - {name: p%d, guest: private, host: private}\n".formatted(i));
        }
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioFiles.parse(pages.toString()))
                .withMessageContaining("13 pages; a scenario has at most 12");
    }

    @Test
    void stepsThatNeedTdxAreRefusedElsewhere() {
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioFiles.parse(GOOD
                .replace("machine: tdx", "machine: sev-snp").replace("- load: p0", "- change: {page: p0, to: shared}")))
                .withMessageContaining(
                        ":6:13: 'change' is for the machines tdx-partial-write and tdx, not for sev-snp");
    }

    @Test
    void aTrapThatTheRecordingLacksIsRefused() {
        Path scenario = Path.of("..", "testdata", "scenarios", "mmio-refused-instruction.yaml");
        assertThat(ScenarioReader.read(scenario).policies()).isNotEmpty();
    }

    @Test
    void aTrapThatTheRecordingLacksIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("two.jsonl"), """
                {"vemmio":"recording","version":1,"traps":1}
                {"rip":"0x1000","code":"8b07","gla":"0x2000","gpa":"0x2000"}
                """);
        Path file = Files.writeString(folder.resolve("s.yaml"), GOOD.replace("- load: p0",
                "- traps: {recording: two.jsonl, lines: [2, 9]}"));
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioReader.read(file))
                .withMessage(file + ":6:12: the recording has no trap in line 9; its traps are in lines 2 to 2");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("s.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9});
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioReader.read(file))
                .withMessage(file + ": not UTF-8; it has to be text in UTF-8");
    }

    @Test
    void aFileOrResourceThatIsNotThereIsNamed() {
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioReader.read(Path.of("none.yaml")))
                .withMessage("none.yaml: there is no such file");
        assertThatExceptionOfType(ScenarioException.class).isThrownBy(() -> ScenarioReader.ofResource("none"))
                .withMessageContaining("META-INF/vemmio/scenarios/none.yaml");
    }

    @Test
    void anUnknownPolicyIsNamedWithThoseThereAre() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ScenarioFiles.parse(GOOD).policy("two"))
                        .withMessage("no policy 'two'; there are one");
    }
}
