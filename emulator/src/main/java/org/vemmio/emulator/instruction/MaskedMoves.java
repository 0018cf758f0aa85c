package org.vemmio.emulator.instruction;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Visibility;
import org.vemmio.emulator.operation.MmioOperation;

/// Moves of the elements whose top bit is set in a register.
///
/// VMASKMOV and VPMASKMOV raise no #AC, and their other elements no fault (Intel SDM vol. 2, VMASKMOV). MASKMOVDQU and
/// MASKMOVQ go byte by byte; of the bytes that they do not store the manual leaves open whether they can fault (vol. 2,
/// MASKMOVDQU): they do, and the address is checked for a multiple of 8 (#AC), as on AMD's processors.
final class MaskedMoves {
    static final Family FAMILY = Family.of("masked moves", List.of("vmaskmovps", "vmaskmovpd", "vpmaskmovd",
            "vpmaskmovq", "maskmovdqu", "vmaskmovdqu", "maskmovq"), MaskedMoves::prepare);

    private MaskedMoves() {
    }

    private static @Nullable MmioOperation prepare(Instruction instruction) {
        VectorRef first = VectorRef.of(instruction, 0);
        VectorRef second = VectorRef.of(instruction, 1);
        MemoryOperand memory = memory(instruction);
        if (first == null || second == null || memory == null) {
            return null;
        }
        if (memory.visibility() == Visibility.HIDDEN) {
            Elements bytes = Elements.unaligned(instruction, memory, true, 1, 8);
            return new VectorStore(instruction, bytes, VectorStore.Part.lowOf(first), ElementMask.ofSigns(second, 1),
                    false);
        }
        int elementSize = memory.elementWidth() / 8;
        boolean store = memory == instruction.operands().getFirst();
        Elements elements = Elements.unaligned(instruction, memory, store, elementSize, 1);
        return store
                ? new VectorStore(instruction, elements, VectorStore.Part.lowOf(second),
                        ElementMask.ofSigns(first, elementSize), true)
                : new VectorLoad(instruction, first, elements, VectorLoad.Shape.STRAIGHT,
                        ElementMask.ofSigns(second, elementSize));
    }

    private static @Nullable MemoryOperand memory(Instruction instruction) {
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory) {
                return memory;
            }
        }
        return null;
    }
}
