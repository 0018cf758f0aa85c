package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;

/// What an instruction does to memory, such as `load 4` or `load 1, store 1 rep`; empty if nothing.
record MemoryEffect(String text) {
    static MemoryEffect of(Decoding decoding) {
        if (!(decoding instanceof Instruction instruction)) {
            return new MemoryEffect("");
        }
        List<String> parts = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN) {
                String verb = verb(memory);
                if (!verb.isEmpty()) {
                    parts.add(verb + " " + memory.width() / 8);
                }
            }
        }
        String all = String.join(", ", parts);
        return new MemoryEffect(!all.isEmpty() && instruction.prefixes().repeats() ? all + " rep" : all);
    }

    private static String verb(MemoryOperand memory) {
        if (memory.access().reads()) {
            return memory.access().writes() ? "load+store" : "load";
        }
        return memory.access().writes() ? "store" : "";
    }
}
