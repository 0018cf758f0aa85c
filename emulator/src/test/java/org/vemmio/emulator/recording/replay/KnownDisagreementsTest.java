package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.file.RecordingReader;

/// What a Zen 5 does and the architectural handler does not: each line of the hardware recordings that disagrees, with
/// the class of the difference. One that is missing here fails, and so does one that agrees by now.
class KnownDisagreementsTest {
    /// FS and GS: the offset must be canonical before the base is added; the manuals speak of the linear address.
    private static final String OFFSET_NOT_CANONICAL = "the offset into FS or GS is not canonical";
    /// MOVDIR64B with alignment checked: the source comes before the destination.
    private static final String SOURCE_ALIGNMENT_FIRST = "the source's alignment is checked first";
    /// Where a user's addresses end under Linux, with 4 levels of paging.
    private static final long TASK_SIZE_MAX = (1L << 47) - 4096;

    static Stream<Arguments> recordings() {
        return Stream.of(
                arguments("x86-16-hardware", known(SOURCE_ALIGNMENT_FIRST, 372), 0L),
                arguments("x86-64-hardware-faults", known(OFFSET_NOT_CANONICAL,
                        44, 121, 162, 212, 395, 560, 676, 740, 937, 1062, 1127, 1259, 1345), 95L),
                arguments("x86-64-hardware-vec-zen5", known(OFFSET_NOT_CANONICAL, 693), 7L));
    }

    private static Map<Integer, String> known(String kind, Integer... lines) {
        return Stream.of(lines).collect(Collectors.toMap(Function.identity(), _ -> kind));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void disagreesInWhatIsKnownAlone(String recording, Map<Integer, String> known, long kernelAddresses) {
        Map<Integer, String> found = new TreeMap<>();
        long[] present = {0};
        try (Replay replay = Replay.builder().build();
                RecordingReader reader = RecordingReader.ofResource(recording)) {
            reader.forEachRemaining(trap -> {
                ReplayResult result = replay.replay(trap);
                if (isFaultAtAKernelAddress(trap)) {
                    assertPretendsPresence(result);
                    present[0]++;
                } else if (result.verdict() != Verdict.AGREED) {
                    found.put(trap.line(), known.getOrDefault(trap.line(), result.differences().toString()));
                }
            });
        }
        assertThat(found).isEqualTo(known);
        assertThat(present[0]).isEqualTo(kernelAddresses);
    }

    private static boolean isFaultAtAKernelAddress(RecordedTrap trap) {
        return trap.expectation().orElseThrow() instanceof Expectation.Exception faulted
                && Long.compareUnsigned(faulted.event().cr2().orElse(0), TASK_SIZE_MAX) >= 0;
    }

    /// The recordings were made under Linux, which tells a user that a kernel address is present, whatever is there
    /// (Linux arch/x86/mm/fault.c, `sanitize_error_code`). Nothing is mapped there in the recording.
    private static void assertPretendsPresence(ReplayResult result) {
        OptionalLong told = ((Expectation.Exception) result.trap().expectation().orElseThrow()).event().errorCode();
        assertThat(result.differences()).as("line %d", result.trap().line()).isEqualTo(List.of(new Difference(
                Difference.Kind.ERROR_CODE, "error code", "0x" + Long.toHexString(told.orElseThrow()),
                "0x" + Long.toHexString(told.orElseThrow() & ~1))));
    }
}
