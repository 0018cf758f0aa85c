package org.vemmio.emulator.engine;

import java.util.function.BooleanSupplier;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// Calls an engine with the same trap until the instruction is complete: a `rep` instruction may have iterations left
/// when the engine returns, and a guest would trap again. Immutable, for any thread.
///
/// @param calls how many calls of the engine one trap may take, at least 1
public record Completion(int calls) {
    /// How many calls of the engine one trap may take unless told.
    public static final int CALLS = 1 << 16;
    /// Up to [#CALLS] calls.
    public static final Completion STANDARD = new Completion(CALLS);

    /// Creates a loop.
    ///
    /// @throws IllegalArgumentException if `calls` is less than 1
    public Completion {
        if (calls < 1) {
            throw new IllegalArgumentException("the bound on calls is at least 1, not " + calls);
        }
    }

    /// Why there was no further call.
    public enum Stop {
        /// The instruction is complete, or has ended otherwise.
        COMPLETE,
        /// Iterations are left, and the last call did none: registers and RIP stayed.
        STUCK,
        /// Iterations are left, and the calls are used up.
        BOUND,
        /// Iterations are left, and the caller wanted no further call.
        CALLER
    }

    /// What came of it.
    ///
    /// @param outcome of the last call
    /// @param stop why there was no further one
    public record Result(Outcome outcome, Stop stop) {
    }

    /// {@return what came of a trap, called again until the instruction is complete}
    ///
    /// The parameters are those of [MmioEngine#handle]. `cpu` and `memory` change with every call: where iterations are
    /// left they are as after the last, with RIP on the instruction.
    ///
    /// @throws WrongThreadException as [MmioEngine#handle]
    /// @throws IllegalStateException as [MmioEngine#handle]
    public Result handle(MmioEngine engine, Trap trap, Cpu cpu, LinearMemory memory) {
        return handle(engine, trap, cpu, memory, () -> true);
    }

    /// {@return what came of a trap, called again until the instruction is complete or `again` says no}
    ///
    /// @param again is asked before each call but the first; false ends the loop with [Stop#CALLER]
    /// @throws WrongThreadException as [MmioEngine#handle]
    /// @throws IllegalStateException as [MmioEngine#handle]
    public Result handle(MmioEngine engine, Trap trap, Cpu cpu, LinearMemory memory, BooleanSupplier again) {
        Outcome outcome = engine.handle(trap, cpu, memory);
        if (!isIncomplete(outcome)) {
            return new Result(outcome, Stop.COMPLETE);
        }
        long[] before = new long[Gpr.COUNT];
        for (int call = 1; call < calls; call++) {
            if (!again.getAsBoolean()) {
                return new Result(outcome, Stop.CALLER);
            }
            note(cpu, before);
            outcome = engine.handle(trap, cpu, memory);
            if (!isIncomplete(outcome)) {
                return new Result(outcome, Stop.COMPLETE);
            }
            if (!note(cpu, before)) {
                return new Result(outcome, Stop.STUCK);
            }
        }
        return new Result(outcome, Stop.BOUND);
    }

    /// Notes the general-purpose registers, in which alone iterations show, and returns whether one has changed.
    private static boolean note(Cpu cpu, long[] registers) {
        boolean changed = false;
        for (int i = 0; i < Gpr.COUNT; i++) {
            changed |= registers[i] != cpu.gpr(i);
            registers[i] = cpu.gpr(i);
        }
        return changed;
    }

    /// {@return whether a `rep` instruction has iterations left}
    public static boolean isIncomplete(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated emulated -> !emulated.complete();
            case Outcome.Recovered recovered -> recovered.by() != null && isIncomplete(recovered.by());
            default -> false;
        };
    }
}
