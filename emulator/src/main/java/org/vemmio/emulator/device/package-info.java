/// Devices by guest-physical address.
///
/// [MmioBus] is what an engine talks to. [DeviceMap] is a ready bus over a set of [MmioDevice]s, and [MemoryDevice] a
/// device that behaves as memory. A device refuses an access by throwing [DeviceRefusedException]; an engine makes a
/// Failure of it.
@NullMarked
package org.vemmio.emulator.device;

import org.jspecify.annotations.NullMarked;
