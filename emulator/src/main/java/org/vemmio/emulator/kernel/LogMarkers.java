package org.vemmio.emulator.kernel;

/// The lines by which people and tools find their way in a kernel's log.
final class LogMarkers {
    static final String CUT_HERE = "------------[ cut here ]------------";
    static final String MODULES = "Modules linked in:";
    static final String END_TRACE = "---[ end trace 0000000000000000 ]---";

    private LogMarkers() {
    }
}
