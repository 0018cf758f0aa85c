package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// What KVM's events tell of instructions that make several accesses, and what registers explain them.
class KvmAccessTest {
    private static Imported imported(String instruction, String... accesses) {
        List<String> lines = new ArrayList<>();
        lines.add("kvm_emulate_insn: " + instruction);
        for (String access : accesses) {
            lines.add(access.startsWith("gva") ? "vcpu_match_mmio: " + access : "kvm_mmio: mmio " + access);
        }
        return Imported.kvm(lines);
    }

    /// Returns the one trap, which has all the accesses and agrees.
    private static RecordedTrap trap(String instruction, String... accesses) {
        Imported imported = imported(instruction, accesses);
        RecordedTrap trap = imported.trap();
        assertThat(imported.summary().accessesLeft()).isEmpty();
        assertThat(verdict(trap)).isEqualTo(Verdict.AGREED);
        return trap;
    }

    private static Verdict verdict(RecordedTrap trap) {
        try (Replay replay = Replay.builder().build()) {
            return replay.replay(trap).verdict();
        }
    }

    // Fragments

    @Test
    void aWideStoreIsPutTogetherFromItsFragments() {
        RecordedTrap trap = trap("0:ffffffff81000000:0f 11 07 (prot64)",
                "write len 8 gpa 0xfebc0000 val 0x1111111111111111",
                "write len 8 gpa 0xfebc0008 val 0x2222222222222222");
        assertThat(trap.cpu().vector(0, 0)).isEqualTo(0x1111111111111111L);
        assertThat(trap.cpu().vector(0, 1)).isEqualTo(0x2222222222222222L);
        assertThat(trap.assumed()).noneMatch(key -> key.startsWith("mmio") || key.startsWith("vec"));
    }

    /// An event has room for 8 bytes of the value.
    @Test
    void whatAnEventHasNoRoomForIsAssumed() {
        RecordedTrap store = trap("0:ffffffff81000000:0f 11 07 (prot64)", "write len 16 gpa 0xfebc0000 val 0x1122");
        assertThat(store.accesses()).containsExactly(DeviceAccess.write(0xfebc0000L, 8, 0x1122),
                DeviceAccess.write(0xfebc0008L, 8, 0));
        assertThat(store.assumed()).contains("mmio[1].value", "vec.ymm0").doesNotContain("mmio[0].value");
        RecordedTrap load = trap("0:ffffffff81000000:0f 10 07 (prot64)",
                "unsatisfied-read len 16 gpa 0xfebc0000 val 0x0", "read len 16 gpa 0xfebc0000 val 0x1122");
        assertThat(load.assumed()).contains("mmio[1].value").doesNotContain("mmio[0].value");
    }

    @Test
    void aStoreAcrossAPageIsTwo() {
        RecordedTrap trap = trap("0:ffffffff81000000:89 07 (prot64)",
                "gva 0xffffc90000005ffd gpa 0xd0000ffd Write GPA", "write len 3 gpa 0xd0000ffd val 0x332211",
                "gva 0xffffc90000006000 gpa 0xe0000000 Write GPA", "write len 1 gpa 0xe0000000 val 0x44");
        assertThat(trap.cpu().gpr(Gpr.RAX)).isEqualTo(0x44332211L);
        assertThat(trap.gla()).isEqualTo(0xffffc90000005ffdL);
        assertThat(trap.guestMemory().windows()).containsExactly(
                new DeviceWindow(0xffffc90000005000L, 0xd0000000L, 4096),
                new DeviceWindow(0xffffc90000006000L, 0xe0000000L, 4096));
        assertThat(trap.accesses()).containsExactly(DeviceAccess.write(0xd0000ffdL, 2, 0x2211),
                DeviceAccess.write(0xd0000fffL, 1, 0x33), DeviceAccess.write(0xe0000000L, 1, 0x44));
    }

    /// KVM asks for the part behind the page, and answers with the whole.
    @Test
    void aLoadAcrossAPageIsOneAnswer() {
        RecordedTrap trap = trap("0:ffffffff81000000:8b 07 (prot64)",
                "unsatisfied-read len 2 gpa 0xd0000ffe val 0x0", "read len 4 gpa 0xd0000ffe val 0x44332211");
        assertThat(trap.accesses()).containsExactly(DeviceAccess.read(0xd0000ffeL, 2, 0x2211),
                DeviceAccess.read(0xd0001000L, 2, 0x4433));
        assertThat(trap.assumed()).contains("mmio[1].gpa").doesNotContain("mmio[1].value");
    }

