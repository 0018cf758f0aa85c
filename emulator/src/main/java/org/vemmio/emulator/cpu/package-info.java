/// The guest's registers as a trap handler sees them, and what the processor reported of a trap.
///
/// [Cpu] is the interface a simulator implements over its own state; [CpuState] is the plain object for everybody else.
/// [Gpr], [Segment], [Rflags] and [Cr] hold the numbers and bits of the architecture (Intel SDM vol. 1, 3.4; vol. 3,
/// 2.5 and 2.6). [Trap] is what came with the #VE or #VC.
///
/// An engine reads a Cpu while it deals with a trap, and writes it at the end, or not at all; of a repeated string
/// instruction after each iteration. It belongs to the virtual processor's thread. Registers are 64 bits wide in every
/// mode: a 16- or 32-bit guest has the rest of them too, and keeps it.
@NullMarked
package org.vemmio.emulator.cpu;

import org.jspecify.annotations.NullMarked;
