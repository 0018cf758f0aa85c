package org.vemmio.emulator.instruction;

import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.Execution;

/// Stores a register or a part of it, under a mask if there is one.
final class VectorStore extends ArchitecturalOperation {
    private final Elements to;
    private final VectorRef from;
    private final int position;
    private final @Nullable ElementMask mask;
    private final boolean suppressing;

    /// Creates a store.
    ///
    /// @param position the index of the first byte in the register
    /// @param suppressing whether an element that is not active cannot fault (Intel SDM vol. 2, 2.8: the exception
    ///     classes without NF); it is not written in any case
    VectorStore(Instruction instruction, Elements to, VectorRef from, int position, @Nullable ElementMask mask,
            boolean suppressing) {
        super(instruction, VectorRef.feature(instruction));
        this.to = to;
        this.from = from;
        this.position = position;
        this.mask = mask;
        this.suppressing = suppressing;
    }

    @Override
    protected void execute(Execution execution) {
        byte[] bytes = execution.scratch(0);
        from.get(execution, bytes);
        System.arraycopy(bytes, position, bytes, 0, to.size());
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
