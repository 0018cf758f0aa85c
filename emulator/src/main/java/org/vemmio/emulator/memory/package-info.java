/// The guest's memory as an instruction sees it: linear addresses, some of which are devices.
///
/// [LinearMemory] is the interface that a simulator implements over its own page tables; [MemoryMap] is a ready one
/// made of a few ranges, enough for a recorded trap or a unit test.
///
/// An engine asks in this order: `fetch` for the instruction's bytes; then, for each operand and each page that it
/// touches, `translate`, which tells in one answer whether the access would fault and where it leads; only then `read`
/// and `write`, for what is no device. An answer must hold for the whole of one trap: what `translate` let pass, `read`
/// and `write` do.
/// Protection is the memory's business alone: user and supervisor pages, write protection, SMAP.
///
/// A page is a device or ordinary memory as a whole, 4096 bytes at a time, whatever the guest's page size. What is
/// no device never reaches the bus, and what is one never reaches `read` and `write`.
@NullMarked
package org.vemmio.emulator.memory;

import org.jspecify.annotations.NullMarked;
