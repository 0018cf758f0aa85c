package org.vemmio.decoder;

import java.util.ArrayList;
import java.util.List;

/// Operands that Zydis 4.0 leaves out, or describes otherwise than the manuals (Intel SDM Vol. 2).
final class ZydisGaps {
    private ZydisGaps() {
    }

    /// {@return the operands as the manuals have them}
    static List<Operand> filled(String mnemonic, String category, List<Operand> operands) {
        return switch (mnemonic) {
            case "xlat" -> operands.stream().map(ZydisGaps::indexedByAl).toList();
            case "movdir64b" -> operands.stream().map(ZydisGaps::toEs).toList();
            default -> category.equals("stringop") || category.equals("iostringop")
                    ? withPointers(operands)
                    : operands;
        };
    }

    private static Operand indexedByAl(Operand operand) {
        return operand instanceof MemoryOperand table
                ? new MemoryOperand(table.kind(), table.segment(), table.base(), Register.of(RegisterFile.GPR8, 0), 1,
                        table.displacement(), table.hasDisplacement(), table.access(), table.visibility(),
                        table.width(), table.elementWidth(), table.elementCount())
                : operand;
    }

    /// The destination is in ES whatever segment a prefix gives the source.
    private static Operand toEs(Operand operand) {
        return operand instanceof MemoryOperand destination && destination.access().writes()
                ? new MemoryOperand(destination.kind(), Register.of(RegisterFile.SEGMENT, 0), destination.base(),
                        destination.index(), destination.scale(), destination.displacement(),
                        destination.hasDisplacement(), destination.access(), destination.visibility(),
                        destination.width(), destination.elementWidth(), destination.elementCount())
                : operand;
    }

    /// The registers that point to the operands of a string instruction move on.
    private static List<Operand> withPointers(List<Operand> operands) {
        List<Operand> all = new ArrayList<>(operands);
        for (Operand operand : operands) {
            if (operand instanceof MemoryOperand memory && memory.base() instanceof Register pointer
                    && !names(all, pointer)) {
                Access access = memory.access().conditional() ? Access.READ_COND_WRITE : Access.READ_WRITE;
                all.add(new RegisterOperand(pointer, access, Visibility.HIDDEN, pointer.width(), pointer.width(), 1));
            }
        }
        return List.copyOf(all);
    }

    private static boolean names(List<Operand> operands, Register register) {
        for (Operand operand : operands) {
            if (operand instanceof RegisterOperand other && other.register().equals(register)) {
                return true;
            }
        }
        return false;
    }
}
