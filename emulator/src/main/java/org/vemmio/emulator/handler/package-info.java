/// The handlers that can be asked to deal with a trap.
///
/// A [TrapHandler] admits an instruction, checking in its own order and with its own error numbers, and gives the
/// operation to execute. [TrapHandlers] finds one by name.
@NullMarked
package org.vemmio.emulator.handler;

import org.jspecify.annotations.NullMarked;
