package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.assertDisagreed;
import static org.vemmio.emulator.recording.replay.Replays.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;

/// A device that holds 5, and 7 once it has been read. What comes out of an instruction is worked out by hand from the
/// Intel SDM (vol. 2; vol. 3, 10.1.2); CF (0x1) and ZF (0x40) are compared.
class VolatileCellTest {
    private static final String DWORD = "'gpa':'0xfe000000','size':4,'then':'0x7'";
    private static final String QWORD = "'gpa':'0xfe000000','size':8,'then':'0x7'";

    private static RecordedTrap trap(String code, String before, String cell, String after, String device) {
        return TestTraps.of("""
                {'rip':'0x0','code':'%s','regs':{'rdi':'0x2000',%s},'gla':'0x2000','gpa':'0xfe000000',\
                'backing':{'gpa':'0xfe000000','bytes':'05000000000000000000000000000000ff'},'volatile':{%s},\
                'expect':{'outcome':'emulated','regs':{%s},'rflags_mask':'0x41','backing':'%s0000000000000000ff'}}"""
                .formatted(code, before, cell, after, device));
    }

    private static ReplayResult replayed(String code, String before, String cell, String after, String device) {
        return replay(trap(code, before, cell, after, device), "architectural");
    }

    static Stream<Named<RecordedTrap>> readModifyWrites() {
        return Stream.of(
                named("lock add [rdi], eax", trap("f00107", "'rax':'0x3'", DWORD, "", "0a00000000000000")),
                named("lock add [rdi], ax", trap("66f00107", "'rax':'0x3'", DWORD, "", "0a00000000000000")),
                named("lock inc byte [rdi]", trap("f0fe07", "'rax':'0x0'", DWORD, "", "0800000000000000")),
                named("lock bts dword [rdi], 1", trap("f00fba2f01", "'rax':'0x0'", DWORD,
                        "'rflags':'0x1'", "0700000000000000")),
                named("lock xadd [rdi], eax", trap("f00fc107", "'rax':'0x3'", DWORD, "'rax':'0x7'", "0a00000000000000")),
                named("xchg [rdi], eax", trap("8707", "'rax':'0x3'", DWORD, "'rax':'0x7'", "0300000000000000")),
                named("lock cmpxchg [rdi], ecx, of the old value", trap("f00fb10f",
                        "'rax':'0x5','rcx':'0x9','rflags':'0x40'", DWORD,
                        "'rax':'0x7','rflags':'0x1'", "0700000000000000")),
                named("lock cmpxchg [rdi], ecx, of the new value", trap("f00fb10f",
                        "'rax':'0x7','rcx':'0x9','rflags':'0x1'", DWORD, "'rflags':'0x40'", "0900000000000000")),
                named("lock cmpxchg8b [rdi], of the old value", trap("f00fc70f",
                        "'rax':'0x5','rbx':'0x9','rflags':'0x40'", QWORD,
                        "'rax':'0x7','rflags':'0x0'", "0700000000000000")),
                named("lock cmpxchg8b [rdi], of the new value", trap("f00fc70f", "'rax':'0x7','rbx':'0x9'", QWORD,
                        "'rflags':'0x40'", "0900000000000000")),
                named("lock cmpxchg16b [rdi], of the old value", trap("f0480fc70f",
                        "'rax':'0x5','rbx':'0x9','rflags':'0x40'", QWORD,
                        "'rax':'0x7','rflags':'0x0'", "0700000000000000")),
                named("lock cmpxchg16b [rdi], of the new value", trap("f0480fc70f", "'rax':'0x7','rbx':'0x9'", QWORD,
                        "'rflags':'0x40'", "0900000000000000")));
    }

    @ParameterizedTest
    @MethodSource("readModifyWrites")
    void aLockedReadModifyWriteIsOfWhatTheCellHoldsWhenItIsWritten(RecordedTrap trap) {
        assertAgreed(replay(trap, "architectural"));
    }

    /// `lock add [rdi], eax`.
    @Test
    void aCompareAndExchangeFailsOnce() {
        List<String> seen = new ArrayList<>();
        MmioEngine.Builder engine = Replays.engine("architectural", "propagate").observer(
                (write, _, bytes, offset, size) -> seen.add((write ? "w " : "r ") + Bytes.get(bytes, offset, size)));
        assertAgreed(replay(trap("f00107", "'rax':'0x3'", DWORD, "", "0a00000000000000"),
                Replay.builder().engine(engine)));
        assertThat(seen).containsExactly("r 5", "r 7", "w 10");
    }

    /// `add [rdi], eax`.
    @Test
    void withoutALockTheChangeIsLost() {
        assertAgreed(replayed("0107", "'rax':'0x3'", DWORD, "", "0800000000000000"));
    }

    /// `lock add [rdi], eax` of four bytes at the start.
    @ParameterizedTest
    @CsvSource({
        "0xfe000000, 1, 0xfe, 0101000000000000",
        "0xfe000001, 1, 0xfe, 08fe000000000000",
        "0xfe000003, 2, 0xbbaa, 080000aabb000000",
        "0xfe000004, 4, 0xddccbbaa, 0800000000000000",
        "0xfe000000, 8, 0x8000000000000000, 0300000000000080"})
    void theCellNeedNotBeTheOperand(String gpa, int size, String then, String device) {
        assertAgreed(replayed("f00107", "'rax':'0x3'", "'gpa':'%s','size':%d,'then':'%s'".formatted(gpa, size, then),
                "", device));
    }

    /// `xchg [rdi], eax`.
    @Test
    void whatIsExpectedOfTheOldValueDisagrees() {
        assertDisagreed(replayed("8707", "'rax':'0x3'", DWORD, "'rax':'0x5'", "0400000000000000"),
                new Difference(Difference.Kind.REGISTER, "rax", "0x5", "0x7"),
                new Difference(Difference.Kind.BACKING, "backing 0xfe000000", "04", "03"));
    }

    /// `mov eax, [rdi]`.
    @Test
    void aReadAloneIsOfTheOldValue() {
        assertAgreed(replayed("8b07", "'rax':'0x3'", DWORD, "'rax':'0x5'", "0700000000000000"));
    }
}
