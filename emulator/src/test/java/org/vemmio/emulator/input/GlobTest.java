package org.vemmio.emulator.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', true", "'', a, false", "*, '', true", "?, '', false", "**, a, true", "***?, '', false",
        "mov, MOV, true", "MOV, mov, true", "mov, movs, false", "movs, mov, false", "movs*, movs, true",
        "*s*q, movsq, true", "*sq*, movsqsx, true", "a*b*c, aXbXbXc, true", "a*b*c, aXcXb, false",
        "*aab, aaaab, true", "?*?, a, false", "?*?, ab, true", "a.c, abc, false", "a.c, a.c, true", "[a], a, false",
        "a*, a*, true", "a?, a?, true"})
    void matchesTheWholeText(String pattern, String text, boolean expected) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(expected);
    }

    @Test
    void matchesWhatARegularExpressionDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "ab?*", 8);
            String text = word(random, "abAB", 10);
            Pattern same = Pattern.compile(pattern.replace("*", ".*").replace('?', '.'), Pattern.CASE_INSENSITIVE);
            assertThat(Glob.matches(pattern, text)).as("seed %d: %s, %s", seed, pattern, text)
                    .isEqualTo(same.matcher(text).matches());
        }
    }

    private static String word(Random random, String letters, int most) {
        return random.ints(random.nextInt(most), 0, letters.length()).mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyStarsCostNoMoreThanTheirNumberTimesTheText() {
        assertThat(Glob.matches("*".repeat(100_000), "a".repeat(100_000))).isTrue();
        assertThat(Glob.matches("*a".repeat(10_000) + "b", "a".repeat(20_000))).isFalse();
    }
}
