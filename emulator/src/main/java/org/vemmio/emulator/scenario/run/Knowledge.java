package org.vemmio.emulator.scenario.run;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.vemmio.emulator.scenario.Witness;

/// What has got out so far: who knows that something went wrong, and what the host knows that it should not.
final class Knowledge {
    private final Set<Witness> witnesses = EnumSet.noneOf(Witness.class);
    private final Set<String> exposed = new TreeSet<>();
    private int warnings;

    void tell(Witness witness) {
        witnesses.add(witness);
    }

    /// Counts warnings in the guest's kernel log.
    void addWarnings(int number) {
        warnings += number;
        if (number > 0) {
            tell(Witness.KERNEL_LOG);
        }
    }

    /// Lets the host know a page's private data.
    void addExposed(PageState page) {
        exposed.add(page.name);
    }

    Set<Witness> witnesses() {
        return witnesses;
    }

    Set<String> exposed() {
        return exposed;
    }

    int warnings() {
        return warnings;
    }
}
