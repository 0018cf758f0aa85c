package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.List;

/// The lines by which people and tools find their way in a kernel's log.
final class LogMarkers {
    static final String CUT_HERE = "------------[ cut here ]------------";
    static final String MODULES = "Modules linked in:";
    static final String END_TRACE = "---[ end trace 0000000000000000 ]---";

    private LogMarkers() {
    }

    /// The functions on a stack, innermost first.
    static List<String> stack(String function, List<String> callers) {
        List<String> functions = new ArrayList<>();
        functions.add(function);
        functions.addAll(callers);
        return functions;
    }
}
