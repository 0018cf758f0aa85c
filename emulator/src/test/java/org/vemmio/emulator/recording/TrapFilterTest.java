package org.vemmio.emulator.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;

class TrapFilterTest {
    /// Six traps on lines 2 to 7; what a filter takes is told by line.
    private static final List<RecordedTrap> TRAPS = List.of(
            trap(2, before(CodeMode.CODE64, 0, 0x2000), "8b07c3", 0xfee0_0020L, "lapic"),
            trap(3, before(CodeMode.CODE64, 0, 0x3000), "f3a5", 0xa_0000L, "vga-lowmem"),
            trap(4, before(CodeMode.CODE64, 3, 0x4000), "f3a590", 0xa_0004L, "vga-lowmem"),
            trap(5, before(CodeMode.CODE32, 0, 0x5000), "8b0790", 0xb_ffffL, "vga-lowmem"),
            trap(6, before(CodeMode.CODE16, 0, 0x6000), "67f3ab", 0xa_0000L, ""),
            trap(7, before(CodeMode.CODE64, 0, 0x7000), "ff", 0xf_ffff_ffff_f000L, "HPET"));

    private static ProcessorState before(CodeMode mode, int cpl, long rip) {
        return ProcessorState.of(cpu -> {
            cpu.setMode(mode);
            cpu.setCpl(cpl);
            cpu.setRip(rip);
        });
    }

    private static RecordedTrap trap(int line, ProcessorState before, String code, long gpa, String device) {
        return RecordedTrap.builder().line(line).before(before).code(HexFormat.of().parseHex(code))
                .address(gpa + 0x1_0000, gpa).labels(new TrapLabels(device, "", "")).build();
    }

    private static String lines(TrapFilter filter) {
        try (Decoder decoder = Decoder.open()) {
            TrapFilter.Selection selection = filter.start(decoder);
            return TRAPS.stream().filter(selection::takes).map(trap -> Integer.toString(trap.line()))
                    .collect(Collectors.joining(" "));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", value = {
        "mnemonic=mov                         | 2 5",
        "mnemonic=mov*                        | 2 3 4 5",
        "mnemonic=MOVS?                       | 3 4",
        "mnemonic=*s*d                        | 3 4",
        "mnemonic!=mov*                       | 6 7",
        "mnemonic=mov/stosw                   | 2 5 6",
        "device=vga-lowmem                    | 3 4 5",
        "device=*                             | 2 3 4 5 6 7",
        "device=none                          | 6",
        "device!=none                         | 2 3 4 5 7",
        "device=hpet/lapic                    | 2 7",
        "device!=hpet/lapic                   | 3 4 5 6",
        "mode=64                              | 2 3 4 7",
        "mode=16/32                           | 5 6",
        "cpl=3                                | 4",
        "gpa=0xa0000-0xbffff                  | 3 4 5 6",
        "gpa=0xa0004                          | 4",
        "gpa=655364                           | 4",
        "gpa=0xa0004-0xffffffffffffffff       | 2 4 5 7",
        "gla=0xb0000                          | 3 6",
        "rip=0x2000-0x3000                    | 2 3",
        "line=4-5/7                           | 4 5 7",
        "bytes=f3                             | 3 4",
        "bytes=8B07                           | 2 5",
        "bytes=f3a590ff                       | ''",
        "per-instruction=1                    | 2 3 5 6 7",
        "first=2                              | 2 3",
        "first=2,mnemonic=movs*               | 3 4",
        "first=2,per-instruction=1,mode=64    | 2 3",
        "mode=64,mode!=32                     | 2 3 4 7",
        "mnemonic=movs*,device=vga-lowmem,mode=64,first=1 | 3"})
    void everyTermOfAFilterHolds(String filter, String lines) {
        assertThat(lines(TrapFilter.parse(filter))).isEqualTo(lines);
    }

    @Test
    void withoutAFilterEveryTrapIsTaken() {
        assertThat(lines(TrapFilter.all())).isEqualTo("2 3 4 5 6 7");
    }

    @Test
    void aSelectionIsOverWithItsLastTrap() {
        try (Decoder decoder = Decoder.open()) {
            TrapFilter.Selection selection = TrapFilter.parse("first=1").start(decoder);
            assertThat(selection.isOver()).isFalse();
            assertThat(selection.takes(TRAPS.getFirst())).isTrue();
            assertThat(selection.isOver()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "\"\"              | column 1: a term looks like device=vga-lowmem",
        "mode=64,          | column 9: a term looks like device=vga-lowmem",
        "=64               | column 1: a term looks like device=vga-lowmem",
        "mnemonics=mov     | column 1: 'mnemonics' is no key; did you mean 'mnemonic'?",
        "perinstruction=1  | column 1: 'perinstruction' is no key; did you mean 'per-instruction'?",
        "vendor=intel      | column 1: 'vendor' is no key; KEYS",
        "mode=64,cpu=1     | column 9: 'cpu' is no key; did you mean 'cpl'?",
        "mode              | column 5: 'mode' lacks its value; a term looks like device=vga-lowmem",
        "mode=             | column 6: 'mode' lacks a value",
        "mode=64/          | column 9: 'mode' lacks a value",
        "mode=64/65        | column 9: '65' is none of 16, 32, 64",
        "cpl=4             | column 5: '4' is none of 0, 1, 2, 3",
        "gpa=fee00000      | column 5: 'fee00000' RANGE",
        "gpa=0x            | column 5: '0x' RANGE",
        "gpa=0x1-          | column 5: '0x1-' RANGE",
        "gpa=0x10000000000000000 | column 5: '0x10000000000000000' RANGE",
        "line=9-3          | column 6: the range ends at 0x3, below its start 0x9",
        "bytes=8b0         | column 7: '8b0' is no row of hex digits, two a byte",
        "first=0           | column 7: a limit is at least 1",
        "first=x           | column 7: 'x' NUMBER",
        "first!=3          | column 1: 'first' takes one number, and no !=",
        "per-instruction=1/2 | column 1: 'per-instruction' takes one number, and no !=",
        "mode=64,mode=32   | column 9: 'mode' stands here twice; alternatives have a slash between"})
    void aMistakeIsToldWithItsColumn(String filter, String message) {
        String full = message
                .replace("RANGE", "is no range; it is a number of up to 64 bits, as 4096 or 0x1000, or two with a"
                        + " hyphen between")
                .replace("NUMBER", "is no number of up to 64 bits; one looks like 4096 or 0x1000")
                .replace("KEYS", "there are mnemonic, device, mode, cpl, gpa, gla, rip, line, bytes, per-instruction,"
                        + " first");
        assertThatThrownBy(() -> TrapFilter.parse(filter)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnemonic=movs*,device=vga-lowmem,mode=64,first=100", "line=2"})
    void aFilterIsShownAsItWasWritten(String text) {
        assertThat(TrapFilter.parse(text)).hasToString(text);
    }
}
