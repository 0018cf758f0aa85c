/// What becomes of a trap.
///
/// An engine answers every trap with an [Outcome]. Where no stage failed it is [Outcome.Emulated], or
/// [Outcome.Exception] for a fault of the instruction itself. Otherwise there is a [Failure] with its [FailureReason],
/// an [Action] that a policy chose by a rule (both in a [Decision]), and an [Ending].
@NullMarked
package org.vemmio.emulator.outcome;

import org.jspecify.annotations.NullMarked;
