package org.vemmio.emulator.handler.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.Hazard;

/// Where the kernel's way with an instruction differs from the processor's, whichever of its handlers it is.
final class KernelHazards {
    private static final Map<MmioType, String> MEANT = Map.of(
            MmioType.WRITE, "mov", MmioType.WRITE_IMM, "mov", MmioType.READ, "mov",
            MmioType.READ_ZERO_EXTEND, "movzx", MmioType.READ_SIGN_EXTEND, "movsx", MmioType.MOVS, "movs");

    private KernelHazards() {
    }

    /// Returns the hazards of an instruction that the kernel classifies.
    static List<Hazard> of(KernelInsn insn, Decoding decoding) {
        List<Hazard> hazards = new ArrayList<>();
        switch (decoding) {
            case DecodeFailure failure ->
                hazards.add(new Hazard(Hazard.Kind.ILLEGAL_ENCODING, failure.reason().description()));
            case Instruction instruction -> compare(insn, instruction, hazards);
        }
        MmioType type = insn.mmioType();
        if (isExtending(type) && insn.operandBytes() == 4) {
            hazards.add(new Hazard(Hazard.Kind.STALE_UPPER_HALF, Gpr.name(insn.registerNumber())));
        }
        return hazards;
    }

    private static boolean isExtending(MmioType type) {
        return type == MmioType.READ_ZERO_EXTEND || type == MmioType.READ_SIGN_EXTEND;
    }

    private static void compare(KernelInsn insn, Instruction instruction, List<Hazard> hazards) {
        if (!instruction.mnemonic().startsWith(MEANT.getOrDefault(insn.mmioType(), ""))
                || insn.isVex() || insn.isEvex() || insn.isRex2()) {
            hazards.add(new Hazard(Hazard.Kind.OTHER_INSTRUCTION, "%s, taken for %s of size %d".formatted(
                    instruction.mnemonic(), insn.mmioType(), insn.mmioSize())));
        } else {
            highByte(insn, instruction, hazards);
        }
        if (instruction.operands().stream().noneMatch(MemoryOperand.class::isInstance)) {
            hazards.add(new Hazard(Hazard.Kind.NO_MEMORY_OPERAND, instruction.mnemonic()));
        }
        if (instruction.length() != insn.length()) {
            hazards.add(new Hazard(Hazard.Kind.LENGTH,
                    "%d bytes, taken for %d".formatted(instruction.length(), insn.length())));
        }
    }

    private static void highByte(KernelInsn insn, Instruction instruction, List<Hazard> hazards) {
        if (insn.mmioType() != MmioType.READ && insn.mmioType() != MmioType.WRITE) {
            return;
        }
        int operand = insn.mmioType() == MmioType.READ ? 0 : 1;
        if (instruction.operands().get(operand) instanceof RegisterOperand register
                && register.register().file() == RegisterFile.GPR8_HIGH) {
            hazards.add(new Hazard(Hazard.Kind.HIGH_BYTE_REGISTER, "%s, taken for the low byte of %s".formatted(
                    register.register().name(), Gpr.name(insn.registerNumber()))));
        }
    }
}
