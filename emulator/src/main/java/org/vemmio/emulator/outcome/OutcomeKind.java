package org.vemmio.emulator.outcome;

import org.vemmio.emulator.input.Labels;

/// The kinds of [Outcome].
public enum OutcomeKind {
    EMULATED, EXCEPTION, RECOVERED, PROPAGATED, GENERAL_PROTECTION, BUG, PANIC, TERMINATED, INJECTED, HALTED,
    ABORTED, VMM_ERROR;

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return the kind of an outcome}
    public static OutcomeKind of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated _ -> EMULATED;
            case Outcome.Exception _ -> EXCEPTION;
            case Outcome.Recovered _ -> RECOVERED;
            case Outcome.Propagated _ -> PROPAGATED;
            case Outcome.GeneralProtection _ -> GENERAL_PROTECTION;
            case Outcome.Bug _ -> BUG;
            case Outcome.Panic _ -> PANIC;
            case Outcome.Terminated _ -> TERMINATED;
            case Outcome.Injected _ -> INJECTED;
            case Outcome.Halted _ -> HALTED;
            case Outcome.Aborted _ -> ABORTED;
            case Outcome.VmmError _ -> VMM_ERROR;
        };
    }
}
