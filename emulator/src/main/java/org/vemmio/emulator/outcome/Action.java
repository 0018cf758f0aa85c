package org.vemmio.emulator.outcome;

/// What a policy does about a Failure.
public sealed interface Action {
    /// BUG(): the handler is broken.
    record Bug() implements Action {
    }

    /// WARN, then the path of a #GP: the code that trapped is broken.
    ///
    /// @param once whether only the first of all Failures that reach the same warning statement prints
    record WarnAndGeneralProtection(boolean once) implements Action {
    }

    /// The path of a #GP without a warning.
    record GeneralProtection() implements Action {
    }

    /// Go on.
    record Recover(Recovery how) implements Action {
    }

    /// What the handler does by itself (see [Check#own]). Stands in rules alone: a decision tells what that is.
    record Own() implements Action {
    }

    /// Hand the Failure to the caller; the guest stays as it is.
    record Propagate() implements Action {
    }

    /// panic(): the kernel stops.
    record Panic() implements Action {
    }

    /// Ask the host to end the guest, by the GHCB termination request (Linux arch/x86/coco/sev, `sev_es_terminate`).
    record Terminate() implements Action {
    }
}
