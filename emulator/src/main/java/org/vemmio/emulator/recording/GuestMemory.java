package org.vemmio.emulator.recording;

import java.util.List;
import org.vemmio.emulator.memory.MemoryMap;

/// The guest's memory that an instruction can reach; everything else is unmapped. Immutable.
///
/// @param windows the ranges behind which there are devices; none where nothing is a device
/// @param ranges ordinary memory, by guest-linear address
public record GuestMemory(List<DeviceWindow> windows, List<ByteRange> ranges) {
    /// Creates a memory; the lists are copied.
    ///
    /// @throws IllegalArgumentException if windows and ranges overlap, or run past the end of the address space,
    ///     or a window does not end below guest-physical address 2^52
    public GuestMemory {
        windows = List.copyOf(windows);
        ranges = List.copyOf(ranges);
        try {
            builder(windows, ranges);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("device windows and memory lie apart; " + e.getMessage(), e);
        }
    }

    /// {@return the memory with instruction bytes at an address, behind which nothing can be fetched}
    ///
    /// @param linearRip the guest-linear address of the first byte
    /// @param code the bytes, 0 to 15
    public MemoryMap withCode(long linearRip, byte... code) {
        return builder(windows, ranges).code(linearRip, code).build();
    }

    private static MemoryMap.Builder builder(List<DeviceWindow> windows, List<ByteRange> ranges) {
        MemoryMap.Builder map = MemoryMap.builder();
        ranges.forEach(range -> map.ram(range.address(), range.bytes()));
        windows.forEach(window -> map.device(window.gla(), window.gpa(), window.size()));
        return map;
    }
}
