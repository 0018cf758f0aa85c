package org.vemmio.emulator.cpu;

import java.util.List;

/// Numbers of the general-purpose registers, as ModRM, SIB and REX encode them (Intel SDM vol. 2, 2.1.5 and table 3-1).
public final class Gpr {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;

    /// How many there are.
    public static final int COUNT = 16;

    private static final List<String> NAMES = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
            "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15");

    private Gpr() {
    }

    /// {@return the 64-bit names in the order of their numbers, lower case}
    public static List<String> names() {
        return NAMES;
    }

    /// {@return the 64-bit name of register `number`}
    ///
    /// @throws IndexOutOfBoundsException if `number` is not within 0 to 15
    public static String name(int number) {
        return NAMES.get(number);
    }

    /// {@return `slot`, a 64-bit register, after a write of `size` bytes}
    ///
    /// A 4-byte write clears bits 63:32; 1- and 2-byte writes keep the bits above them (Intel SDM vol. 1, 3.4.1.1).
    ///
    /// @param slot the register before the write
    /// @param size 1, 2, 4 or 8 bytes
    /// @param value the value, of which the low `size` bytes count
    public static long merge(long slot, int size, long value) {
        return switch (size) {
            case 1 -> slot & ~0xffL | value & 0xffL;
            case 2 -> slot & ~0xffffL | value & 0xffffL;
            case 4 -> value & 0xffff_ffffL;
            case 8 -> value;
            default -> throw new IllegalArgumentException("a register has 1, 2, 4 or 8 bytes, not " + size);
        };
    }
}
