package org.vemmio.emulator.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
    private static final List<String> NAMES = List.of("bug", "linux-6.1", "linux-6.12", "panic_on_warn", "gpa", "gla");

    @ParameterizedTest
    @CsvSource({
        "bugs, bug", "BUG, bug", "bg, bug", "linux-6.2, linux-6.1", "linux-6.21, linux-6.1", "linux6.12, linux-6.12",
        "panic-on-warn, panic_on_warn", "PanicOnWarn, panic_on_warn", "gva, gpa"})
    void namesTheNearest(String word, String meant) {
        assertThat(Suggestions.hint(word, NAMES, "there are")).isEqualTo("did you mean '%s'?", meant);
    }

    @ParameterizedTest
    @CsvSource({"''", "bugged", "windows", "x"})
    void listsAllWhereNoneIsNear(String word) {
        assertThat(Suggestions.hint(word, NAMES, "there are"))
                .isEqualTo("there are bug, linux-6.1, linux-6.12, panic_on_warn, gpa, gla");
    }

    @Test
    void saysThatThereAreNone() {
        assertThat(Suggestions.hint("p0", List.of(), "there are")).isEqualTo("there are none");
    }
}