    // Read-modify-write

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            inc           | ff 07       | 0x41       | 0x42       | rcx | 0x0
            add           | 01 0f       | 0x41       | 0x51       | rcx | 0x10
            sub           | 29 0f       | 0x41       | 0x40       | rcx | 0x1
            xor           | 31 0f       | 0xff       | 0xf0       | rcx | 0xf
            or            | 09 0f       | 0x1        | 0x81       | rcx | 0x81
            and           | 21 0f       | 0x81       | 0x80       | rcx | 0x80
            xchg          | 87 0f       | 0x41       | 0x99       | rcx | 0x99
            lock xadd     | f0 0f c1 0f | 0x41       | 0x44       | rcx | 0x3
            cmpxchg done  | 0f b1 0f    | 0x41       | 0x44       | rcx | 0x44
            shl by cl     | d3 27       | 0x41       | 0x820      | rcx | 0x5
            bts           | 0f ab 0f    | 0x1        | 0x21       | rcx | 0x5
            btr           | 0f b3 0f    | 0x21       | 0x1        | rcx | 0x5
            """)
    void aReadModifyWriteTellsItsRegister(String name, String code, String read, String written, String register,
            String value) {
        RecordedTrap trap = trap("0:ffffffff81000000:" + code + " (prot64)",
                "unsatisfied-read len 4 gpa 0xd0000060 val 0x0", "read len 4 gpa 0xd0000060 val " + read,
                "write len 4 gpa 0xd0000060 val " + written);
        assertThat(trap.accesses()).hasSize(2);
        assertThat(trap.cpu().gpr(Gpr.names().indexOf(register))).as(name).isEqualTo(Long.decode(value));
    }

    @Test
    void aFlagThatIsStoredIsWorkedOut() {
        RecordedTrap trap = trap("0:ffffffff81000000:0f 92 07 (prot64)", "write len 1 gpa 0xd0000060 val 0x1");
        assertThat(trap.cpu().rflags() & Rflags.CF).isNotZero();
        assertThat(trap.assumed()).contains("regs.rflags");
        assertThat(trap("0:ffffffff81000000:0f 92 07 (prot64)", "write len 1 gpa 0xd0000060 val 0x0").cpu().rflags())
                .isZero();
    }

    /// The register that is stored is part of the address, so that the address is not free.
    @ParameterizedTest
    @ValueSource(strings = {"48 89 00", "48 89 04 03", "48 89 04 c3", "48 89 40 20"})
    void aStoredRegisterCanBePartOfTheAddress(String code) {
        RecordedTrap trap = trap("0:ffffffff81000000:" + code + " (prot64)",
                "write len 8 gpa 0xd0000040 val 0xffffc90000000%s".formatted(code.endsWith("20") ? "020" : "040"));
        assertThat(trap.accesses()).hasSize(1);
    }

    // Addresses

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RIP-relative        | 8b 05 00 10 00 00          | 0xffffffff81001006
            absolute            | 8b 04 25 20 d0 5f ff       | 0xffffffffff5fd020
            moffs               | a1 20 d0 5f ff ff ff ff ff | 0xffffffffff5fd020
            """)
    void anAddressThatTheInstructionTellsIsNotAssumed(String name, String code, String gla) {
        long linear = Long.parseUnsignedLong(gla.substring(2), 16);
        RecordedTrap trap = trap("0:ffffffff81000000:" + code + " (prot64)",
                "read len 4 gpa 0x%x val 0x5".formatted(0xfee00000L | linear & 0xfff));
        assertThat(trap.gla()).as(name).isEqualTo(linear);
        assertThat(trap.assumed()).containsExactly("cpl", trap.assumed().getLast());
    }

    @Test
    void inRealModeALinearAddressIsAPhysicalOne() {
        RecordedTrap trap = trap("c0000:1e8e:26 67 88 02 (real)", "write len 1 gpa 0xb8fa2 val 0x53");
        assertThat(trap.gla()).isEqualTo(0xb8fa2L);
        assertThat(trap.cpu().segmentBase(Segment.CS)).isEqualTo(0xc0000L);
        assertThat(trap.cpu().segmentBase(Segment.ES) + trap.cpu().gpr(Gpr.RDX)).isEqualTo(0xb8fa2L);
        assertThat(trap.assumed()).doesNotContain("gla", "cpl").contains("segs.es", "regs.rdx");
    }

    @Test
    void aSegmentOfItsOwnIsWorkedOutFromTheLinearAddress() {
        RecordedTrap trap = trap("0:ffffffff81000000:65 8b 04 25 20 00 00 00 (prot64)",
                "gva 0xffffc90000005060 gpa 0xd0000060 Read GPA", "read len 4 gpa 0xd0000060 val 0x1");
        assertThat(trap.cpu().segmentBase(Segment.GS)).isEqualTo(0xffffc90000005040L);
        assertThat(trap.assumed()).doesNotContain("segs.gs", "gla");
    }

    // Strings

    @ParameterizedTest
    @CsvSource({"f3 ab, prot32, 4, 1", "f3 66 ab, prot64, 2, 1", "f3 ab, real, 2, -1", "f3 48 ab, prot64, 8, -1",
        "f3 67 ab, real, 2, 1"})
    void aRepeatedStoreHasAsManyElementsAsAccesses(String code, String mode, int size, int direction) {
        List<String> accesses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            accesses.add("write len %d gpa 0x%x val 0x11".formatted(size, 0xb8ffcL + (long) direction * i * size));
        }
        RecordedTrap trap = trap("0:1000:%s (%s)".formatted(code, mode), accesses.toArray(String[]::new));
        assertThat(trap.cpu().gpr(Gpr.RCX)).isEqualTo(5);
        assertThat(trap.cpu().gpr(Gpr.RAX)).isEqualTo(0x11);
        assertThat(trap.cpu().rflags() & Rflags.DF).isEqualTo(direction < 0 ? Rflags.DF : 0);
        assertThat(trap.assumed()).contains("regs.rcx", "regs.rdi").doesNotContain("regs.rax", "regs.rflags");
    }

    @ParameterizedTest
    @ValueSource(strings = {"real", "prot32", "prot64"})
    void aMoveToADeviceHasItsSourceInMemory(String mode) {
        RecordedTrap trap = trap("0:1000:f3 a4 (%s)".formatted(mode), "write len 1 gpa 0xa0000 val 0x11",
                "write len 1 gpa 0xa0001 val 0x22", "write len 1 gpa 0xa0002 val 0x33");
        assertThat(trap.guestMemory().ranges().getFirst().bytes()).containsExactly(0x11, 0x22, 0x33);
        assertThat(trap.assumed()).contains("mem[0].gla", "regs.rsi", "regs.rdi").doesNotContain("mem[0].bytes");
    }

    @Test
    void aMoveFromADeviceHasItsDestinationInMemory() {
        RecordedTrap trap = trap("0:ffffffff81000000:f3 a5 (prot64)", "unsatisfied-read len 4 gpa 0xd0000000 val 0x0",
                "read len 4 gpa 0xd0000000 val 0x11", "unsatisfied-read len 4 gpa 0xd0000004 val 0x0",
                "read len 4 gpa 0xd0000004 val 0x22");
        assertThat(trap.cpu().gpr(Gpr.RCX)).isEqualTo(2);
        assertThat(trap.assumed()).contains("mem[0].gla", "mem[0].bytes", "regs.rsi", "regs.rdi");
    }

    @Test
    void aMoveCanHaveDevicesOnBothSides() {
        RecordedTrap trap = trap("0:ffffffff81000000:f3 a4 (prot64)", "read len 1 gpa 0xbf080 val 0x5b",
                "write len 1 gpa 0xb8000 val 0x5b", "read len 1 gpa 0xbf081 val 0x7",
                "write len 1 gpa 0xb8001 val 0x7");
        assertThat(trap.cpu().gpr(Gpr.RSI) - trap.cpu().gpr(Gpr.RDI)).isEqualTo(0x7080);
        assertThat(trap.guestMemory().ranges()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"f3 a6, 7 7 9, 3", "f2 a6, 7 8 9, 3", "f2 ae, 7 8 9, 3", "f3 ae, 7 7 7, 3", "a6, 7, 0", "ae, 7, 0"})
    void aComparisonGoesAsFarAsTheAccesses(String code, String values, long count) {
        List<String> accesses = new ArrayList<>();
        long gpa = 0xd0000000L;
        for (String value : values.split(" ")) {
            accesses.add("read len 1 gpa 0x%x val 0x%s".formatted(gpa++, value));
        }
        RecordedTrap trap = trap("0:ffffffff81000000:" + code + " (prot64)", accesses.toArray(String[]::new));
        assertThat(trap.cpu().gpr(Gpr.RCX)).isEqualTo(count);
    }

    @Test
    void elementsThatAreNotBesideEachOtherAreNobodys() {
        Imported imported = imported("0:1000:f3 aa (prot32)", "write len 1 gpa 0xa0000 val 0x11",
                "write len 1 gpa 0xa0001 val 0x11", "write len 1 gpa 0xa0003 val 0x11");
        assertThat(imported.trap().accesses()).hasSize(2);
        assertThat(imported.summary().accessesLeft()).isEqualTo(Map.of(ImportReason.GAP, 1L));
    }

    /// As many as a 16-bit count can tell, in pieces of what is held at a time.
    @Test
    void aLongRepetitionBecomesSeveralTraps() {
        List<String> accesses = new ArrayList<>();
        for (int i = 0; i < 2 * Limits.IMPORTED_ACCESSES + 7; i++) {
            accesses.add("write len 1 gpa 0x%x val 0x11".formatted(0xd0000000L + i));
        }
        Imported imported = imported("0:ffffffff81000000:f3 aa (prot64)", accesses.toArray(String[]::new));
        assertThat(imported.traps()).extracting(trap -> trap.accesses().size())
                .containsExactly(Limits.IMPORTED_ACCESSES, Limits.IMPORTED_ACCESSES, 7);
        assertThat(imported.summary().accessesInTraps()).isEqualTo(accesses.size());
        assertThat(imported.traps()).allSatisfy(trap -> assertThat(verdict(trap)).isEqualTo(Verdict.AGREED));
    }

    // A stack beside the operand

    @ParameterizedTest
    @CsvSource({"ff 37, read, 8", "8f 07, write, 8"})
    void theStackBesideAnOperandIsMemory(String code, String direction, int size) {
        RecordedTrap trap = trap("0:ffffffff81000000:" + code + " (prot64)",
                "%s len %d gpa 0xd0000000 val 0x1122".formatted(direction, size));
        assertThat(trap.assumed()).contains("regs.rsp", "mem[0].gla");
    }
}
