package org.vemmio.emulator.testing;

import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Failure;

/// Assertions about why a trap could not be dealt with.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class FailureAssert extends AbstractAssert<FailureAssert, Failure> {
    FailureAssert(Failure actual) {
        super(actual, FailureAssert.class);
    }

    private FailureAssert check(boolean holds, String expected) {
        if (!holds) {
            throw failure("%s", Report.of(actual).contradicting(expected));
        }
        return this;
    }

    /// Asserts which check refused.
    ///
    /// @param label its label, such as `page-split`
    public FailureAssert hasCheck(String label) {
        isNotNull();
        return check(actual.check().label().equals(label), "a Failure of the check " + label);
    }

    /// Asserts what the handler returned, as a negative number, or what recordings give for it.
    public FailureAssert hasErrno(Errno errno) {
        isNotNull();
        return check(actual.errno().equals(Optional.of(errno)), "a Failure with -" + errno);
    }

    /// Asserts what the check leaves open.
    ///
    /// @param detail a part of its text
    public FailureAssert hasDetailContaining(String detail) {
        isNotNull();
        return check(actual.detail().contains(detail), "a Failure whose detail contains '%s'".formatted(detail));
    }

    /// Asserts what the check leaves open.
    ///
    /// @param detail its text
    public FailureAssert hasDetail(String detail) {
        isNotNull();
        return check(actual.detail().equals(detail), "a Failure with the detail '%s'".formatted(detail));
    }

    /// Asserts which handler refused.
    ///
    /// @param handler its name, such as `linux-tdx-6.12`
    public FailureAssert isFrom(String handler) {
        isNotNull();
        return check(actual.handler().equals(handler), "a Failure from " + handler);
    }

    /// Asserts that the bytes are an instruction with this mnemonic.
    public FailureAssert hasMnemonic(String mnemonic) {
        isNotNull();
        return check(actual.instruction().map(Instruction::mnemonic).filter(mnemonic::equals).isPresent(),
                "a Failure on the instruction " + mnemonic);
    }

    /// Asserts that the bytes are no instruction, or were not fetched.
    public FailureAssert hasNoInstruction() {
        isNotNull();
        return check(actual.instruction().isEmpty(), "a Failure without an instruction");
    }

    /// {@return assertions about the device accesses made before it}
    public DeviceAccessesAssert accesses() {
        isNotNull();
        return new DeviceAccessesAssert(actual.accesses());
    }
}
