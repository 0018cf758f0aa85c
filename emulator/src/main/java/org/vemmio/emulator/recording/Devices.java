package org.vemmio.emulator.recording;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    /// @param changed what a cell holds once it has been read, or locked, for the first time: 1 to 8 bytes of those of
    ///     `contents`; empty where no other agent changes the device
    record Backing(ByteRange contents, Optional<ByteRange> changed) implements Devices {
        /// Creates a device.
        ///
        /// @throws IllegalArgumentException if the cell that changes is not of 1 to 8 bytes, all of the device's
        public Backing {
            Objects.requireNonNull(contents);
            changed.ifPresent(cell -> {
                long offset = cell.address() - contents.address();
                if (cell.size() < 1 || cell.size() > Long.BYTES || offset < 0
                        || offset > contents.size() - cell.size()) {
                    throw new IllegalArgumentException(
                            "the cell that changes is 1 to 8 bytes of the backing device, not %d at 0x%x".formatted(
                                    cell.size(), cell.address()));
                }
            });
        }
    }
}
