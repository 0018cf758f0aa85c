package org.vemmio.emulator.kernel;

import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.handler.linux.KernelAddress;
import org.vemmio.emulator.memory.LinearMemory;

/// The fixup of `load_unaligned_zeropad`: an 8-byte load that runs over the end of what can be read gives the bytes
/// before the boundary, zeros behind (Linux arch/x86/mm/extable.c, `ex_handler_zeropad`).
final class ZeropadFixup {
    private static final int LOAD = 0x8b;
    private static final int WORD = 8;

    private ZeropadFixup() {
    }

    /// Loads the register, if every condition holds: the fixup is the next instruction; the instruction is an 8-byte
    /// load; the fault is at the aligned word behind the one where the load starts; and that one can be read.
    ///
    /// @param faultAddress the linear address of the fault, as the kernel has been told
    /// @return whether it did
    static boolean load(ExceptionEntry entry, long faultAddress, Cpu cpu, LinearMemory memory) {
        long length = entry.fixup() - entry.insn();
        if (Long.compareUnsigned(length, KernelInsn.MAX_LENGTH) > 0) {
            return false;
        }
        byte[] code = new byte[KernelInsn.MAX_LENGTH];
        int count = memory.fetch(entry.insn(), code, (int) length);
        // The processor's view gives only the length of what is no load.
        KernelInsn insn = KernelInsn.decode(code, count, true, new DecodeFailure(DecodeFailure.Reason.INVALID, 0));
        if (!insn.decoded() || insn.length() != length || insn.opcode() != LOAD || insn.operandBytes() != WORD) {
            return false;
        }
        long address = KernelAddress.of(insn, cpu, entry.fixup());
        long word = address & -WORD;
        if (address == KernelAddress.NONE || faultAddress != word + WORD
                || memory.translate(word, WORD, false, false) != LinearMemory.ORDINARY) {
            return false;
        }
        cpu.setGpr(insn.registerNumber(), memory.read(word, WORD) >>> (address - word) * Byte.SIZE);
        return true;
    }
}
