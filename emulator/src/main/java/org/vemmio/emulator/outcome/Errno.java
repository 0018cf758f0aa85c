package org.vemmio.emulator.outcome;

/// The error numbers that Linux handlers return (Linux include/uapi/asm-generic/errno-base.h).
public enum Errno {
    EIO(5),
    EFAULT(14),
    EINVAL(22);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /// {@return the number, positive}
    public int number() {
        return number;
    }
}
