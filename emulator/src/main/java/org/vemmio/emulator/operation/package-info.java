/// Instructions made ready to execute.
///
/// An [MmioOperation] is built once per distinct instruction and is free of guest state; [Execution] is the state of
/// one engine while it executes one: it opens operands in memory (checked and translated before the first access),
/// makes the accesses, and keeps register and flag writes back until they are committed together. [org.vemmio.emulator.instruction.InstructionTable]
/// finds the operation for an instruction; each family has a file of its own. What the architectural handler refuses
/// is in `refused-instructions.txt`, by family.
@NullMarked
package org.vemmio.emulator.operation;

import org.jspecify.annotations.NullMarked;
