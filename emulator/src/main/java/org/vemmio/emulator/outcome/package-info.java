/// What becomes of a trap.
///
/// An engine answers every trap with an [Outcome], a sealed family to match on:
///
/// | outcome | when | the guest's registers |
/// |---|---|---|
/// | [Outcome.Emulated] | no stage failed; perhaps not complete, with [Hazard]s | written |
/// | [Outcome.Exception] | the instruction itself faults, or a single step follows it | as before; of a single step written |
/// | the others | a stage failed, and a policy decided | as before, but where a recovery or a fixup went on, and for what a late check keeps |
///
/// A [Failure] says why a trap could not be dealt with: the [Check] that refused, one rung of the handler's [Ladder] or
/// one of the [CommonChecks], which tells all that follows from it; the handler; the bytes and what the processor makes
/// of them; the addresses of the trap; every [DeviceAccess] that was made and stays made, and the registers that a late
/// check leaves changed. A [Decision] is the [Action] that a
/// policy took, with its rule; a [Recovery] is how an Action goes on without the handler; an [Ending] is where a
/// guest's kernel came to in the end.
///
/// Everything here is immutable and says nothing of how it came about, so that it can be kept, compared and printed. A
/// success allocates nothing: each operation has its outcomes ready.
@NullMarked
package org.vemmio.emulator.outcome;

import org.jspecify.annotations.NullMarked;
