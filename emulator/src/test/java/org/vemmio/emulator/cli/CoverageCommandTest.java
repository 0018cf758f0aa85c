package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.instruction.InstructionTable;

class CoverageCommandTest {
    private static final CommandRun RUN = CommandRun.of("coverage");

    @Test
    void bothListsArePrintedWholeAndWithinThePage() {
        assertThat(RUN.code()).isZero();
        assertThat(RUN.err()).isEmpty();
        assertThat(RUN.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Table.WIDTH));
        String[] lists = RUN.out().split("(?m)^refused: ");
        assertThat(lists).hasSize(2);
        assertThat(words(lists[0])).contains(mnemonics(InstructionTable.mnemonics()));
        assertThat(words(lists[1])).contains(mnemonics(InstructionTable.refused()));
    }

    @Test
    void aFamilyHasItsNumberOfMnemonics() {
        SortedSet<String> strings = InstructionTable.mnemonics().get("strings");
        assertThat(RUN.out()).containsPattern("(?m)^strings +" + strings.size() + "  " + strings.first() + " ");
    }

    @Test
    void theChecksOfAHandlerStandInItsOrder() {
        CommandRun run = CommandRun.of("coverage", "--handler", "linux-sev");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("linux-sev (Linux 6.12.117): 7 checks, in the order in which it comes to them\n")
                .containsSubsequence("1  insn-decode-failed  ES_DECODE_FAILED  terminate", "early\n",
                "        the kernel's decoder makes no instruction of the bytes\n",
                "        arch/x86/coco/sev/core.c:360 __vc_decode_kern_insn\n",
                "        prints, limited: SEV: Failed to decode instruction (exit-code 0x400 IP:\n",
                "2  mmio-decode-failed", "instead of rep *: Use memset_io()", "4  user-mode", "5  no-address",
                "6  not-translated", "        warns, once\n", "7  device-refused", "late\n");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Table.WIDTH));
    }

    @Test
    void aCheckTellsWhatBroughtIt() {
        assertThat(CommandRun.of("coverage", "--handler", "linux-tdx-6.12").out())
                .contains("since 6.12 (d4fc4d014715, 2024-09-26)");
        assertThat(CommandRun.of("coverage", "--handler", "linux-tdx-6.5").out())
                .doesNotContain("user-address").contains("arch/x86/coco/tdx/tdx.c:399 handle_mmio");
        assertThat(CommandRun.of("coverage", "--handler", "linux-tdx-6.1", "--table").out().lines())
                .contains("| `page-split` | the access crosses a page | 5.19 (1e7769653b06, 2022-06-17) |"
                        + " `arch/x86/coco/tdx/tdx.c:384` | -EFAULT | `general-protection` |");
    }

    @Test
    void jsonTellsEveryCheckWhole() {
        String json = CommandRun.of("coverage", "--handler=linux-tdx-6.12", "--json").out().replaceAll("\\s+", " ");
        assertThat(json).startsWith("{ \"vemmio\" : \"ladder\", \"version\" : 1, \"handler\" : \"linux-tdx-6.12\",")
                .contains("""
                        { "check" : "user-address", "text" : "an access to a userspace address", "since" : \
                        { "version" : "6.12", "commit" : "d4fc4d014715", "day" : "2024-09-26" }, \
                        "file" : "arch/x86/coco/tdx/tdx.c", "line" : 520, "function" : "handle_mmio", "callers" : \
                        [ "virt_exception_kernel", "tdx_handle_virt_exception", "exc_virtualization_exception", \
                        "asm_exc_virtualization_exception" ], "warning" : { "message" : \
                        "Access to userspace address is not supported", "frequency" : "once" }, "panic" : \
                        "Access to userspace address is not supported", "returned" : "-EINVAL", \
                        "errno" : "EINVAL", "own" : "warn-once", "dieString" : "VE fault", "vector" : 20, \
                        "late" : false,""".indent(0).strip())
                .contains("\"prints\" : { \"text\" : \"tdx: Unexpected #VE: 48\", \"frequency\" : \"always\","
                        + " \"file\" : \"arch/x86/coco/tdx/tdx.c\", \"line\" : 734,");
        assertThat(CommandRun.of("coverage", "--json").out()).contains("\"strings\"").contains("\"refused\"");
    }

    @ParameterizedTest(name = "vemmio coverage {0}")
    @CsvSource(delimiter = '|', value = {
        "--handler=linux-tdy            | --handler: no handler 'linux-tdy'; did you mean 'linux-tdx'?",
        "--table                        | --table goes with --handler",
        "--handler=linux-sev --table --json | --table and --json are two forms of one thing"})
    void aMistakeIsOneLineAndExitCode2(String words, String message) {
        assertThat(CommandRun.of(("coverage " + words).split(" "))).isEqualTo(
                new CommandRun(2, "", "vemmio: " + message + "; try 'vemmio coverage --help'\n"));
    }

    private static Iterable<String> words(String text) {
        return Arrays.stream(text.split("\\s+")).collect(Collectors.toSet());
    }

    private static String[] mnemonics(Map<String, SortedSet<String>> families) {
        return families.values().stream().flatMap(SortedSet::stream).toArray(String[]::new);
    }
}
