package org.vemmio.emulator.hex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;

/// What logs tell beside the bytes.
class CrashDumpTest {
    private static List<CrashDump> dumps(String file) throws IOException {
        try (InputStream in = CrashDumpTest.class.getResourceAsStream(file)) {
            return HexInput.open(file, in).dumps();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "qemu.txt,                                       rip, 47415e9",
        "qemu.txt,                                       r13, 477aa44",
        "qemu.txt,                                       rflags, 97",
        "qemu.txt,                                       efer, 500",
        "oops-linux-6.12.117-oops-in-softirq.txt,        rdi, 1234567812345678",
        "oops-linux-6.12.117-oops-in-softirq.txt,        r8, 1531906db",
        "oops-linux-6.12.117-oops-in-softirq.txt,        cr2, 42e960",
        "oops-linux-6.12.117-oops-in-softirq.txt,        rsp, ffffc90000093e38",
        "oops-mail.txt,                                  rcx, 2",
        "oops-mail.txt,                                  cr4, 750ef0",
        "oops-journal.txt,                               rsi, ffffc90000005060",
        "oops-i386.txt,                                  rdx, f8005060",
        "oops-last.txt,                                  rax, 41",
        "edk2.txt,                                       rip, 597e71c1",
        "edk2.txt,                                       r9, 0",
        "gdb-registers.txt,                              r10, 7ffff7fca878",
        "gdb-registers.txt,                              rflags, 10246",
        "haxm.txt,                                       rip, d039d6d3",
        "haxm.txt,                                       rsp, d4d01978",
        "sev.txt,                                        rip, 76c1b45a08c0",
        "xen.txt,                                        rip, ffffffff8104bb80",
        "cloud-hypervisor.txt,                           rip, 401106"})
    void aRegisterIsRead(String file, String register, String value) throws IOException {
        assertThat(dumps(file).getLast().register(register)).hasValue(Long.parseUnsignedLong(value, 16));
    }

    @ParameterizedTest
    @CsvSource({"qemu.txt, 64", "oops-i386.txt, 32", "oops-last.txt, 64", "haxm.txt, 32", "xen.txt, 64", "edk2.txt, 64",
        "gdb-registers.txt, 64"})
    void theModeIsTold(String file, int bits) throws IOException {
        assertThat(dumps(file).getLast().mode()).contains(CodeMode.of(bits));
    }

    @Test
    void whatIsNotToldIsAbsent() throws IOException {
        CrashDump dump = dumps("oops-last.txt").getLast();
        assertThat(dump.register("rip")).isEmpty();
        assertThat(dump.register("r15")).isEmpty();
        assertThat(dump.codeAddress()).isEmpty();
        assertThat(dump.symbol()).isEqualTo("fault+0x55/0xa0 [spl]");
        assertThat(dump.segments().get("cs").selector()).isEqualTo(OptionalLong.of(0x10));
    }

    @Test
    void segmentsHaveSelectorAndBase() throws IOException {
        CrashDump linux = dumps("oops-linux-6.12.117-oops-in-softirq.txt").getFirst();
        assertThat(linux.segmentBase("gs")).hasValue(0xffff88801f400000L);
        assertThat(linux.segments().get("ss").selector()).hasValue(0x18);
        assertThat(dumps("haxm.txt").getLast().segmentBase("fs")).hasValue(0xd0973ff8L);
    }

    @Test
    void aRealModeDumpIs16Bit() throws IOException {
        CrashDump dump = HexInput.of("f", """
                EAX=00000000 EBX=00000000 ECX=00000000 EDX=00000663
                EIP=0000e05b EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0
                CS =f000 000f0000 0000ffff 00009b00
                CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000
                Code=ea 5b e0 00 f0 30 36 2f <2e> 66 83 3e
                """).dumps().getFirst();
        assertThat(dump.mode()).contains(CodeMode.CODE16);
        assertThat(dump.segmentBase("cs")).hasValue(0xf0000);
        assertThat(dump.codeAddress()).hasValue(0xe05b - 8);
    }

    @Test
    void everyPlaceWithBytesIsADump() throws IOException {
        assertThat(dumps("oops-last.txt")).extracting(CrashDump::line).containsExactly(3, 7);
        assertThat(dumps("oops-last.txt")).extracting(dump -> dump.register("rax").orElse(-1)).containsExactly(1L, 0x41L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tdx: Unexpected #VE: 28   | #VE reason 28 is an access to a control register, not an EPT violation",
        "tdx: Unexpected #VE: 9999 | #VE reason 9999 is none that a TDX module is known to inject",
        "SEV: Unsupported exit-code 0x404 in #VC exception (IP: 0x1000) | exit code 0x404 is \"page not validated\""})
    void aMessageHasItsMeaning(String message, String meaning) throws IOException {
        for (String log : List.of(message + "\nCode: 89 <8b> 07", "Code: 89 <8b> 07\n" + message)) {
            assertThat(HexInput.of("f", log).dumps().getLast().notes()).singleElement().asString().startsWith(meaning);
        }
    }

    @Test
    void anEptViolationNeedsNoExplanation() throws IOException {
        assertThat(HexInput.of("f", "tdx: Unexpected #VE: 48\nCode: <8b> 07").dumps().getLast().notes()).isEmpty();
    }

    @Test
    void zerosAreNoCode() throws IOException {
        assertThat(HexInput.of("f", "Code: 8b 07 <00> 00 00").dumps().getLast().notes()).singleElement().asString()
                .contains("this is not code");
        assertThat(HexInput.of("f", "Code: 8b 07 <00> 07 00").dumps().getLast().notes()).isEmpty();
    }

    @Test
    void bytesGoOnInTheNextLineAndThroughQuotedPrintable() throws IOException {
        String wrapped = "> Code: 48 89\n> e5 <8b> 07\n> c3\nRIP: 0010:f+0x1/0x2";
        assertThat(HexInput.of("f", wrapped).dumps().getLast().code())
                .isEqualTo(new byte[] {0x48, (byte) 0x89, (byte) 0xe5, (byte) 0x8b, 7, (byte) 0xc3});
        String soft = "[    1.000000] Code: " + "90 ".repeat(20) + "<8=\nb> 07 c3\n";
        assertThat(HexInput.of("f", soft).dumps().getLast().trapping()).isEqualTo(20);
    }
}
