package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Execution;

/// Stores a register or a part of it, under a mask if there is one.
final class VectorStore extends ArchitecturalOperation {
    private final Elements to;
    private final Part from;
    private final @Nullable ElementMask mask;
    private final boolean suppressing;

    /// A part of a register.
    ///
    /// @param position the index of its first byte in the register
    record Part(VectorRef register, int position) {
        /// Returns the low part of a register.
        static Part lowOf(VectorRef register) {
            return new Part(register, 0);
        }
    }

    /// Creates a store.
    ///
    /// @param suppressing whether an element that is not active cannot fault (Intel SDM vol. 2, 2.8: the exception
    ///     classes without NF); it is not written in any case
    VectorStore(Instruction instruction, Elements to, Part from, @Nullable ElementMask mask, boolean suppressing) {
        super(instruction, VectorRef.feature(instruction));
        this.to = to;
        this.from = from;
        this.mask = mask;
        this.suppressing = suppressing;
    }

    @Override
    protected void execute(Execution execution) {
        byte[] bytes = execution.scratch(0);
        from.register.get(execution, bytes);
        System.arraycopy(bytes, from.position, bytes, 0, to.size());
        if (mask == null) {
            to.open(execution).store(bytes);
            return;
        }
        if (!suppressing) {
            to.open(execution);
        }
        to.store(execution, mask.active(execution), bytes);
    }
}
