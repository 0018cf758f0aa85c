package org.vemmio.emulator.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0x0", "4096, 0x1000", "0x1000, 0x1000", "0xFEE00000-0xfee00fff, 0xfee00000-0xfee00fff",
        "0-0xffffffffffffffff, 0x0-0xffffffffffffffff", "18446744073709551615, 0xffffffffffffffff",
        "10-0x10, 0xa-0x10", "00-0x00000000000000000001, 0x0-0x1",
        "0x7fffffffffffffff-0x8000000000000000, 0x7fffffffffffffff-0x8000000000000000"})
    void readsDecimalAndHexadecimalNumbers(String text, String canonical) {
        AddressRange range = AddressRange.parse(text);
        assertThat(range.text()).isEqualTo(canonical);
        assertThat(AddressRange.parse(range.text())).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "0x", "1-", "-1", "1-2-3", "+1", "0x+1", "0X1", "fee0", "1 - 2", "0x1_0", "٣",
        "18446744073709551616", "0x10000000000000000"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no range; it is a number of up to 64 bits, as 4096 or 0x1000, or two"
                        + " with a hyphen between");
    }

    @ParameterizedTest
    @CsvSource({"9-3, 0x3, 0x9", "0xffffffffffffffff-0, 0x0, 0xffffffffffffffff"})
    void refusesARangeThatEndsBeforeItBegins(String text, String last, String first) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the range ends at %s, below its start %s".formatted(last, first));
    }

    @ParameterizedTest
    @CsvSource({
        "0x10-0x20, 0x10, true", "0x10-0x20, 0x20, true", "0x10-0x20, 0xf, false", "0x10-0x20, 0x21, false",
        "0x10-0xffffffffffffffff, 0x8000000000000000, true", "0x10-0x20, 0xffffffffffffffff, false"})
    void holdsBothEndsAndWhatIsBetween(String range, String address, boolean expected) {
        assertThat(AddressRange.parse(range).contains(Numbers.unsigned(address))).isEqualTo(expected);
        assertThat(AddressRange.parse(range).contains(AddressRange.parse(address))).isEqualTo(expected);
    }
}
