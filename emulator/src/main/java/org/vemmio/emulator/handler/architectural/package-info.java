/// The processor itself as a handler: bit for bit, in 16-, 32- and 64-bit code, kernel and user mode.
///
/// [ArchitecturalHandler] admits what [org.vemmio.emulator.instruction] executes; what that is, `vemmio coverage` lists.
/// It has no source but the manuals, and no end of its own: its Failures are handed to the caller.
@NullMarked
package org.vemmio.emulator.handler.architectural;

import org.jspecify.annotations.NullMarked;
