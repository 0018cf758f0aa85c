package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// Traps out of dumps of registers.
class DumpImporterTest {
    /// RDI points to a device, RSI to memory.
    private static final String REGISTERS = """
            RSP: 0018:ffff888000002000 EFLAGS: 00010046
            RAX: 00000000a0a0a0a0 RBX: 0000000000000010 RCX: 0000000000000003
            RDX: ffffc90000006ffe RSI: ffff888000001000 RDI: ffffc90000005060
            GS:ffff88801f400000(0000) knlGS:0000000000000000
            CR2: %s CR3: 0000000005490000
            """;
    private static final String HEAD = "RIP: 0010:0xffffffff8104bb80\n";

    private static Imported dump(String text) {
        return Imported.of("dump", new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String oops(String code, String cr2) {
        return HEAD + "Code: 90 90 <" + code.substring(0, 2) + ">" + code.substring(2)
                + " 90".repeat(15) + "\n" + REGISTERS.formatted(cr2);
    }

    private static String oops(String code) {
        return oops(code, "0000000000000000");
    }

    private static String text(List<DeviceAccess> accesses) {
        return String.join("; ", accesses.stream().map(DeviceAccess::toString).toList());
    }

    private static Verdict verdict(String handler, RecordedTrap trap) {
        MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named(handler));
        try (Replay replay = Replay.builder().engine(engine).build()) {
            return replay.replay(trap).verdict();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "8b 07                | ffffc90000005060 | read 4 bytes at 0xd0000060 = 0x0         | mmio[0].gpa mmio[0].value",
        "89 47 08             | ffffc90000005068 | write 4 bytes at 0xd0000068 = 0xa0a0a0a0 | mmio[0].gpa",
        "c7 04 1f 05 00 00 00 | ffffc90000005070 | write 4 bytes at 0xd0000070 = 0x5        | mmio[0].gpa",
        "01 07                | ffffc90000005060 | read 4 bytes at 0xd0000060 = 0x0; write 4 bytes at 0xd0000060 = 0xa0a0a0a0 | mmio[0].gpa mmio[0].value mmio[1].gpa mmio[1].value",
        "66 ab                | ffffc90000005060 | write 2 bytes at 0xd0000060 = 0xa0a0     | mmio[0].gpa",
        "f3 ab                | ffffc90000005060 | write 4 bytes at 0xd0000060 = 0xa0a0a0a0; write 4 bytes at 0xd0000064 = 0xa0a0a0a0; write 4 bytes at 0xd0000068 = 0xa0a0a0a0 | mmio[0].gpa mmio[1].gpa mmio[2].gpa",
        "89 02                | ffffc90000006ffe | write 2 bytes at 0xd0000ffe = 0xa0a0; write 2 bytes at 0xd0001000 = 0xa0a0 | mmio[0].gpa mmio[1].gpa",
        "65 8b 04 25 08 00 00 00 | ffff88801f400008 | read 4 bytes at 0xd0000008 = 0x0      | mmio[0].gpa mmio[0].value",
        "8b 05 10 00 00 00    | ffffffff8104bb96 | read 4 bytes at 0xd0000b96 = 0x0         | mmio[0].gpa mmio[0].value",
        "c5 fc 11 07          | ffffc90000005060 | write 8 bytes at 0xd0000060 = 0x0; write 8 bytes at 0xd0000068 = 0x0; write 8 bytes at 0xd0000070 = 0x0; write 8 bytes at 0xd0000078 = 0x0 | vec.ymm0 mmio[0].gpa mmio[0].value mmio[1].gpa mmio[1].value mmio[2].gpa mmio[2].value mmio[3].gpa mmio[3].value"})
    void theAccessesAreThoseOfTheProcessor(String code, String gla, String accesses, String assumed) {
        RecordedTrap trap = dump(oops(code)).trap();
        assertThat(Long.toHexString(trap.gla())).isEqualTo(gla);
        assertThat(text(trap.accesses())).isEqualTo(accesses);
        assertThat(String.join(" ", trap.assumed().stream().filter(key -> !key.equals("gpa")).toList()))
                .isEqualTo(assumed);
        assertThat(verdict("architectural", trap)).isEqualTo(Verdict.AGREED);
    }

    @Test
    void theRegistersAreThoseOfTheDump() {
        RecordedTrap trap = dump(oops("8b 07")).trap();
        assertThat(trap.rip()).isEqualTo(0xffff_ffff_8104_bb80L);
        assertThat(trap.cpl()).isZero();
        assertThat(trap.cpu().gpr(2)).isEqualTo(0xffff_c900_0000_6ffeL);
        assertThat(trap.cpu().rflags()).isEqualTo(0x10046);
        assertThat(trap.cpu().segmentBase(5)).isEqualTo(0xffff_8880_1f40_0000L);
        assertThat(trap.code()).hasSize(15).startsWith(0x8b, 7, 0x90);
    }

    @Test
    void ofTwoOperandsTheDeviceIsWhereCr2Points() {
        RecordedTrap trap = dump(oops("a4", "ffff888000001000")).trap();
        assertThat(trap.gla()).isEqualTo(0xffff_8880_0000_1000L);
        assertThat(text(trap.accesses())).isEqualTo("read 1 byte at 0xd0000000 = 0x0");
        assertThat(trap.guestMemory().ranges()).extracting(ByteRange::address).containsExactly(0xffff_c900_0000_5060L);
        assertThat(trap.assumed()).doesNotContain("gla").contains("mem[0].bytes");
        RecordedTrap other = dump(oops("a4")).trap();
        assertThat(other.gla()).isEqualTo(0xffff_c900_0000_5060L);
        assertThat(other.assumed()).contains("gla", "mmio[0].value");
    }

    @Test
    void aStackIsOrdinaryMemory() {
        RecordedTrap trap = dump(oops("ff 37")).trap();
        assertThat(text(trap.accesses())).isEqualTo("read 8 bytes at 0xd0000060 = 0x0");
        assertThat(trap.guestMemory().ranges()).extracting(ByteRange::address).containsExactly(0xffff_8880_0000_1ff8L);
    }

    @Test
    void whatRepeatsEndsWithItsPage() {
        String text = oops("f3 ab").replace("RCX: 0000000000000003", "RCX: 000000007ffffffe");
        RecordedTrap trap = dump(text).trap();
        assertThat(trap.accesses()).hasSize((0x1000 - 0x60) / 4);
        assertThat(trap.assumed()).contains("regs.rcx");
        assertThat(verdict("architectural", trap)).isEqualTo(Verdict.AGREED);
        RecordedTrap down = dump(text.replace("EFLAGS: 00010046", "EFLAGS: 00010446")).trap();
        assertThat(down.accesses()).hasSize(0x60 / 4 + 1);
        assertThat(verdict("architectural", down)).isEqualTo(Verdict.AGREED);
    }

    /// vshufps is not supported; the Linux handlers take it for a store of a byte.
    @Test
    void anUnsupportedInstructionHasTheAccessOfItsOperand() {
        RecordedTrap trap = dump(oops("c5 f8 c6 07 01")).trap();
        assertThat(text(trap.accesses())).isEqualTo(
                "read 8 bytes at 0xd0000060 = 0x0; read 8 bytes at 0xd0000068 = 0x0");
        assertThat(verdict("architectural", trap)).isEqualTo(Verdict.REFUSED);
        assertThat(verdict("linux-tdx", trap)).isEqualTo(Verdict.DISAGREED);
    }

    @Test
    void anAddressThatFaultsMakesNoAccess() {
        RecordedTrap trap = dump(oops("8b 07").replace("RDI: ffffc90000005060", "RDI: 1234567812345678")).trap();
        assertThat(trap.accesses()).isEmpty();
        assertThat(trap.assumed()).containsExactly("gpa", "backing.bytes");
        assertThat(verdict("architectural", trap)).isEqualTo(Verdict.REFUSED);
        assertThat(verdict("linux-tdx", trap)).isEqualTo(Verdict.AGREED);
    }

    /// Registers of an address that the dump lacks.
    @Test
    void whatIsMissingIsAssumed() {
        RecordedTrap trap = dump("RIP: 0010:f+0x1/0x2\nCode: <89> 44 9f 08 c3\n").trap();
        assertThat(trap.gla()).isEqualTo(0xffff_8880_d000_0000L);
        assertThat(trap.assumed()).containsExactly("rip", "code[5:]", "regs.rax", "gla", "regs.rdi", "regs.rbx", "gpa",
                "mmio[0].gpa", "mmio[0].value");
        RecordedTrap pointed = dump("RIP: 0010:f+0x1/0x2\nCode: <89> 44 9f 08 c3\nCR2: ffffc90000005064\n").trap();
        assertThat(pointed.gla()).isEqualTo(0xffff_c900_0000_5064L);
        assertThat(pointed.assumed()).contains("gla", "regs.rdi");
    }

    @Test
    void withoutPagingTheAddressIsKnown() {
        RecordedTrap trap = dump("""
                EAX=00000000 EBX=00000000 ECX=00000000 EDX=00000663
                ESI=00000000 EDI=fee00020 EBP=00000000 ESP=00006f00
                EIP=0000e05b EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0
                DS =0010 00000000 ffffffff 00c09300
                CS =0008 00000000 ffffffff 00c09b00
                CR0=00000011 CR2=00000000 CR3=00000000 CR4=00000000
                Code=90 90 <8b> 07 90 90 90 90 90 90 90 90 90 90 90 90 90
                """).trap();
        assertThat(trap.gpa()).isEqualTo(trap.gla()).isEqualTo(0xfee0_0020L);
        assertThat(trap.assumed()).containsExactly("mmio[0].value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0f 0b                | NO_MEMORY_OPERAND",
        "0f 1f 00             | NO_MEMORY_OPERAND",
        "06                   | NOT_AN_INSTRUCTION",
        "00 00                | NOT_AN_INSTRUCTION",
        "c4 e2 6d 92 04 4f    | SCATTERED"})
    void whatIsNoTrapIsCounted(String code, ImportReason reason) {
        Imported imported = dump(oops(code));
        assertThat(imported.traps()).isEmpty();
        assertThat(imported.summary().instructionsLeft()).isEqualTo(Map.of(reason, 1L));
    }

    @Test
    void dumpsWithoutBytesAMarkOrNewsAreCounted() {
        String whole = oops("8b 07");
        Imported imported = dump(whole + whole + oops("89 07") + "RIP: 0033:0x401000\nCode: Unable to access opcode bytes\n"
                + "RIP: 0033:0x401000\nCode: 8b 07 90 90\n");
        assertThat(imported.traps()).hasSize(2);
        assertThat(imported.summary().instructionsLeft()).isEqualTo(Map.of(ImportReason.REPEATED, 1L,
                ImportReason.NO_BYTES, 1L, ImportReason.UNMARKED, 1L));
    }

    @Test
    void aKernelLogIsRecognisedThoughItsTrapIsFarAway() {
        String log = "[    0.000000] Linux version 6.12.117\n".repeat(3000) + oops("8b 07");
        try (SourceLines lines = SourceLines.open("text",
                new ByteArrayInputStream(log.getBytes(StandardCharsets.ISO_8859_1)))) {
            assertThat(TrapImporters.recognising(new ImportSource(lines, Optional.empty()))).map(TrapImporter::name)
                    .contains("dump");
        }
        assertThat(dump(log).traps()).hasSize(1);
    }

    @Test
    void aTextWithoutDumpsIsRefused() {
        assertThatThrownBy(() -> dump("[    0.000000] Linux version 6.12.117\n")).isInstanceOf(ImportException.class)
                .hasMessageStartingWith("text: no line has code bytes as a dump has them;");
    }
}
