package org.vemmio.emulator.policy;

/// What a kernel is set to, beside its rules.
///
/// @param panicOnWarn whether a warning that prints is a panic (`kernel.panic_on_warn`)
/// @param panicOnOops whether an oops is a panic (`kernel.panic_on_oops`)
/// @param warnLimit the number of warnings of which the last is a panic (`kernel.warn_limit`, since Linux 6.2); 0 for
///     none
/// @param oopsLimit the number of oopses of which the last is a panic (`kernel.oops_limit`, since Linux 6.2); 0 for
///     none
/// @param faultAddress what the #GP path tells the exception table's handlers about the place of the fault
public record Knobs(boolean panicOnWarn, boolean panicOnOops, int warnLimit, int oopsLimit, FaultAddress faultAddress) {
    /// As Linux 6.12 boots: no panic on a warning or an oops, no limit on warnings, 10,000 oopses.
    public static final Knobs DEFAULT = new Knobs(false, false, 0, 10_000, FaultAddress.LINEAR);

    /// What `ve_raise_fault` hands on as the address of the fault (Linux arch/x86/kernel/traps.c).
    public enum FaultAddress {
        /// The guest-linear address of the trap, since Linux 6.5 (commit 9f9116406120).
        LINEAR,
        /// As the handler that refused does: [org.vemmio.emulator.outcome.Check.Raised#addressed].
        OWN,
        /// 0, before Linux 6.5: a fixup that compares addresses never takes over.
        ZERO
    }

    /// Creates knobs.
    ///
    /// @throws IllegalArgumentException if a limit is negative
    public Knobs {
        if (warnLimit < 0 || oopsLimit < 0) {
            throw new IllegalArgumentException("a limit is 0 or more, not " + Math.min(warnLimit, oopsLimit));
        }
    }

    /// {@return these knobs with another `panic_on_warn`}
    public Knobs withPanicOnWarn(boolean value) {
        return new Knobs(value, panicOnOops, warnLimit, oopsLimit, faultAddress);
    }

    /// {@return these knobs with another `panic_on_oops`}
    public Knobs withPanicOnOops(boolean value) {
        return new Knobs(panicOnWarn, value, warnLimit, oopsLimit, faultAddress);
    }

    /// {@return these knobs with another `warn_limit`}
    ///
    /// @throws IllegalArgumentException if it is negative
    public Knobs withWarnLimit(int value) {
        return new Knobs(panicOnWarn, panicOnOops, value, oopsLimit, faultAddress);
    }

    /// {@return these knobs with another `oops_limit`}
    ///
    /// @throws IllegalArgumentException if it is negative
    public Knobs withOopsLimit(int value) {
        return new Knobs(panicOnWarn, panicOnOops, warnLimit, value, faultAddress);
    }

    /// {@return these knobs with another fault address}
    public Knobs withFaultAddress(FaultAddress value) {
        return new Knobs(panicOnWarn, panicOnOops, warnLimit, oopsLimit, value);
    }
}
