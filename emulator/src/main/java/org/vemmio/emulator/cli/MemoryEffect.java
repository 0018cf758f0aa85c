package org.vemmio.emulator.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.operation.InstructionTable;
import tools.jackson.core.JsonGenerator;

/// What an instruction does to memory.
///
/// @param accesses one for each operand in memory, those that read first
/// @param repeated whether a count register says how often
record MemoryEffect(List<Access> accesses, boolean repeated) {
    private static final MemoryEffect NONE = new MemoryEffect(List.of(), false);

    /// What happens to one operand.
    ///
    /// @param size in bytes
    record Access(boolean reads, boolean writes, int size) {
        String verb() {
            return reads ? writes ? "load+store" : "load" : "store";
        }
    }

    static MemoryEffect of(Decoding decoding) {
        if (!(decoding instanceof Instruction instruction)
                || InstructionTable.isWithoutAccess(instruction.mnemonic())) {
            return NONE;
        }
        List<Access> accesses = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN
                    && (memory.access().reads() || memory.access().writes())) {
                accesses.add(new Access(memory.access().reads(), memory.access().writes(), memory.width() / Byte.SIZE));
            }
        }
        accesses.sort(Comparator.comparing(Access::writes));
        return accesses.isEmpty() ? NONE : new MemoryEffect(accesses, instruction.prefixes().repeats());
    }

    /// Returns a line for each access, such as `load 4`, and one for the repetition.
    String text() {
        return accesses.stream().map(access -> access.verb() + " " + access.size).collect(Collectors.joining("\n"))
                + (repeated ? "\nrepeated" : "");
    }

    /// Writes members of an object.
    void write(JsonGenerator json) {
        json.writeArrayPropertyStart("memory");
        for (Access access : accesses) {
            json.writeStartObject();
            json.writeStringProperty("access", access.verb());
            json.writeNumberProperty("size", access.size);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanProperty("repeated", repeated);
    }
}
