/// What a guest's kernel does after a Failure, as Linux does it.
///
/// A [GuestKernel] carries out what a policy decided and remembers what came of it: its log, which once-only warnings
/// have fired, how often rate-limited lines were printed, how many warnings and oopses there were, its taint, and whether
/// it has stopped. One is built per guest, with what differs between guests: an [ExceptionTable], [Notifier]s, a
/// [Context] for each processor, a clock, a release's name. Line numbers and layout are those of Linux 6.12.117.
///
/// # The paths
///
/// | action | what the kernel does | Linux | here |
/// |---|---|---|---|
/// | `propagate` | nothing; the caller decides | | [GuestKernel] |
/// | `bug` | `kernel BUG at`, notifiers, an oops `invalid opcode` | lib/bug.c, `report_bug`; arch/x86/kernel/dumpstack.c, `die` | `OopsPath` |
/// | `warn-once`, `warn` | a warning; with `panic_on_warn`, or at the `warn_limit`, a panic; else the #GP path | kernel/panic.c, `__warn`, `check_panic_on_warn` | `PanicPath`, `FailurePath` |
/// | `general-protection` | the #GP path, below | arch/x86/kernel/traps.c, `ve_raise_fault` | `FailurePath` |
/// | `panic` | a panic at the statement that refused | kernel/panic.c, `panic` | `PanicPath` |
/// | `recover: exception-table`, `recover: zeropad` | the entry of the exception table, for `zeropad` of that type alone; without one the Failure is propagated | arch/x86/mm/extable.c, `fixup_exception` | `FailurePath`, `Fixups` |
/// | `terminate` | an error, at most ten in five seconds; user mode: SIGBUS; else the registers, and the host ends the guest, or if it does not, a panic | arch/x86/coco/sev/core.c, `vc_raw_handle_exception`, `exc_vmm_communication` | `TerminationPath` |
/// | `inject`, `vmm-error` | nothing; the caller injects the exception, or tells the monitor | | `FailurePath` |
/// | `halt`, `abort` | it has stopped, without a line in the log | | `FailurePath`, `KernelStop` |
///
/// The other recoveries are an engine's. The #GP path, in order:
///
/// 1. user mode: SIGSEGV, with a line in the log (`show_signal`)
/// 2. the exception table: where it has an entry for the instruction, that fixup takes over (`fixup_exception`); an entry
///    of a type that is not modelled is named in the log, and the Failure is propagated
/// 3. the notifiers, as the probes and debuggers of a kernel (kernel/notifier.c, `notify_die`)
/// 4. an oops with the name of the exception, as `VE fault` (arch/x86/kernel/dumpstack.c, `die_addr`)
///
/// An oops is a panic in an interrupt, with `panic_on_oops` (`oops_end`), in the idle task, at the `oops_limit`
/// (kernel/exit.c, `make_task_dead`), and in init (`do_exit`), asked in this order; else the task dies and the kernel
/// goes on. Once a kernel has stopped (`KernelStop`) it prints nothing more.
///
/// # The parts
///
/// [GuestKernel] holds the lock, a `KernelConfiguration` (what it is made of) and a `KernelMemory` (what it remembers).
/// For each Failure it makes an `Incident`, which the paths share: these two, the Failure, the policy's knobs, and the
/// `TrappedCpu`, whose registers all reports of one Failure show alike. What is printed is a [LogEntry] with its place in
/// the source, a [org.vemmio.emulator.outcome.SourceLocation]; a [CrashContext] is the part that reports have in common.
/// What depends on the handler is read from the [org.vemmio.emulator.outcome.Check] that refused: the statement, its
/// text, its callers, the line that is printed, the exception's name and number. No handler is known here by name.
///
/// # To add a fixup type
///
/// 1. [FixupType]: the constant, if it is missing, with its number from
///    arch/x86/include/asm/extable_fixup_types.h; `true` says that it is modelled.
/// 2. `Fixups.apply`: what it does to the registers. Conditions have a file of their own, as `ZeropadFixup`; where one
///    does not hold, the registers stay and the path goes on as without an entry.
/// 3. `FixupsTest`: a row of `effects` for every flag and operand that it reads.
///
/// # To add a report
///
/// 1. [LogEntry]: a record whose `lines` are what Linux prints, without the time in front; the Javadoc names file and
///    function. A single line is a [LogEntry.Message].
/// 2. The path that prints it: `Incident.log`, or `Incident.logLimited` where Linux limits the rate. The order of lines,
///    counts and taints is that of the source.
/// 3. `SplatTest`: a log in the test's resources, held against Linux's printing functions line by line.
///    `org.vemmio.emulator.testing` shows a report by its first line that is no rule of hyphens.
@NullMarked
package org.vemmio.emulator.kernel;

import org.jspecify.annotations.NullMarked;
