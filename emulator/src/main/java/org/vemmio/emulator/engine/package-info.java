/// The engine: from a trap to its outcome.
///
/// [MmioEngine] takes a trap through five stages: fetch, decode, admit, execute, commit. Each hands a value on or hands
/// out a Failure, for which a policy chooses an Action; nothing is thrown from one to the next.
@NullMarked
package org.vemmio.emulator.engine;

import org.jspecify.annotations.NullMarked;
