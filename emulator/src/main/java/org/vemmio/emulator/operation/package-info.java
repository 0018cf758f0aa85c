/// The contract of an operation: what an instruction may do while it is executed, and in which order it is checked.
///
/// A handler turns an instruction into an [Admission]: an [MmioOperation], or the reason why there is none. An
/// operation is made once per distinct instruction, knows nothing of any guest, and may be executed by several engines
/// at once. What belongs to a guest is the [Execution] that is handed to it: one per engine, for the engine's thread
/// alone, used again from trap to trap, so that a trap allocates nothing. What a handler passes over, and reports as
/// done, is a [SkippedOperation].
///
/// # The way to a device
///
/// Calls go one way only; none of these knows what stands to the left of it.
///
/// ```
/// Execution ──> OperandTranslation ──> TranslatedOperand ──> DevicePort ──> MmioBus
/// registers,    segment, alignment,    two pieces at most,   widths, lock,
/// staging,      pages; once per        each RAM or device    log, observer
/// result        operand
/// ```
///
/// - [AccessPlan] says how an operand is accessed, as far as that is the same for every trap: its address
///   ([MemoryRef]), size, direction, alignment. An operation makes those it needs when it is made.
/// - [Execution#open(int,AccessPlan)] checks and translates one, and gives the [TranslatedOperand] of the slot, 0 or
///   1, which is good until the slot is opened again or the operation returns.
/// - [TranslatedOperand#load()] and [TranslatedOperand#store(long)] access it; [Execution#modify] reads and writes it,
///   under LOCK by the device's compare-and-exchange where it offers one, else with the bus locked.
/// - Handlers that work by guest-physical address use [Execution#readDevice] and [Execution#writeDevice], for which
///   nothing is checked: neither does Linux.
///
/// # The order of checks
///
/// The first that fails ends the instruction, and nothing of it stays.
///
/// | | check | ends with | Intel SDM |
/// |---|---|---|---|
/// | 1 | what must be switched on: [Feature] | #UD, then #NM | vol. 2, 2.4 to 2.7 |
/// | 2 | what the operation asks before its operands, as the CPL for ENQCMDS | #GP | vol. 2, the instruction |
/// | 3 | alignment that the instruction requires | #GP | vol. 2, 2.4 |
/// | 4 | the segment's limit; in 64-bit mode canonical form, of first and last byte | #SS or #GP | vol. 3, "Limit Checking"; vol. 1, "Canonical Addressing" |
/// | 5 | alignment where RFLAGS.AC and CR0.AM are set, at CPL 3 | #AC | vol. 3, table 7-7 |
/// | 6 | the page of the first byte, then that of the last | #PF | vol. 3, 4.7 |
/// | 7 | the widths that the devices take, piece by piece | `width-refused` | |
///
/// 3 to 7 are done for one operand after the other, in the order in which the operation opens them; all of them before
/// the first access. The manuals leave open which of 3 and 4 comes first, and which of 5 and 6: here it is as on AMD's
/// processors. Linux's handlers check in an order of their own and open no operand.
///
/// After these only a device can refuse. What was done to devices until then stays done, and the Failure lists it.
///
/// # What is staged, what is committed
///
/// Registers and flags are staged: [Execution#setGpr], [Execution#setVector], [Execution#setMmx], [Execution#setMask],
/// [Execution#flags()]. Up to four general-purpose registers, and one of each other kind; [Execution#cpu()] shows them
/// as before. When the operation has returned, they are committed together, then RIP moves on and RFLAGS.RF is cleared;
/// where RFLAGS.TF was set, a #DB follows. A repeated string instruction commits each iteration
/// ([Execution#commitIteration]) and stops at [Execution#repeatBound()] with RIP left where it is
/// ([Execution#leaveIncomplete]).
///
/// What is stored in ordinary memory, by [TranslatedOperand#store(long)] or [Execution#writeMemory], is staged too, and
/// written before the registers, so that memory is as before wherever an instruction ends early; a load sees what was
/// there before. Devices are written at once.
///
/// # Who may throw
///
/// - An operation ends early by `throw` of what [Execution#fault], [Execution#pageFault] or [Execution#refuse] return;
///   these throw by themselves, so that nothing behind them runs. It catches nothing.
/// - A device or bus throws [org.vemmio.emulator.device.DeviceRefusedException]; it becomes `device-refused`.
/// - Anything else, of a device, a memory or a Cpu, goes through to the caller of the engine, with nothing committed,
///   except where `write` of the memory or a setter of the Cpu is what throws.
@NullMarked
package org.vemmio.emulator.operation;

import org.jspecify.annotations.NullMarked;
