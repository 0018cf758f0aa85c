package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

    private static Iterable<String> words(String text) {
        return Arrays.stream(text.split("\\s+")).collect(Collectors.toSet());
    }

    private static String[] mnemonics(Map<String, SortedSet<String>> families) {
        return families.values().stream().flatMap(SortedSet::stream).toArray(String[]::new);
    }
}
