/// Devices by guest-physical address.
///
/// [MmioBus] is what an engine talks to. [DeviceMap] is a ready bus over a set of [MmioDevice]s, and [MemoryDevice] a
/// device that behaves as memory. An [AccessObserver] sees what was done.
///
/// - *Widths.* A device says which it takes, powers of two from 1 to 64 bytes. An access of another width is split into
///   such ones in ascending address order, or refused before the first; it is never widened. The handlers of Linux make
///   their accesses as the kernel does, which asks no device.
/// - *Lock.* A locked read-modify-write is the device's compare-and-exchange where it offers one of that width; else
///   the bus is locked around a read and a write.
/// - *Refusal.* A device refuses by throwing [DeviceRefusedException], as a hypercall fails; an engine makes a Failure
///   of it. Anything else that it throws is a mistake of the program, and goes through to the engine's caller.
/// - *Threads.* A bus that several virtual processors share must be safe for their threads; the devices of a DeviceMap
///   need not be: the map calls one that is not concurrent under a lock. A device must not call the engine that is
///   calling it.
@NullMarked
package org.vemmio.emulator.device;

import org.jspecify.annotations.NullMarked;
