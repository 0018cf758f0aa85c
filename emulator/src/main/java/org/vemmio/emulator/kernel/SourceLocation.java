package org.vemmio.emulator.kernel;

/// Where in the kernel's source a line of its log comes from.
///
/// @param file the path in the source tree
/// @param line the line number in Linux 6.12.117
/// @param function the function
public record SourceLocation(String file, int line, String function) {
    /// {@return for instance `arch/x86/coco/tdx/tdx.c:510 handle_mmio`}
    @Override
    public String toString() {
        return "%s:%d %s".formatted(file, line, function);
    }
}
