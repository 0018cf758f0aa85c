package org.vemmio.emulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.outcome.Failure;

class ConditionTest {
    private static final String STOSW = "f3 66 ab";
    private static final String MOVSQ = "48 a5";
    private static final String NO_INSTRUCTION = "06";

    @ParameterizedTest
    @CsvSource({
        "movs*, movsq, true", "movs*, movs, true", "movs*, mov, false", "mov, mov, true", "mov, movs, false",
        "*, mov, true", "?ov, mov, true", "?ov, ov, false", "mov?, mov, false", "*s*q, movsq, true",
        "*sq*, movsqsx, true", "v*dq?, vmovdqu, true", "v*dq?, vmovdqu8, false", "MOVSQ, movsq, true", "**, a, true",
        "a*b*c, aXbXbXc, true", "a*b*c, aXcXb, false"})
    void matchesMnemonics(String glob, String mnemonic, boolean expected) {
        assertThat(new MnemonicPattern(glob).matches(mnemonic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"''", "mov ax", "mov.", "[mov]"})
    void refusesWhatIsNoMnemonic(String glob) {
        assertThatThrownBy(() -> new MnemonicPattern(glob)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + glob + "' is no mnemonic: letters, digits and the wildcards * and ? make one");
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of(Condition.any(), STOSW, 0, true),
                Arguments.of(Condition.any(), "", 0, true),
                Arguments.of(Condition.failure("string-move"), STOSW, 0, true),
                Arguments.of(Condition.failure("page-split", "string-move"), STOSW, 0, true),
                Arguments.of(Condition.failure("page-split"), STOSW, 0, false),
                Arguments.of(Condition.any().withMnemonics("stosw"), STOSW, 0, true),
                Arguments.of(Condition.any().withMnemonics("movs*", "stos?"), STOSW, 0, true),
                Arguments.of(Condition.any().withMnemonics("movs*"), STOSW, 0, false),
                Arguments.of(Condition.any().withMnemonics("*"), NO_INSTRUCTION, 0, false),
                Arguments.of(Condition.any().withMnemonics("*"), "", 0, false),
                Arguments.of(Condition.any().withCpls(3), STOSW, 3, true),
                Arguments.of(Condition.any().withCpls(1, 2), STOSW, 3, false),
                Arguments.of(Condition.any().withGpa(Failures.GPA, Failures.GPA), STOSW, 0, true),
                Arguments.of(Condition.any().withGpa(Failures.GPA + 1, -1), STOSW, 0, false),
                Arguments.of(Condition.any().withGpa(0, Failures.GPA - 1), STOSW, 0, false),
                Arguments.of(Condition.any().withGla(0x8000_0000_0000_0000L, -1), STOSW, 0, true),
                Arguments.of(Condition.any().withGla(0, 0x7fff_ffff_ffff_ffffL), STOSW, 0, false),
                Arguments.of(Condition.failure("string-move").withMnemonics("stosw").withCpls(0)
                        .withGpa(0, -1).withGla(0, -1), STOSW, 0, true));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void holdsIfAllThatIsSetHolds(Condition condition, String code, int cpl, boolean expected) {
        Failure failure = Failures.of("string-move", code, cpl, Failures.RIP, Failures.GLA);
        assertThat(condition.holds(failure)).as(condition.text()).isEqualTo(expected);
    }

    @Test
    void refusesBadRanges() {
        assertThatThrownBy(() -> Condition.any().withGpa(-1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the range ends at 0x0, below its start 0xffffffffffffffff");
        assertThatThrownBy(() -> Condition.any().withCpls(0, 4)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a privilege level is 0 to 3, not 4");
    }

    static Stream<Arguments> pairs() {
        Condition any = Condition.any();
        Condition strings = Condition.failure("string-move", "page-split");
        Condition string = Condition.failure("string-move");
        return Stream.of(
                Arguments.of(any, any, true),
                Arguments.of(any, string.withMnemonics("a").withCpls(0).withGpa(0, 1).withGla(0, 1), true),
                Arguments.of(string, any, false),
                Arguments.of(strings, string, true),
                Arguments.of(string, strings, false),
                Arguments.of(string, string.withCpls(3), true),
                Arguments.of(string.withCpls(3), string, false),
                Arguments.of(any.withCpls(0, 3), any.withCpls(3), true),
                Arguments.of(any.withGpa(0, 10), any.withGpa(3, 10), true),
                Arguments.of(any.withGpa(0, 10), any.withGpa(3, 11), false),
                Arguments.of(any.withGpa(0, -1), any, false),
                Arguments.of(any.withGla(0, 10), any.withGpa(0, 10), false),
                Arguments.of(any.withMnemonics("*"), any, false),
                Arguments.of(any, any.withMnemonics("*"), true),
                Arguments.of(any.withMnemonics("movs*", "stos*"), any.withMnemonics("stosw", "movsb"), true),
                Arguments.of(any.withMnemonics("movs*"), any.withMnemonics("mov*"), false),
                Arguments.of(any.withMnemonics("?*"), any.withMnemonics("*?"), true),
                Arguments.of(any.withMnemonics("a*", "?b*"), any.withMnemonics("?b"), true),
                // As "baabbb" shows, and nothing shorter.
                Arguments.of(any.withMnemonics("*a??", "*a", "?"), any.withMnemonics("baa*"), false));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void knowsWhatCoversWhat(Condition first, Condition second, boolean expected) {
        assertThat(first.covers(second)).as("%s covers %s", first.text(), second.text()).isEqualTo(expected);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isNotStalledByPatternsThatAreHardToCompare() {
        String many = "?".repeat(20);
        Condition hard = Condition.any().withMnemonics("*a" + many);
        assertThat(hard.covers(hard)).isTrue();
        assertThat(hard.covers(Condition.any().withMnemonics("*b" + many))).isFalse();
        assertThat(hard.covers(Condition.any().withMnemonics("*a" + many, "*?a" + many))).isFalse();
        String stars = "*".repeat(64);
        assertThat(Condition.any().withMnemonics(stars).covers(Condition.any().withMnemonics("a*"))).isTrue();
    }

    @Test
    void refusesAPatternLongerThanAnyMnemonic() {
        assertThat(new MnemonicPattern("*".repeat(64)).matches("mov")).isTrue();
        assertThatThrownBy(() -> new MnemonicPattern("*".repeat(20_000))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mnemonic has at most 64 characters, not 20000");
    }

    /// Two seeds of patterns that only mnemonics of more than five letters tell apart, and a new one.
    static LongStream seeds() {
        return LongStream.of(-6545323810348700196L, -5762149434238839061L, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void coversPatternsAsTheirMnemonicsSay(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            List<String> list = Stream.generate(() -> glob(random)).limit(1 + random.nextInt(3)).toList();
            String pattern = glob(random);
            Condition first = Condition.any().withMnemonics(list.toArray(String[]::new));
            Optional<String> missed = missed(list, pattern);
            assertThat(first.covers(Condition.any().withMnemonics(pattern)))
                    .as("seed %d: %s covers %s but for %s", seed, list, pattern, missed).isEqualTo(missed.isEmpty());
        }
    }

    private static String glob(Random random) {
        return random.ints(1 + random.nextInt(4), 0, 4).mapToObj(i -> "ab?*".substring(i, i + 1))
                .collect(Collectors.joining());
    }

    /// Returns a shortest mnemonic that `pattern` matches and none of the list does, if there is one.
    ///
    /// Mnemonics that match the same beginnings of all patterns still do when the same letters are added to them: of
    /// such, one is enough to go on from, which bounds the search. A third letter stands for those in no pattern.
    private static Optional<String> missed(List<String> list, String pattern) {
        List<List<MnemonicPattern>> beginnings =
                Stream.concat(Stream.of(pattern), list.stream()).map(ConditionTest::beginnings).toList();
        Set<List<Boolean>> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(""));
        while (!open.isEmpty()) {
            String word = open.remove();
            List<List<Boolean>> matched = beginnings.stream()
                    .map(of -> of.stream().map(beginning -> beginning.matches(word)).toList()).toList();
            if (matched.getFirst().getLast() && matched.stream().skip(1).noneMatch(List::getLast)) {
                return Optional.of(word);
            }
            if (word.isEmpty() || seen.add(matched.stream().flatMap(List::stream).toList())) {
                Stream.of("a", "b", "c").map(word::concat).forEach(open::add);
            }
        }
        return Optional.empty();
    }

    private static List<MnemonicPattern> beginnings(String glob) {
        return IntStream.rangeClosed(1, glob.length()).mapToObj(end -> new MnemonicPattern(glob.substring(0, end)))
                .toList();
    }
}
