package org.vemmio.emulator.fuzz;

/// A range of linear memory.
///
/// @param linear address of the first byte
/// @param size in bytes; a range that is a device has whole pages
/// @param kind what is there
/// @param gpa guest-physical address of the first byte, of a device alone
record Region(long linear, int size, Kind kind, long gpa) {
    enum Kind { RAM, READ_ONLY, DEVICE }

    boolean holds(long address) {
        return Long.compareUnsigned(address - linear, size) < 0;
    }
}
