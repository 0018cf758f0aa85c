package org.vemmio.emulator.handler.linux;

import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Segment;

/// The address that the kernel computes for an instruction's memory operand (Linux arch/x86/lib/insn-eval.c,
/// `insn_get_addr_ref` for 64- and 32-bit addresses).
public final class KernelAddress {
    /// What the kernel gives where it cannot compute one; also the highest address.
    public static final long NONE = -1;

    private static final int REGISTER_OPERAND = 3;
    private static final long LOW_HALF = 0xffff_ffffL;

    private KernelAddress() {
    }

    /// {@return the linear address, or [#NONE]}
    ///
    /// @param cpu the registers, of which FS and GS base count
    /// @param nextRip the instruction pointer plus the instruction's length
    public static long of(KernelInsn insn, Cpu cpu, long nextRip) {
        long effective = effective(insn, cpu, nextRip);
        long offset = insn.addressBytes() == 4 ? effective & LOW_HALF : effective;
        return switch (insn.segmentOverride()) {
            case NONE, ES, CS, SS, DS -> offset;
            case FS -> cpu.segmentBase(Segment.FS) + offset;
            case GS -> cpu.segmentBase(Segment.GS) + offset;
            case AMBIGUOUS -> NONE;
        };
    }

    private static long effective(KernelInsn insn, Cpu cpu, long nextRip) {
        if (insn.modrm() >>> 6 == REGISTER_OPERAND) {
            return cpu.gpr(insn.rmNumber());
        }
        if (insn.hasSib()) {
            return register(cpu, insn.baseNumber()) + register(cpu, insn.indexNumber()) * insn.scale()
                    + insn.displacement();
        }
        long base = insn.isRipRelative() ? nextRip : register(cpu, insn.rmNumber());
        return base + insn.displacement();
    }

    private static long register(Cpu cpu, int number) {
        return number == KernelInsn.NO_REGISTER ? 0 : cpu.gpr(number);
    }
}
