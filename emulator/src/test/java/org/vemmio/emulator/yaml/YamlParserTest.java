package org.vemmio.emulator.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.yaml.YamlNode.Scalar.Type;
import org.vemmio.emulator.yaml.YamlNode.Scalar;

class YamlParserTest {
    private static YamlNode parse(String text) {
        return YamlParser.parse("test file", text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "word, TEXT, word", "'12', TEXT, 12", "\"true\", TEXT, true", "yes, TEXT, yes", "1_000, TEXT, 1_000",
        "0x, TEXT, 0x", "0x10-0x20, TEXT, 0x10-0x20", "<<, TEXT, <<", "2026-01-01, TEXT, 2026-01-01",
        "12, WHOLE_NUMBER, 12", "-3, WHOLE_NUMBER, -3", "0x1F, WHOLE_NUMBER, 0x1F", "0o17, WHOLE_NUMBER, 0o17",
        "6.12, OTHER_NUMBER, 6.12", "1e3, OTHER_NUMBER, 1e3", ".inf, OTHER_NUMBER, .inf",
        "true, TRUTH, true", "False, TRUTH, False", "TRUE, TRUTH, TRUE",
        "~, NOTHING, ``", "null, NOTHING, ``", "Null, NOTHING, ``", "'', TEXT, ``"})
    void scalarsAreOfTheTypesOfTheCoreSchema(String text, Type type, String value) {
        assertThat(parse(text)).isEqualTo(new Scalar(type, value, 1, 1));
    }

    @Test
    void everyNodeKnowsItsPlace() {
        assertThat(parse("""
                # A comment.
                é𝄞x: [a, {b: }]
                "k\\u0065y":
                  - >-
                    folded
                    text
                """)).hasToString("Mapping[fields=["
                        + "Field[key=é𝄞x, line=2, column=1, value=Sequence[items=["
                        + "Scalar[type=TEXT, text=a, line=2, column=7], "
                        + "Mapping[fields=[Field[key=b, line=2, column=11, "
                        + "value=Scalar[type=NOTHING, text=, line=2, column=13]]], line=2, column=10]], "
                        + "line=2, column=6]], "
                        + "Field[key=key, line=3, column=1, value=Sequence[items=["
                        + "Scalar[type=TEXT, text=folded text, line=4, column=5]], line=4, column=3]]"
                        + "], line=2, column=1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment", "\uFEFF"})
    void aTextWithoutADocumentIsNone(String text) {
        assertThat(YamlParser.parse("test file", text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a: 1⏎b: 2⏎a: 3 | 3 | 1 | 'a' stands here a second time; the first is on line 1",
        "~: 1⏎~: 2 | 2 | 1 | '~' stands here a second time; the first is on line 1",
        "a: 1⏎---⏎a: 2 | 3 | 1 | a second document begins here; a test file holds one",
        "[&x 1, *x] | 1 | 8 | this is an alias, which test files do not have; text that begins with * stands in"
            + " quotes",
        "&x a: 1⏎*x : 2 | 2 | 1 | this is an alias, which test files do not have; text that begins with * stands in"
            + " quotes",
        "a: !!int 3 | 1 | 4 | this has a tag, which test files do not have",
        "a: ! 3 | 1 | 4 | this has a tag, which test files do not have",
        "a: !x [3] | 1 | 4 | this has a tag, which test files do not have",
        "!x a: 3 | 1 | 1 | this has a tag, which test files do not have",
        "? [a]⏎: 1 | 1 | 3 | this is a list or a mapping; a key is a word",
        "[{a: 1}: 2] | 1 | 2 | this is a list or a mapping; a key is a word",
        "a: b: c | 1 | 5 | not YAML: mapping values are not allowed here",
        "a:⏎  - 'x | 2 | 7 | not YAML: found unexpected end of stream",
        "a:⏎\t- b | 2 | 1 | not YAML: while scanning for the next token found"
            + " character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)",
        "a: 1⏎𝄞b: x\u0007y | 2 | 6 | not YAML: the character U+0007, which a text file does not have",
        "a: %x | 1 | 4 | not YAML: while scanning for the next token found"
            + " character '%' that cannot start any token. (Do not use % for"
            + " indentation)"})
    void aMistakeIsToldWithItsPlace(String text, int line, int column, String problem) {
        String lines = text.replace('⏎', '\n');
        assertThatExceptionOfType(YamlException.class).isThrownBy(() -> parse(lines)).satisfies(e -> {
            assertThat(e.problem()).isEqualTo(problem);
            assertThat(e.line() + ":" + e.column()).isEqualTo(line + ":" + column);
        });
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"[, ]", "{a: , }", "`- `, ``"})
    void nestingHasABound(String open, String close) {
        assertThat(parse(open.repeat(Limits.YAML_DEPTH) + "1" + close.repeat(Limits.YAML_DEPTH))).isNotNull();
        for (int depth : new int[] {Limits.YAML_DEPTH + 1, 100_000}) {
            assertThatThrownBy(() -> parse(open.repeat(depth))).isInstanceOf(YamlException.class)
                    .hasMessage("this stands in 64 lists and mappings, which is the most");
        }
    }

    @Test
    void lengthHasABound() {
        assertThat(parse("'" + "a".repeat(Limits.WHOLE_FILE - 2) + "'")).isNotNull();
        assertThatThrownBy(() -> parse("a".repeat(Limits.WHOLE_FILE + 1))).isInstanceOf(YamlException.class)
                .hasMessage("this has 1,048,577 characters; a test file has at most 1,048,576");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsManyKeysAtOnce() {
        String text = IntStream.range(0, 60_000).mapToObj(i -> "k%05d: %d\n".formatted(i, i))
                .collect(Collectors.joining());
        assertThat(parse(text)).isInstanceOfSatisfying(YamlNode.Mapping.class, all -> assertThat(all.fields()).hasSize(60_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a ", "\"", "[],", "? ", "- - a\n", "\\"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noTextStallsIt(String part) {
        String text = part.repeat(Limits.WHOLE_FILE / part.length());
        for (String start : new String[] {"", "'", "["}) {
            try {
                YamlParser.parse("test file", start + text.substring(start.length()));
            } catch (YamlException expected) {
                assertThat(expected.problem()).doesNotContain("\n");
            }
        }
    }
}
