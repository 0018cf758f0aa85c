package org.vemmio.decoder;

import java.util.List;
import java.util.stream.IntStream;

/// A set of registers of one kind and width, numbered as instructions encode them (Intel SDM Vol. 1, 3.4 and 3.7.2;
/// Vol. 2A, tables 2-1 to 2-3).
public enum RegisterFile {
    /// Low bytes of the general-purpose registers: al cl dl bl spl bpl sil dil r8b … r15b.
    GPR8(8, "al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b"),
    /// Bits 15:8 of the first four general-purpose registers, numbered 0 to 3 by the register they are part of.
    GPR8_HIGH(8, "ah ch dh bh"),
    /// Low words of the general-purpose registers: ax cx dx bx sp bp si di r8w … r15w.
    GPR16(16, "ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w"),
    /// Low doublewords of the general-purpose registers: eax ecx edx ebx esp ebp esi edi r8d … r15d.
    GPR32(32, "eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d"),
    /// The general-purpose registers: rax rcx rdx rbx rsp rbp rsi rdi r8 … r15.
    GPR64(64, "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15"),
    /// Segment registers: es cs ss ds fs gs.
    SEGMENT(16, "es cs ss ds fs gs"),
    /// The x87 stack, 0 being its top.
    X87(80, numbered("st", 8)),
    /// MMX registers.
    MMX(64, numbered("mm", 8)),
    /// 128-bit vector registers.
    XMM(128, numbered("xmm", 32)),
    /// 256-bit vector registers, of which the XMM ones are the low halves.
    YMM(256, numbered("ymm", 32)),
    /// 512-bit vector registers, of which the YMM ones are the low halves.
    ZMM(512, numbered("zmm", 32)),
    /// AVX-512 mask registers.
    MASK(64, numbered("k", 8)),
    /// Control registers; 32 bits wide outside 64-bit mode.
    CONTROL(64, numbered("cr", 16)),
    /// Debug registers; 32 bits wide outside 64-bit mode.
    DEBUG(64, numbered("dr", 16)),
    /// The instruction pointer: ip eip rip, 16, 32 and 64 bits of one register.
    IP(0, "ip eip rip"),
    /// The flags: flags eflags rflags, 16, 32 and 64 bits of one register.
    FLAGS(0, "flags eflags rflags"),
    /// MPX bound registers.
    BOUND(128, numbered("bnd", 4)),
    /// AMX tiles, at their largest.
    TILE(8192, numbered("tmm", 8)),
    /// Registers that stand alone: descriptor tables, x87, SSE and protection-key control, test registers.
    OTHER(0, "x87control x87status x87tag mxcsr xcr0 pkru gdtr idtr ldtr tr bndcfg bndstatus uif "
            + numbered("tr", 8));

    private final int width;
    private final List<String> names;
    private final List<Register> registers;

    RegisterFile(int width, String names) {
        this.width = width;
        this.names = List.of(names.split(" "));
        this.registers = IntStream.range(0, this.names.size()).mapToObj(i -> new Register(this, i)).toList();
    }

    private static String numbered(String prefix, int count) {
        return String.join(" ", IntStream.range(0, count).mapToObj(i -> prefix + i).toList());
    }

    /// {@return the registers of this file, the one with number `n` at index `n`}
    public List<Register> registers() {
        return registers;
    }

    /// {@return whether these are general-purpose registers or parts of them}
    public boolean isGeneralPurpose() {
        return ordinal() <= GPR64.ordinal();
    }

    /// {@return whether these are XMM, YMM or ZMM registers}
    public boolean isVector() {
        return this == XMM || this == YMM || this == ZMM;
    }

    int size() {
        return names.size();
    }

    String name(int number) {
        return names.get(number);
    }

    int width(int number) {
        return switch (this) {
            case IP, FLAGS -> 16 << number;
            case OTHER -> otherWidth(names.get(number));
            default -> width;
        };
    }

    private static int otherWidth(String name) {
        return switch (name) {
            case "uif" -> 1;
            case "x87control", "x87status", "x87tag", "ldtr", "tr" -> 16;
            case "gdtr", "idtr" -> 80;
            case "xcr0", "bndcfg", "bndstatus" -> 64;
            default -> 32;
        };
    }
}
