package org.vemmio.emulator.recording;

import java.util.List;
import java.util.Objects;

import org.vemmio.emulator.outcome.DeviceAccess;

/// What stands for the devices of a trap. Immutable.
public sealed interface Devices {
    /// Devices that answer, and are accessed, as recorded.
    ///
    /// @param accesses in order: reads with what the device answers, writes with what must arrive; may be none
    record Script(List<DeviceAccess> accesses) implements Devices {
        /// Creates a script; the list is copied.
        public Script {
            accesses = List.copyOf(accesses);
        }
    }

    /// A device that behaves as memory, accessible at any size.
    ///
    /// @param contents before the instruction, by guest-physical address
    record Backing(ByteRange contents) implements Devices {
        /// Creates a device.
        public Backing {
            Objects.requireNonNull(contents);
        }
    }
}
