package org.vemmio.decoder;

/// What an instruction does to an operand. A part is *conditional* where it depends on state that the encoding does not
/// tell: a count register of zero, a comparison, a mask.
public enum Access {
    /// Neither read nor written: an address that is only computed, as by `lea`.
    NONE(false, false, false),
    /// Read.
    READ(true, false, false),
    /// Written.
    WRITE(false, true, false),
    /// Read and written.
    READ_WRITE(true, true, false),
    /// Perhaps read.
    COND_READ(true, false, true),
    /// Perhaps written.
    COND_WRITE(false, true, true),
    /// Read, and perhaps written, as the destination of `cmpxchg`.
    READ_COND_WRITE(true, true, true),
    /// Perhaps read, and written.
    COND_READ_WRITE(true, true, true),
    /// Perhaps read, perhaps written.
    COND_READ_COND_WRITE(true, true, true);

    private final boolean reads;
    private final boolean writes;
    private final boolean conditional;

    Access(boolean reads, boolean writes, boolean conditional) {
        this.reads = reads;
        this.writes = writes;
        this.conditional = conditional;
    }

    /// {@return whether the operand is read, if only under a condition}
    public boolean reads() {
        return reads;
    }

    /// {@return whether the operand is written, if only under a condition}
    public boolean writes() {
        return writes;
    }

    /// {@return whether the read, the write or both happen only under a condition}
    public boolean conditional() {
        return conditional;
    }
}
