package org.vemmio.emulator.operation;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Segment;

/// How an operand in memory is addressed: segment, base, index, scale, displacement and address size (Intel SDM vol. 1,
/// 3.7.5). Immutable.
///
/// @param segment the effective segment register, 0 to 5
/// @param base the number of the base register, or [#NONE], or [#RIP]
/// @param index the number of the index register, or [#NONE]
/// @param scale 1, 2, 4 or 8
/// @param displacement in bytes
/// @param addressMask the bits of an offset that count: 16, 32 or 64 ones
/// @param mode the code size, on which the use of segment bases depends
public record MemoryRef(int segment, int base, int index, int scale, long displacement, long addressMask,
        CodeMode mode) {
    /// No register.
    public static final int NONE = -1;
    /// The instruction pointer of the next instruction.
    public static final int RIP = -2;

    /// {@return the address of `operand`, of instruction `instruction`}
    public static MemoryRef of(Instruction instruction, MemoryOperand operand) {
        return new MemoryRef(operand.segment().number(), number(operand.base()), number(operand.index()),
                operand.scale(), operand.displacement(), mask(instruction.addressWidth()), instruction.mode());
    }

    /// {@return an address with base register `base` alone}
    ///
    /// @param addressWidth 16, 32 or 64 bits
    public static MemoryRef ofBase(int segment, int base, int addressWidth, CodeMode mode) {
        return new MemoryRef(segment, base, NONE, 1, 0, mask(addressWidth), mode);
    }

    /// {@return `width` ones, 1 to 64}
    public static long mask(int width) {
        return -1L >>> 64 - width;
    }

    private static int number(@Nullable Register register) {
        if (register == null) {
            return NONE;
        }
        return register.file() == RegisterFile.IP ? RIP : register.number();
    }

    /// {@return the offset into the segment}
    ///
    /// @param nextRip the instruction pointer of the next instruction
    public long offset(Cpu cpu, long nextRip) {
        long offset = displacement;
        if (base >= 0) {
            offset += cpu.gpr(base);
        } else if (base == RIP) {
            offset += nextRip;
        }
        if (index >= 0) {
            offset += cpu.gpr(index) * scale;
        }
        return offset & addressMask;
    }

    /// {@return the linear address of `offset`}: in 64-bit mode only FS and GS have a base; in the others it wraps at
    /// 2^32
    public long linear(Cpu cpu, long offset) {
        if (mode == CodeMode.CODE64) {
            return segment >= Segment.FS ? cpu.segmentBase(segment) + offset : offset;
        }
        return cpu.segmentBase(segment) + offset & 0xffff_ffffL;
    }
}
