package org.vemmio.emulator.hex;

/// What a form says about the first lines of a text.
sealed interface Fit {
    /// It is not in this form.
    Fit NO = new No();
    /// It is in this form.
    Fit YES = new Yes();

    /// Says that it is in this form only if the user says so, or that it cannot be read.
    static Fit asked(int line, String problem) {
        return new Asked(line, problem);
    }

    static Fit of(boolean fits) {
        return fits ? YES : NO;
    }

    record No() implements Fit {
    }

    record Yes() implements Fit {
    }

    record Asked(int line, String problem) implements Fit {
    }
}
