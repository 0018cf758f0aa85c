package org.vemmio.emulator.cli;

import java.util.List;
import java.util.Map;

/// Which of the outputs are terminals, and what may be done there.
///
/// @param colours whether results may have colours
/// @param progress whether messages may be overwritten
record Terminal(boolean colours, boolean progress) {
    /// No terminal at all.
    static final Terminal NONE = new Terminal(false, false);

    /// Set by the launcher, since Java cannot tell of each stream: `out`, `err`, or both with a comma between.
    private static final String PROPERTY = "vemmio.terminal";

    /// Returns the terminals of this process.
    static Terminal ofProcess() {
        return of(System.getProperty(PROPERTY, ""), System.getenv());
    }

    /// Returns the terminals that `streams` names, in the environment `variables`: a NO_COLOR that is not empty, and a
    /// TERM that is dumb, forbid colours, and the latter progress too.
    static Terminal of(String streams, Map<String, String> variables) {
        List<String> names = List.of(streams.split(","));
        boolean able = !variables.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(able && names.contains("out") && variables.getOrDefault("NO_COLOR", "").isEmpty(),
                able && names.contains("err"));
    }
}
