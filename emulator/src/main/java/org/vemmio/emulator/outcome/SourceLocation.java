package org.vemmio.emulator.outcome;

/// Where in its source a handler refuses, or a line of a kernel's log comes from.
///
/// @param file the path in the source tree; of a handler without one its name
/// @param line the line number, in the release that the [Ladder] names, in a kernel's log that of Linux 6.12.117; of a
///     handler without a source the number of the rung, from 1; 0 where it is not known
/// @param function the function
public record SourceLocation(String file, int line, String function) {
    /// {@return for instance `arch/x86/coco/tdx/tdx.c:510 handle_mmio`}
    @Override
    public String toString() {
        return line == 0 ? file + " " + function : "%s:%d %s".formatted(file, line, function);
    }
}
