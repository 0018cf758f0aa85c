package org.vemmio.emulator.survey;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.instruction.InstructionTable;

/// What an instruction does to memory. Immutable.
///
/// @param accesses one for each operand in memory, those that only read first
/// @param repeated whether a count register says how often
public record MemoryEffect(List<MemoryAccess> accesses, boolean repeated) {
    private static final MemoryEffect NONE = new MemoryEffect(List.of(), false);

    /// What happens to one operand.
    ///
    /// @param reads whether it is read
    /// @param writes whether it is written
    /// @param size in bytes
    public record MemoryAccess(boolean reads, boolean writes, int size) {
        /// {@return `load`, `store` or `load+store`}
        public String verb() {
            return reads ? writes ? "load+store" : "load" : "store";
        }
    }

    /// Creates an effect; `accesses` is copied.
    public MemoryEffect {
        accesses = List.copyOf(accesses);
    }

    /// {@return the effect of an instruction; none of bytes that are no instruction, and of hints and cache-line
    /// instructions, which make no access whatever operand they name}
    public static MemoryEffect of(Decoding decoding) {
        if (!(decoding instanceof Instruction instruction)
                || InstructionTable.isWithoutAccess(instruction.mnemonic())) {
            return NONE;
        }
        List<MemoryAccess> accesses = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN
                    && (memory.access().reads() || memory.access().writes())) {
                accesses.add(new MemoryAccess(memory.access().reads(), memory.access().writes(),
                        memory.width() / Byte.SIZE));
            }
        }
        accesses.sort(Comparator.comparing(MemoryAccess::writes));
        return accesses.isEmpty() ? NONE : new MemoryEffect(accesses, instruction.prefixes().repeats());
    }
}
