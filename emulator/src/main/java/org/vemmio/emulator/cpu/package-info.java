/// The guest's registers as a trap handler sees them.
///
/// [Cpu] is the interface a simulator implements over its own state; [CpuState] is the plain object for
/// everybody else. [Gpr], [Segment] and [Rflags] hold the numbers of the architecture (Intel SDM vol. 1, 3.4).
@NullMarked
package org.vemmio.emulator.cpu;

import org.jspecify.annotations.NullMarked;
