package org.vemmio.emulator.testing;

import org.assertj.core.api.AbstractAssert;
import org.vemmio.emulator.outcome.Hazard;

/// Assertions about a difference from the architecture.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class HazardAssert extends AbstractAssert<HazardAssert, Hazard> {
    HazardAssert(Hazard actual) {
        super(actual, HazardAssert.class);
    }

    /// Asserts in what it is.
    public HazardAssert is(Hazard.Kind kind) {
        isNotNull();
        if (actual.kind() != kind) {
            throw failure("%s", Report.contradiction("the hazard " + Report.text(kind), actual.toString()));
        }
        return this;
    }

    /// Asserts its particulars.
    ///
    /// @param detail a part of their text
    public HazardAssert concerns(String detail) {
        isNotNull();
        if (!actual.detail().contains(detail)) {
            throw failure("%s", Report.contradiction("a hazard that concerns " + detail, actual.toString()));
        }
        return this;
    }
}
