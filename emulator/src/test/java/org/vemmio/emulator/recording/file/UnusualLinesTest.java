package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.recording.RecordedTrap;

class UnusualLinesTest {
    private static final String TRAP =
            "{\"rip\":\"0x10\",\"code\":\"8b07\",\"gla\":\"0x2000\",\"gpa\":\"0x3000\",\"device\":\"apic\"%s}\n";
    private static final String PLAIN = TRAP.formatted("");

    private static List<RecordedTrap> read(int traps, String lines) {
        String text = "{\"vemmio\":\"recording\",\"version\":1,\"traps\":" + traps + "}\n" + lines;
        try (RecordingReader reader = RecordingReader.open("here",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            return reader.stream().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            ",\"\\u006doo\":1", ",\"note\":\"é\"", ",\"note\":\"a\\\"b\"", ",\"note\":2.5e3", ",\"note\":-1",
            ",\"note\":[[[[[[[[[[1]]]]]]]]]]", ",\"note\":{\"a\":[{\"b\":1},{\"b\":null}]}", "  ,\t\"note\" : true "})
    void readsTheSameTrapHoweverALineIsWritten(String more) {
        List<RecordedTrap> traps = read(3, PLAIN + TRAP.formatted(more) + PLAIN);
        assertThat(traps).containsExactly(traps.getFirst(), traps.getFirst(), traps.getFirst());
        assertThat(traps).extracting(RecordedTrap::line).containsExactly(2, 3, 4);
    }

    @Test
    void readsALineLongerThanAnyBuffer() {
        String more = ",\"note\":\"" + "a".repeat(3 << 20) + "\"";
        assertThat(read(3, PLAIN + TRAP.formatted(more) + PLAIN)).extracting(RecordedTrap::line)
                .containsExactly(2, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"note\":\"é\""})
    void tellsThePlaceOfAMistakeBehindAnyLine(String before) {
        assertThatThrownBy(() -> read(3, PLAIN + TRAP.formatted(before) + "\n" + PLAIN.replace("0x3000", "0x03")))
                .isInstanceOf(RecordingException.class).hasMessageStartingWith("here:5:50: \"gpa\"");
    }

    @Test
    void refusesAKeyThatIsThereTwiceWithinAnUnknownOne() {
        assertThatThrownBy(() -> read(1, TRAP.formatted(",\"note\":{\"a\":{\"b\":1,\"b\":2}}")))
                .isInstanceOf(RecordingException.class).hasMessageContaining("Duplicate Object property \"b\"");
    }
}
