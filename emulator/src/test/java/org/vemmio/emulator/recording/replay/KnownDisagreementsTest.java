package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.recording.file.RecordingReader;

/// What a Zen 5 does and the architectural handler does not: each line of the hardware recordings that disagrees, with
/// the class of the difference. One that is missing here fails, and so does one that agrees by now.
class KnownDisagreementsTest {
    /// FS and GS: the offset must be canonical before the base is added; the manuals speak of the linear address.
    private static final String OFFSET_NOT_CANONICAL = "the offset into FS or GS is not canonical";
    /// MOVDIR64B with alignment checked: the source comes before the destination.
    private static final String SOURCE_ALIGNMENT_FIRST = "the source's alignment is checked first";

    static Stream<Arguments> recordings() {
        return Stream.of(
                arguments("x86-16-hardware", known(SOURCE_ALIGNMENT_FIRST, 372)),
                arguments("x86-64-hardware-faults", known(OFFSET_NOT_CANONICAL,
                        44, 121, 162, 212, 395, 560, 676, 740, 937, 1062, 1127, 1259, 1345)),
                arguments("x86-64-hardware-vec-zen5", known(OFFSET_NOT_CANONICAL, 693)));
    }

    private static Map<Integer, String> known(String kind, Integer... lines) {
        return Stream.of(lines).collect(Collectors.toMap(Function.identity(), _ -> kind));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void disagreesInWhatIsKnownAlone(String recording, Map<Integer, String> known) {
        Map<Integer, String> found = new TreeMap<>();
        try (Replay replay = Replay.builder().build();
                RecordingReader reader = RecordingReader.ofResource(recording)) {
            reader.forEachRemaining(trap -> {
                ReplayResult result = replay.replay(trap);
                if (result.verdict() != Verdict.AGREED) {
                    found.put(trap.line(), known.getOrDefault(trap.line(), result.differences().toString()));
                }
            });
        }
        assertThat(found).isEqualTo(known);
    }
}
