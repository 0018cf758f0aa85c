package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    @ParameterizedTest(name = "streams {0}, TERM {1}, NO_COLOR {2}")
    @CsvSource(delimiter = '|', emptyValue = "", value = {
        "out,err | xterm | ''  | true  | true",
        "out     | xterm | ''  | true  | false",
        "err     | xterm | ''  | false | true",
        "''      | xterm | ''  | false | false",
        "out,err | xterm | 1   | false | true",
        "out,err | dumb  | ''  | false | false"})
    void coloursAreForTerminalsThatMayHaveThem(String streams, String term, String noColor, boolean colours,
            boolean progress) {
        assertThat(Terminal.of(streams, Map.of("TERM", term, "NO_COLOR", noColor)))
                .isEqualTo(new Terminal(colours, progress));
    }

    @Test
    void aTerminalOfNoKindIsLeftAlone() {
        assertThat(Terminal.of("out,err", Map.of())).isEqualTo(Terminal.NONE);
    }
}
