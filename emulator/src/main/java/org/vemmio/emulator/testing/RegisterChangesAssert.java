package org.vemmio.emulator.testing;

import org.assertj.core.api.AbstractAssert;

/// Assertions about what became of registers.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class RegisterChangesAssert extends AbstractAssert<RegisterChangesAssert, RegisterChanges> {
    RegisterChangesAssert(RegisterChanges actual) {
        super(actual, RegisterChangesAssert.class);
    }

    private RegisterChangesAssert check(boolean holds, String expected) {
        if (!holds) {
            throw failure("%s", Report.of(actual).contradicting(expected));
        }
        return this;
    }

    /// Asserts that no register changed, RIP included.
    public RegisterChangesAssert areNone() {
        isNotNull();
        return check(actual.changes().isEmpty(), "no register changed");
    }

    /// Asserts that these registers changed and, but for RIP, no others.
    ///
    /// @param names as for [TrapRunAssert#changedOnly]
    /// @throws IllegalArgumentException if there is no such register
    public RegisterChangesAssert areOnly(String... names) {
        isNotNull();
        return check(actual.areOnly(names), RegisterChanges.only(names));
    }

    /// Asserts the value of a register after.
    ///
    /// @param name as for [TrapRunAssert#hasRegister(String, long)]
    /// @throws IllegalArgumentException if there is no such register
    public RegisterChangesAssert leave(String name, long value) {
        isNotNull();
        return check(actual.has(name, value), RegisterChanges.holding(name, value));
    }
}
