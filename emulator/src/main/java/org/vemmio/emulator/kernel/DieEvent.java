package org.vemmio.emulator.kernel;

/// Of what a kernel tells its notifiers (Linux arch/x86/include/asm/kdebug.h, `enum die_val`).
public enum DieEvent {
    /// The #GP path found no fixup (`DIE_GPF`).
    GPF,
    /// A trap of the kernel's own, as BUG() raises (`DIE_TRAP`).
    TRAP,
    /// An oops has been printed (`DIE_OOPS`).
    OOPS
}
