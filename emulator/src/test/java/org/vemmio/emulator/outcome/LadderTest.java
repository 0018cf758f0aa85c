package org.vemmio.emulator.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.handler.TrapHandlers;

/// Checks as data, and the ladders of all handlers.
class LadderTest {
    private static final Check NARROW = Check.named("too-wide", "wider than a word").build();

    @Test
    void aCheckWithoutASourceStandsAtItsNumber() {
        Ladder ladder = Ladder.of("mine", List.of(CommonChecks.PRIVATE_ADDRESS, NARROW));
        assertThat(ladder.find("too-wide").orElseThrow().site())
                .isEqualTo(new Check.Site(new SourceLocation("mine", 2, "too_wide"), List.of()));
        assertThat(ladder.own(CommonChecks.DEVICE_REFUSED).site().location())
                .isEqualTo(new SourceLocation("mine", 3, "device_refused"));
    }

    @Test
    void aCheckOfAnotherHandlerIsToldAsTheOwnWithItsLabel() {
        Check mine = Check.named("device-refused", "the line is dead").returning("DEAD").build();
        Ladder ladder = Ladder.of("mine", List.of(mine));
        assertThat(ladder.own(CommonChecks.DEVICE_REFUSED).returned())
                .isEqualTo(new Check.Returned("DEAD", Optional.empty()));
        assertThat(ladder.own(NARROW).text()).isEqualTo("wider than a word");
    }

    @Test
    void twoChecksWithOneLabelAreRefused() {
        assertThatThrownBy(() -> Ladder.of("mine", List.of(NARROW, NARROW)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("two checks of mine are called 'too-wide'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Too-Wide", "too wide", "too--wide", "-wide", "mine/too-wide"})
    void aLabelIsWordsWithHyphens(String label) {
        assertThatThrownBy(() -> Check.named(label, "").build()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the label '%s' is not lower-case letters, digits and single hyphens".formatted(label));
    }

    @Test
    void whatAHandlerDoesByItselfIsNotOwn() {
        assertThatThrownBy(() -> Check.named("a", "").ending(new Action.Own()).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Check.named("a", "").since("6.12", "d4fc4d014715", "26.9.2024"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a day is written as 2024-09-26, not '26.9.2024'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rep stosw          | memset_io",
        "movups xmm, m128   | readq",
        "vmovdqu m256, ymm  | writeq",
        "movups m128, xmm   | writeq",
        "movq m64, mm       | writeq",
        "vmovdqu32 m512 {k}, zmm | writeq",
        "movnti m32, r32    | plain mov",
        "or m32, imm8       | change the value",
        "shl m32, imm8      | change the value",
        "lock add m32, r32  | change the value"})
    void aHintIsForTheFormOfTheInstruction(String form, String part) {
        for (String handler : List.of("linux-tdx", "linux-sev")) {
            Check check = TrapHandlers.named(handler).ladder().find("mmio-decode-failed").orElseThrow();
            assertThat(check.hint(form)).as("%s, %s", handler, form).get().asString().contains(part);
        }
        assertThat(NARROW.hint(form)).isEmpty();
    }

    static Stream<Ladder> ladders() {
        return TrapHandlers.installed().ladders().stream();
    }

    @ParameterizedTest
    @MethodSource("ladders")
    void everyCheckOfEveryHandlerTellsWhatFollows(Ladder ladder) {
        assertThat(ladder.checks()).isNotEmpty().allSatisfy(check -> {
            assertThat(check.text()).as(check.label()).isNotEmpty().doesNotEndWith(".");
            assertThat(check.site().location().file()).as(check.label()).isNotEmpty();
            assertThat(check.returned().word()).as(check.label()).isNotEmpty();
        });
        assertThat(ladder.checks()).as("an access is refused last").extracting(Check::label).endsWith("device-refused");
    }

    /// Linux arch/x86/coco/tdx/tdx.c at the tags v5.19, v6.1 and v6.5, and in 6.12.117.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "user-mode-trap     | 575 | 586 | 620 | 734",
        "private-address    | -   | 0   | 649 | 763",
        "no-such-register   | 0   | 0   | 0   | 516",
        "user-mode          | 344 | 355 | 389 | 500",
        "fetch-fault        | 347 | 358 | 392 | 503",
        "insn-decode-failed | 350 | 361 | 395 | 506",
        "mmio-decode-failed | 354 | 365 | 399 | 510",
        "user-address       | -   | -   | -   | 520",
        "page-split         | 373 | 384 | 418 | 534",
        "string-move        | 400 | 411 | 445 | 561",
        "unknown-mmio-type  | 402 | 413 | 447 | 563",
        "device-refused     | 407 | 418 | 452 | 568"})
    void aCheckStandsWhereItsVersionHasIt(String label, Integer first, Integer second, Integer third, Integer fourth) {
        List<Optional<Integer>> lines = Stream.of("5.19", "6.1", "6.5", "6.12")
                .map(version -> TrapHandlers.named("linux-tdx-" + version).ladder().find(label)
                        .map(check -> check.site().location().line())).toList();
        assertThat(lines).isEqualTo(Stream.of(Optional.ofNullable(first), Optional.ofNullable(second),
                Optional.ofNullable(third), Optional.ofNullable(fourth)).toList());
    }
}
