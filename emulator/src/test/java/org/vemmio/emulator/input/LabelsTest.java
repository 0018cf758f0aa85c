package org.vemmio.emulator.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private enum Span {
        SHORT_LIVED,
        KEPT_IN_MIND
    }

    @Test
    void areInLowerCaseWithHyphens() {
        assertThat(Labels.all(Span.class)).containsExactly("short-lived", "kept-in-mind");
        assertThat(Labels.of(Span.SHORT_LIVED)).isEqualTo("short-lived");
    }

    @Test
    void areFoundAsTheyAreWritten() {
        assertThat(Labels.find("kept-in-mind", Span.class)).contains(Span.KEPT_IN_MIND);
        assertThat(Labels.find("KEPT_IN_MIND", Span.class)).isEmpty();
        assertThat(Labels.find("", Span.class)).isEmpty();
    }

    @Test
    void areTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.of("tr"));
        try {
            assertThat(Labels.of(Span.KEPT_IN_MIND)).isEqualTo("kept-in-mind");
        } finally {
            Locale.setDefault(before);
        }
    }
}
