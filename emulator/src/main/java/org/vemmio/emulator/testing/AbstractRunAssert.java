package org.vemmio.emulator.testing;

import org.vemmio.emulator.recording.RecordedTrap;

/// Assertions about a trap that was run: its Outcome and what became of the registers.
///
/// @param <S> the type of the assertion itself
/// @param <A> the type of what it is about
public abstract sealed class AbstractRunAssert<S extends AbstractRunAssert<S, A>, A> extends AbstractOutcomeAssert<S, A>
        permits TrapRunAssert, ReplayResultAssert {
    AbstractRunAssert(A actual, Class<?> selfType) {
        super(actual, selfType);
    }

    abstract RecordedTrap trap();

    abstract RegisterChanges registers();

    @Override
    Report report() {
        return Report.of(trap(), outcome(), registers());
    }

    final void check(boolean holds, String expected, String instead) {
        if (!holds) {
            throw failure("%s", report().contradicting(expected, instead));
        }
    }

    private S checkRegister(boolean holds, String name, String expected) {
        check(holds, expected, name + " " + registers().after(name));
        return myself;
    }

    /// Asserts that the instruction, or what a policy did about it, left no register changed, RIP included.
    public S changedNothing() {
        isNotNull();
        check(registers().changes().isEmpty(), "no register changed", registers().summary());
        return myself;
    }

    /// Asserts that these registers changed and, but for RIP, no others.
    ///
    /// @param names `rflags`, `rax` to `r15`, `k0` to `k7`, `mm0` to `mm7`, or `xmm`, `ymm` or `zmm` with a number, of
    ///     which `xmm1` is the low 16 bytes alone
    /// @throws IllegalArgumentException if there is no such register
    public S changedOnly(String... names) {
        isNotNull();
        check(registers().areOnly(names), RegisterChanges.only(names), registers().summary());
        return myself;
    }

    /// Asserts the value of a register after.
    ///
    /// @param name `rip`, `rflags`, `rax` to `r15`, `k0` to `k7` or `mm0` to `mm7`
    /// @throws IllegalArgumentException if there is no such register
    public S hasRegister(String name, long value) {
        isNotNull();
        return checkRegister(registers().has(name, value), name, RegisterChanges.holding(name, value));
    }

    /// Asserts the value of a vector register after.
    ///
    /// @param name `xmm`, `ymm` or `zmm` with a number
    /// @param bytes all its bytes in hexadecimal, in memory order
    /// @throws IllegalArgumentException if there is no such register
    public S hasRegister(String name, String bytes) {
        isNotNull();
        return checkRegister(registers().has(name, bytes), name, name + " " + bytes);
    }

    /// Asserts where the processor goes on.
    ///
    /// @param rip an offset into CS
    public S continuesAt(long rip) {
        isNotNull();
        return checkRegister(registers().has("rip", rip), "rip", RegisterChanges.holding("rip", rip));
    }
}
