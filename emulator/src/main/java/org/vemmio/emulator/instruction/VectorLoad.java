package org.vemmio.emulator.instruction;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.operation.Execution;

/// Fills a register with elements from memory, each extended to the size of the register's, under a mask if there is
/// one. Whatever of the register the elements do not reach becomes 0.
final class VectorLoad extends ArchitecturalOperation {
    private final ElementMask.Destination to;
    private final Elements from;
    private final Shape shape;
    private final @Nullable ElementMask mask;

    /// Which element of memory goes where.
    enum Spread {
        /// Each to the same place.
        STRAIGHT {
            @Override
            int source(int index, int count) {
                return index;
            }
        },
        /// Over and over again.
        CYCLE {
            @Override
            int source(int index, int count) {
                return index % count;
            }
        },
        /// Each even one to its own place and the next.
        EVEN {
            @Override
            int source(int index, int count) {
                return index & ~1;
            }
        },
        /// Each odd one to its own place and the one before.
        ODD {
            @Override
            int source(int index, int count) {
                return index | 1;
            }
        };

        /// Returns which of `count` elements in memory goes to place `index` of the register.
        abstract int source(int index, int count);
    }

    /// How a register is filled.
    ///
    /// @param spread which element of memory goes where
    /// @param extended whether the register's elements are wider than those in memory
    /// @param signed whether they are extended by their sign
    /// @param suppressing whether an element in memory that goes to no active element of the register is not accessed,
    ///     and so cannot fault (Intel SDM vol. 2, 2.8: the exception classes without NF)
    record Shape(Spread spread, boolean extended, boolean signed, boolean suppressing) {
        static final Shape STRAIGHT = new Shape(Spread.STRAIGHT, false, false, true);

        static Shape of(Spread spread, boolean suppressing) {
            return new Shape(spread, false, false, suppressing);
        }

        static Shape extending(boolean signed) {
            return new Shape(Spread.STRAIGHT, true, signed, true);
        }
    }

    VectorLoad(Instruction instruction, VectorRef to, Elements from, Shape shape, @Nullable ElementMask mask) {
        super(instruction, VectorRef.feature(instruction));
        this.from = from;
        this.shape = shape;
        int elementSize = shape.extended ? to.size() / from.count() : from.elementSize();
        int count = shape.spread == Spread.STRAIGHT ? from.count() : to.size() / elementSize;
        this.to = new ElementMask.Destination(to, elementSize, count);
        this.mask = mask;
    }

    @Override
    protected void execute(Execution execution) {
        byte[] memory = execution.scratch(0);
        byte[] result = execution.scratch(1);
        if (mask == null) {
            from.open(execution).load(memory);
            fill(memory, result);
        } else {
            long active = mask.active(execution);
            if (shape.suppressing) {
                from.load(execution, sources(active), memory);
            } else {
                from.open(execution).load(memory);
            }
            fill(memory, result);
            mask.apply(execution, active, to, result);
        }
        to.register().set(execution, result);
    }

    private long sources(long active) {
        long sources = 0;
        for (int i = 0; i < to.count(); i++) {
            sources |= (active >>> i & 1) << shape.spread.source(i, from.count());
        }
        return sources;
    }

    private void fill(byte[] memory, byte[] result) {
        int elementSize = to.elementSize();
        if (shape.spread == Spread.STRAIGHT && !shape.extended) {
            System.arraycopy(memory, 0, result, 0, to.count() * elementSize);
        } else {
            spread(memory, result, elementSize);
        }
        Arrays.fill(result, to.count() * elementSize, to.register().size(), (byte) 0);
    }

    private void spread(byte[] memory, byte[] result, int elementSize) {
        for (int i = 0; i < to.count(); i++) {
            int at = shape.spread.source(i, from.count()) * from.elementSize();
            if (shape.extended) {
                long value = Bytes.get(memory, at, from.elementSize());
                Bytes.put(result, i * elementSize, elementSize,
                        shape.signed ? Bytes.signExtend(value, from.elementSize()) : value);
            } else {
                System.arraycopy(memory, at, result, i * elementSize, elementSize);
            }
        }
    }
}
