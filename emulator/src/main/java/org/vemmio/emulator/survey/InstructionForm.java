package org.vemmio.emulator.survey;

import java.util.StringJoiner;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.ImmediateOperand;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.PointerOperand;
import org.vemmio.decoder.Prefixes;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.decoder.Visibility;

/// Names the form of an instruction as the manuals do: mnemonic and kinds of operand, such as `mov r32, m32`.
public final class InstructionForm {
    private InstructionForm() {
    }

    /// {@return the form of an instruction, such as `lock xadd m8, r8`, `rep stosd` or `vmovdqu ymm, m256`; of bytes
    /// that are none, why, in parentheses}
    ///
    /// Registers that the opcode fixes have their own name: `mov eax, m32` is another form than `mov r32, m32`.
    public static String of(Decoding decoding) {
        return switch (decoding) {
            case DecodeFailure failure -> "(" + failure.reason().description() + ")";
            case Instruction instruction -> form(instruction);
        };
    }

    private static String form(Instruction instruction) {
        StringJoiner operands = new StringJoiner(", ");
        boolean first = true;
        for (Operand operand : instruction.operands()) {
            if (operand.visibility() != Visibility.HIDDEN && !isWriteMask(instruction, operand, first)) {
                operands.add(kind(operand) + (first && instruction.maskRegister() != 0 ? " {k}" : ""));
                first = false;
            }
        }
        String head = prefix(instruction) + instruction.mnemonic();
        return operands.length() == 0 ? head : head + " " + operands;
    }

    /// The write mask is an operand of its own, behind the first.
    private static boolean isWriteMask(Instruction instruction, Operand operand, boolean first) {
        return !first && instruction.encoding() == Encoding.EVEX && operand instanceof RegisterOperand register
                && register.register().file() == RegisterFile.MASK
                && register.register().number() == instruction.maskRegister();
    }

    private static String prefix(Instruction instruction) {
        Prefixes prefixes = instruction.prefixes();
        if (prefixes.lock()) {
            return "lock ";
        }
        boolean compares = instruction.mnemonic().startsWith("cmps") || instruction.mnemonic().startsWith("scas");
        if (prefixes.rep()) {
            return compares ? "repe " : "rep ";
        }
        return !prefixes.repne() ? "" : compares ? "repne " : "rep ";
    }

    private static String kind(Operand operand) {
        return switch (operand) {
            case ImmediateOperand immediate -> (immediate.relative() ? "rel" : "imm") + immediate.width();
            case PointerOperand _ -> "ptr";
            case MemoryOperand memory -> switch (memory.kind()) {
                case MEMORY -> "m" + memory.width();
                case VSIB -> "vm" + memory.elementWidth();
                case AGEN, MIB -> "m";
            };
            case RegisterOperand register -> register.visibility() == Visibility.IMPLICIT
                    ? register.register().name() : kind(register.register().file(), register);
        };
    }

    private static String kind(RegisterFile file, RegisterOperand operand) {
        return switch (file) {
            case GPR8, GPR8_HIGH, GPR16, GPR32, GPR64 -> "r" + operand.register().width();
            case SEGMENT -> "sreg";
            case X87 -> "st";
            case MMX -> "mm";
            case XMM -> "xmm";
            case YMM -> "ymm";
            case ZMM -> "zmm";
            case MASK -> "k";
            case CONTROL -> "cr";
            case DEBUG -> "dr";
            case BOUND -> "bnd";
            case TILE -> "tmm";
            case IP, FLAGS, OTHER -> operand.register().name();
        };
    }
}
