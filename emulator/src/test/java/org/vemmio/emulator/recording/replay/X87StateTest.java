package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;
import static org.vemmio.emulator.recording.replay.Replays.replay;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.recording.TestTraps;

/// What MMX instructions do to the x87 state (Intel SDM vol. 3, 13.2): the top of stack becomes 0, no register is
/// empty, and of one that is written bits 79:64 become ones; nothing else changes.
class X87StateTest {
    /// The top of stack is 5, which is MMX register 5 and holds 1.0; ST(1) is register 6 and holds -1.0. The condition
    /// codes are set, and all registers but those are empty.
    private static final String BEFORE = "'cw':4735,'sw':'0x6f00','tag':'0xc3ff','st0':'0000000000000080ff3f',"
            + "'st1':'0000000000000080ffbf'";
    private static final String AFTER = "'sw':'0x4700','tag':0";
    private static final String READ = "0f6f2f";
    private static final String WRITE = "0f7f37";

    private static ReplayResult replayed(String code, String before, String after) {
        return replay(TestTraps.of("""
                {'rip':'0x0','code':'%s','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0xfe000000',\
                'backing':{'gpa':'0xfe000000','bytes':'0102030405060708'},'x87':{%s},\
                'expect':{'outcome':'emulated','rip':'0x3',%s}}""".formatted(code, before, after)),
                "architectural");
    }

    /// `movq mm5, [rdi]`; register 5 is now ST(5).
    @Test
    void anMmxRegisterThatIsWrittenTakesTheExponentOfNoNumber() {
        assertAgreed(replayed(READ, BEFORE, "'x87':{%s,'st5':'0102030405060708ffff'}".formatted(AFTER)));
        assertAgreed(replayed(READ, BEFORE, "'vec':{'mm5':'0102030405060708'},'x87':{%s}".formatted(AFTER)));
        assertDisagreed(replayed(READ, BEFORE, "'x87':{%s,'st5':'0102030405060708ff3f'}".formatted(AFTER)),
                new Difference(Difference.Kind.REGISTER, "st5", "0102030405060708ff3f", "0102030405060708ffff"));
    }

    /// `movq [rdi], mm6`, which ST(1) was.
    @Test
    void anMmxRegisterThatIsReadKeepsItsExponent() {
        assertAgreed(replayed(WRITE, BEFORE, "'backing':'0000000000000080','x87':{%s}".formatted(AFTER)));
        assertDisagreed(replayed(WRITE, BEFORE,
                "'backing':'0000000000000080','x87':{%s,'st6':'0000000000000080ffff'}".formatted(AFTER)),
                new Difference(Difference.Kind.REGISTER, "st6", "0000000000000080ffff", "0000000000000080ffbf"));
    }

    @ParameterizedTest
    @CsvSource({
        "'cw':4735, 'cw':4734, cw, 0x127e, 0x127f",
        "'sw':'0x4700', 'sw':'0x6f00', sw, 0x6f00, 0x4700",
        "'sw':'0x4700', 'sw':'0x0', sw, 0x0, 0x4700",
        "'tag':0, 'tag':'0xc3ff', tag, 0xc3ff, 0x0",
        "'tag':0, 'tag':3, tag, 0x3, 0x0",
        "'tag':0, 'tag':49152, tag, 0xc000, 0x0"})
    void aWordThatIsOtherwiseDisagrees(String right, String wrong, String name, String expected, String got) {
        String after = "'backing':'0000000000000080','x87':{%s,'cw':4735}".formatted(AFTER);
        assertAgreed(replayed(WRITE, BEFORE, after));
        assertDisagreed(replayed(WRITE, BEFORE, after.replace(right, wrong)),
                new Difference(Difference.Kind.REGISTER, name, expected, got));
    }

    /// `movq [rdi], mm6` changes what `mov rax, [rdi]` does not.
    @Test
    void aWordThatIsToldBeforeIsToStay() {
        assertDisagreed(replayed(WRITE, "'sw':'0x800'", "'backing':'0000000000000000'"),
                new Difference(Difference.Kind.REGISTER, "sw", "0x800", "0x0"),
                new Difference(Difference.Kind.REGISTER, "tag", "0xffff", "0x0"));
        assertAgreed(replayed("488b07", BEFORE, "'regs':{'rax':'0x807060504030201'}"));
    }

    /// As FNSTENV stores it: 1 of a register that holds 0, 2 of one that is no number.
    @ParameterizedTest
    @ValueSource(ints = {0x0000, 0x5555, 0xaaaa, 0x5996})
    void howARegisterIsTaggedThatIsNotEmptyIsNotCompared(int tag) {
        assertAgreed(replayed(WRITE, BEFORE,
                "'backing':'0000000000000080','x87':{'sw':'0x4700','tag':%d}".formatted(tag)));
    }

    @Test
    void wordsThatAreNotToldAreNotCompared() {
        assertAgreed(replayed(READ, "", "'vec':{'mm5':'0102030405060708'}"));
        assertAgreed(replayed(WRITE, "'st0':'00000000000000800040'", "'backing':'0000000000000000'"));
    }

    /// What is told of `sw`, `tag` and ST(1), which is MMX register 6, is wrong.
    @ParameterizedTest
    @CsvSource({
        "x87, ''",
        "x87.sw, tag st6",
        "x87.tag, sw st6",
        "x87.st1, sw tag",
        "x87.cw, sw tag st6",
        "x87.st6, sw tag st6",
        "regs.rdi, sw tag st6"})
    void whatIsAssumedIsNotCompared(String assumed, String compared) {
        ReplayResult result = replay(TestTraps.of("""
                {'rip':'0x0','code':'%s','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0xfe000000',\
                'backing':{'gpa':'0xfe000000','bytes':'0102030405060708'},'x87':{%s},'assumed':['%s'],\
                'expect':{'outcome':'emulated','x87':{'sw':'0x100','tag':3,'st6':'0000000000000080fe3f'}}}"""
                .formatted(WRITE, BEFORE, assumed)), "architectural");
        assertThat(String.join(" ", result.differences().stream().map(Difference::name).toList())).isEqualTo(compared);
    }

    /// There is nothing at RDI.
    @Test
    void aFaultLeavesTheStateAsItWas() {
        assertAgreed(replay(TestTraps.of("""
                {'rip':'0x0','code':'%s','regs':{'rdi':'0x5000'},'gla':'0x2000','gpa':'0xfe000000','x87':{%s},\
                'expect':{'outcome':'exception','vector':14}}""".formatted(READ, BEFORE)), "architectural"));
    }
}
