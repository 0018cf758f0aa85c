package org.vemmio.emulator.testing;

import org.vemmio.emulator.outcome.Outcome;

/// Assertions about an Outcome.
public final class OutcomeAssert extends AbstractOutcomeAssert<OutcomeAssert, Outcome> {
    OutcomeAssert(Outcome actual) {
        super(actual, OutcomeAssert.class);
    }

    @Override
    Outcome outcome() {
        return actual;
    }

    @Override
    Report report() {
        return Report.of(actual);
    }
}
