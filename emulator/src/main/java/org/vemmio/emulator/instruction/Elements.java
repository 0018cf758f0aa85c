package org.vemmio.emulator.instruction;

import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.TranslatedOperand;

/// An operand in memory that holds elements side by side, accessed as a whole or element by element.
///
/// Element by element, ascending, is how a masked access is made: elements that are not active are neither accessed nor
/// checked, and all active ones are checked before the first is accessed. So that what a device sees does not depend on
/// how the active ones lie, this is the way of every masked access, also one with all elements active.
///
/// @param whole how all of it is accessed; the alignment it demands on pain of #GP it demands whichever elements are
///     active: so the table of exception class E1 has it (Intel SDM vol. 2, 2.8), though AMD's processors let it pass
///     where none is
/// @param element how one element is accessed by itself: at no required alignment, and on pain of #AC at most that of
///     its size
record Elements(AccessPlan whole, AccessPlan element) {
    /// What alignment an instruction demands, on pain of #GP (Intel SDM vol. 2, 2.4, tables of the exception types).
    enum Alignment {
        /// None.
        NONE,
        /// 16 bytes if the encoding is legacy and the operand has 16 (types 2 and 4).
        LEGACY,
        /// The operand's size (types 1 and E1).
        FULL
    }

    /// Returns an operand that is written, or else read.
    static Elements of(Instruction instruction, MemoryOperand memory, Alignment alignment, boolean write) {
        int size = memory.width() / 8;
        int multiple = switch (alignment) {
            case NONE -> 1;
            case LEGACY -> instruction.encoding() == Encoding.LEGACY && size == 16 ? 16 : 1;
            case FULL -> size;
        };
        return of(new AccessPlan(MemoryRef.of(instruction, memory), size, write, multiple,
                AccessPlan.naturalAlignment(size)), memory.elementWidth() / 8);
    }

    /// Returns an operand of which no alignment is required.
    ///
    /// @param checked what its address must be a multiple of where alignment checking is on, on pain of #AC
    static Elements unaligned(Instruction instruction, MemoryOperand memory, boolean write, int elementSize,
            int checked) {
        return of(new AccessPlan(MemoryRef.of(instruction, memory), memory.width() / 8, write, 1, checked),
                elementSize);
    }

    private static Elements of(AccessPlan whole, int elementSize) {
        return new Elements(whole, new AccessPlan(whole.ref(), elementSize, whole.write(), 1,
                Math.min(whole.checked(), elementSize)));
    }

    /// Returns the bytes altogether, 1 to 64.
    int size() {
        return whole.size();
    }

    /// Returns the bytes of one element.
    int elementSize() {
        return element.size();
    }

    int count() {
        return size() / elementSize();
    }

    /// Opens the whole operand.
    TranslatedOperand open(Execution execution) {
        return execution.open(0, whole);
    }

    /// Reads the elements whose bits are set in `active`, each to its own place in `into`.
    void load(Execution execution, long active, byte[] into) {
        check(execution, active);
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                Bytes.put(into, i * elementSize(), elementSize(), open(execution, i).load());
            }
        }
    }

    /// Writes the elements whose bits are set in `active`, each from its own place in `from`.
    void store(Execution execution, long active, byte[] from) {
        check(execution, active);
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                open(execution, i).store(Bytes.get(from, i * elementSize(), elementSize()));
            }
        }
    }

    private void check(Execution execution, long active) {
        execution.requireAlignment(whole, offset(execution));
        for (int i = 0; i < count(); i++) {
            if ((active >>> i & 1) != 0) {
                open(execution, i);
            }
        }
    }

    private TranslatedOperand open(Execution execution, int index) {
        return execution.open(0, element, offset(execution) + (long) index * elementSize());
    }

    private long offset(Execution execution) {
        return whole.ref().offset(execution.cpu(), execution.nextRip());
    }
}
