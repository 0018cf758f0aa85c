/// The guest's memory as an instruction sees it: linear addresses, some of which are devices.
///
/// [LinearMemory] is the interface a simulator implements over its own page tables; [MemoryMap] is a ready one made of
/// a few ranges, enough for a recorded trap or a unit test.
@NullMarked
package org.vemmio.emulator.memory;

import org.jspecify.annotations.NullMarked;
