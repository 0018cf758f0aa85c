package org.vemmio.emulator.hex;

import java.util.List;

/// The forms, in the order in which they are tried.
final class HexForms {
    private static final DumpUnit OCTAL_BYTES = new DumpUnit(8, 1, false);
    private static final DumpUnit DECIMAL_BYTES = new DumpUnit(10, 1, true);
    private static final DumpUnit DECIMAL_WORDS = new DumpUnit(10, 2, true);
    private static final DumpUnit OCTAL_WORDS = new DumpUnit(8, 2, false);
    private static final DumpUnit BITS = new DumpUnit(2, 1, false);

    static final List<HexForm> ALL = List.of(
            new JsonForm(),
            new KvmTraceForm(),
            new LogForm(LogCode.OOPS, "Linux's oops or warning in dmesg, journal or mail: the line Code:, and registers",
                    "RIP: 0010:fault+0x55/0xa0 [spl]\nCode: 78 56 34 12 <f3> 66 ab 90 90"),
            new LogForm(LogCode.QEMU, "QEMU's dump of a virtual processor, as after a KVM internal error",
                    "RIP=00000000047415e9 RFL=00000097 [--S-APC] CPL=0 II=0 A20=1 SMM=0 HLT=0\n"
                            + "Code=89 f0 <c4> 42 69 f7 c0 4c 89 d2"),
            new LogForm(LogCode.SEV, "Linux in a SEV-ES or SEV-SNP guest: the first bytes of the instruction",
                    "SEV: Wrong/unhandled opcode bytes: 0x8b, exit_code: 0x404, rIP: 0x577566600c3b"),
            new LogForm(LogCode.HAXM, "HAXM",
                    "haxm_panic: em_decode_insn() failed: vcpu_id=0, len=3, CS:IP=0x0:0xd039d6d3,"
                            + " instr[0..5]=0xf2 0x66 0xab 0x5f 0x5d 0xc3"),
            new LogForm(LogCode.BHYVE, "bhyve",
                    "Failed to emulate instruction [0x0f 0xae 0x3b 0x8b] at 0xffffffff8104bb80"),
            new LogForm(LogCode.XEN, "Xen",
                    "(XEN) MMIO emulation failed (1): d1v0 64bit @ 0008:ffffffff8104bb80 -> 8b 04 25 20 d0"),
            new LogForm(LogCode.OPENVMM, "OpenVMM", "instruction_bytes=[48, 8B, 07]"),
            new LogForm(LogCode.CLOUD_HYPERVISOR, "Cloud Hypervisor on mshv, with -vv",
                    "Fetching 16 bytes from 0x401106\nFetched [48, 8b, 7, f3, 66, ab]"),
            new LogForm(LogCode.GDB, "gdb's info registers and x/16xb $rip",
                    "rdi            0xfee00000          4276092928\nrip            0x401106            0x401106 <f>\n"
                            + "0x401106 <f>:\t0x48\t0x8b\t0x07"),
            new LogForm(LogCode.EDK2, "edk2's dump of an exception; it has no code bytes of its own",
                    "!!!! X64 Exception Type - 06(#UD - Invalid Opcode)  CPU Apic ID - 00000000 !!!!\n"
                            + "RIP  - 000000007E35FAB6, CS  - 0000000000000038, RFLAGS - 0000000000010006\n"
                            + "RAX  - 0000000000000000, RCX - 000000007E3598F2, RDX - 00000000078BFBFF"),
            new GdbForm(),
            new DumpForm("objdump-s", "objdump -s of GNU or LLVM",
                    "Contents of section .text:\n 401106 488b07f3 66ab                        H...f.",
                    DumpForm.Kind.OBJDUMP, DumpUnit.PAIRS),
            new DumpForm("xxd", "xxd", "00000000: 488b 07f3 66ab                           H...f.",
                    DumpForm.Kind.XXD, DumpUnit.PAIRS),
            new DumpForm("xxd-e", "xxd -e: little-endian words", "00000000: f3078b48     ab66                    H...f.",
                    DumpForm.Kind.XXD, DumpUnit.WORDS),
            new DumpForm("xxd-b", "xxd -b: binary",
                    "00000000: 01001000 10001011 00000111                             H..", DumpForm.Kind.XXD, BITS),
            ListingForm.gdbDisassemble(),
            ListingForm.qemuInAsm(),
            ListingForm.objdump(),
            ListingForm.ida(),
            ListingForm.ndisasm(),
            ListingForm.windbg(),
            ListingForm.ghidra(),
            new DumpForm("windbg-db", "WinDbg's db",
                    "fffff800`03a5f0c0  48 8b 05 00 00 00 00 8b-00 48 63 ff 48 8d 15 00  H........Hc.H...",
                    DumpForm.Kind.WINDBG, DumpUnit.PAIRS),
            new DumpForm("hexdump", "hexdump -C",
                    "00000000  48 8b 07 f3 66 ab                                 |H...f.|", DumpForm.Kind.HEXDUMP,
                    DumpUnit.PAIRS),
            new DumpForm("od", "od -t x1, addresses in any radix", "0000000 48 8b 07 f3 66 ab\n0000006",
                    DumpForm.Kind.OD, DumpUnit.PAIRS),
            new DumpForm("od-o1", "od -b or od -t o1: octal bytes; only where --from says so",
                    "0000000 110 213 007 363 146 253", DumpForm.Kind.OD, OCTAL_BYTES),
            new DumpForm("od-u1", "od -t u1 or d1: decimal bytes; only where --from says so",
                    "0000000  72 139   7 243 102 171", DumpForm.Kind.OD, DECIMAL_BYTES),
            new DumpForm("od-x2", "od -x or hexdump: little-endian words; only where --from says so",
                    "0000000 8b48 f307 ab66", DumpForm.Kind.OD, DumpUnit.WORDS),
            new DumpForm("od-u2", "od -d: little-endian words in decimal; only where --from says so",
                    "0000000 35656 62215 43878", DumpForm.Kind.OD, DECIMAL_WORDS),
            new DumpForm("od-o2", "od: little-endian words in octal; only where --from says so",
                    "0000000 105510 171407 125546", DumpForm.Kind.OD, OCTAL_WORDS),
            new DumpForm("od-x4", "od -t x4: little-endian words; only where --from says so",
                    "0000000 f3078b48 0000ab66", DumpForm.Kind.OD, DumpUnit.WORDS),
            new DumpForm("od-x8", "od -t x8: little-endian words; only where --from says so",
                    "0000000 0000ab66f3078b48", DumpForm.Kind.OD, DumpUnit.WORDS),
            new DecimalForm(),
            new PlainForm());

    private HexForms() {
    }
}
