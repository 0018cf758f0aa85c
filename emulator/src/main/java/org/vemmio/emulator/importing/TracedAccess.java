package org.vemmio.emulator.importing;

import java.util.OptionalLong;

/// A device access that a trace shows.
///
/// @param write whether it is a write
/// @param gpa guest-physical address of the first byte
/// @param size in bytes, at least 1
/// @param value the low 8 bytes; what lies above is not known
/// @param answered false of a read whose answer is missing
/// @param gla the linear address, where the trace tells it
/// @param events how many lines tell of it
record TracedAccess(boolean write, long gpa, int size, long value, boolean answered, OptionalLong gla, int events) {
    /// Returns the address behind the last byte.
    long end() {
        return gpa + size;
    }
}
