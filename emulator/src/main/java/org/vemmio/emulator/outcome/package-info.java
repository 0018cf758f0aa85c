/// What becomes of a trap.
///
/// An engine answers every trap with an [Outcome], a sealed family to match on:
///
/// | outcome | when | the guest's registers |
/// |---|---|---|
/// | [Outcome.Emulated] | no stage failed; perhaps not complete, with [Hazard]s | written |
/// | [Outcome.Exception] | the instruction itself faults, or a single step follows it | as before; of a single step written |
/// | the others | a stage failed, and a policy decided | as before, but where a recovery or a fixup went on |
///
/// A [Failure] says why a trap could not be dealt with: its [FailureReason], one of a closed set over all handlers,
/// with the error number that Linux would return; the handler; the bytes and what the processor makes of them; the
/// addresses of the trap; and every [DeviceAccess] that was made and stays made. A [Decision] is the [Action] that a
/// policy took, with its rule; a [Recovery] is how an Action goes on without the handler; an [Ending] is where a
/// guest's kernel came to in the end.
///
/// Everything here is immutable and says nothing of how it came about, so that it can be kept, compared and printed. A
/// success allocates nothing: each operation has its outcomes ready.
@NullMarked
package org.vemmio.emulator.outcome;

import org.jspecify.annotations.NullMarked;
