/// What a guest's kernel does after a Failure, as Linux does it.
///
/// A [GuestKernel] carries out what a policy decided and remembers what came of it: its log, which once-only warnings
/// have fired, limits and counters, taint. Line numbers and layout are those of Linux 6.12.117.
///
/// The #GP path, in order (Linux arch/x86/kernel/traps.c, `ve_raise_fault`):
///
/// 1. user mode: SIGSEGV
/// 2. the [ExceptionTable]: where it has an entry for the instruction, that fixup takes over
/// 3. the [Notifier]s, as the probes and debuggers of a kernel
/// 4. an oops, `VE fault`; it is a panic in an interrupt, with `panic_on_oops`, in the idle task, at the
///    `oops_limit`, and in init, asked in this order; else the task dies and the kernel goes on
@NullMarked
package org.vemmio.emulator.kernel;

import org.jspecify.annotations.NullMarked;
