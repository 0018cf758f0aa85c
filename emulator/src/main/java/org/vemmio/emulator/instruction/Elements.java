package org.vemmio.emulator.instruction;

import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.TranslatedOperand;

/// An operand in memory that holds elements side by side, accessed as a whole or element by element.
///
/// Element by element, ascending, is how a masked access is made: elements that are not active are neither accessed nor
/// checked, and all active ones are checked before the first is accessed. So that what a device sees does not depend on
/// how the active ones lie, this is the way of every masked access, also one with all elements active.
///
/// @param ref the address
/// @param size bytes altogether, 1 to 64
/// @param elementSize bytes of one element
/// @param alignment what the address must be a multiple of, on pain of #GP, whichever elements are active: so the table
///     of exception class E1 has it (Intel SDM vol. 2, 2.8), though AMD's processors let it pass where none is
/// @param checked what it must be a multiple of where alignment checking is on, on pain of #AC; an element that is
///     accessed by itself, at most of its size
record Elements(MemoryRef ref, int size, int elementSize, int alignment, int checked) {
    /// What alignment an instruction demands, on pain of #GP (Intel SDM vol. 2, 2.4, tables of the exception types).
    enum Alignment {
        /// None.
        NONE,
        /// 16 bytes if the encoding is legacy and the operand has 16 (types 2 and 4).
        LEGACY,
        /// The operand's size (types 1 and E1).
        FULL
    }

    static Elements of(Instruction instruction, MemoryOperand memory, Alignment alignment) {
        int size = memory.width() / 8;
        int multiple = switch (alignment) {
            case NONE -> 1;
            case LEGACY -> instruction.encoding() == Encoding.LEGACY && size == 16 ? 16 : 1;
            case FULL -> size;
        };
        return new Elements(MemoryRef.of(instruction, memory), size, memory.elementWidth() / 8, multiple,
                Execution.naturalAlignment(size));
    }

    /// Returns an operand of which no alignment is required; `checked` as in the record.
    static Elements unaligned(Instruction instruction, MemoryOperand memory, int elementSize, int checked) {
        return new Elements(MemoryRef.of(instruction, memory), memory.width() / 8, elementSize, 1, checked);
    }

    int count() {
        return size / elementSize;
    }

    /// Opens the whole operand.
    TranslatedOperand open(Execution execution, boolean write) {
        return execution.open(0, ref, offset(execution), size, write, alignment, checked);
    }

    /// Reads the elements whose bits are set in `active`, each to its own place in `into`.
    void load(Execution execution, long active, byte[] into) {
        check(execution, active, false);
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                Bytes.put(into, i * elementSize, elementSize, open(execution, i, false).load());
            }
        }
    }

    /// Writes the elements whose bits are set in `active`, each from its own place in `from`.
    void store(Execution execution, long active, byte[] from) {
        check(execution, active, true);
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                open(execution, i, true).store(Bytes.get(from, i * elementSize, elementSize));
            }
        }
    }

    private void check(Execution execution, long active, boolean write) {
        execution.requireAlignment(ref, offset(execution), alignment);
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                open(execution, i, write);
            }
        }
    }

    private TranslatedOperand open(Execution execution, int index, boolean write) {
        return execution.open(0, ref, offset(execution) + (long) index * elementSize, elementSize, write, 1,
                Math.min(checked, elementSize));
    }

    private long offset(Execution execution) {
        return ref.offset(execution.cpu(), execution.nextRip());
    }
}
