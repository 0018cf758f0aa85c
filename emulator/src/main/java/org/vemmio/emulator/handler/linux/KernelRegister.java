package org.vemmio.emulator.handler.linux;

import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.operation.MemoryRef;

/// What the kernel makes of a register when a device's answer has arrived (Linux arch/x86/coco/tdx/tdx.c,
/// `handle_mmio`; arch/x86/coco/sev, `vc_handle_mmio`).
final class KernelRegister {
    private KernelRegister() {
    }

    /// Returns the 64-bit slot of the register after a read.
    ///
    /// @param answer what the device answered, zero-extended
    static long afterRead(KernelInsn insn, Cpu cpu, long answer) {
        long slot = cpu.gpr(insn.registerNumber());
        int size = insn.mmioSize();
        return switch (insn.mmioType()) {
            case READ -> Gpr.merge(slot, size, answer);
            // Linux writes as many bytes as the operand has, and so keeps bits 63:32 of a 32-bit destination.
            case READ_ZERO_EXTEND -> overwrite(slot, insn.operandBytes(), answer);
            case READ_SIGN_EXTEND -> overwrite(slot, insn.operandBytes(), Bytes.signExtend(answer, size));
            case WRITE, WRITE_IMM, MOVS, DECODE_FAILED ->
                throw new IllegalArgumentException("no read: " + insn.mmioType());
        };
    }

    private static long overwrite(long slot, int size, long value) {
        long mask = MemoryRef.mask(8 * size);
        return slot & ~mask | value & mask;
    }
}
