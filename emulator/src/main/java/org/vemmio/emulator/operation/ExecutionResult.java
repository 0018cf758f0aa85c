package org.vemmio.emulator.operation;

import org.vemmio.emulator.outcome.Outcome;

/// How an [Execution] ended: the work was done ([Done]), the instruction raises an exception ([RaisedException]), or
/// the handler or a device refused ([OperationRefusal]). Immutable.
public sealed interface ExecutionResult
        permits ExecutionResult.Done, ExecutionResult.RaisedException, OperationRefusal {
    /// What is staged has been committed.
    ///
    /// @param complete false if a `rep` instruction has iterations left
    /// @param effect what was done to the devices
    record Done(boolean complete, Outcome.Effect effect) implements ExecutionResult {
        private static final Done[] ALL = new Done[2 * Outcome.Effect.values().length];

        static {
            for (Outcome.Effect effect : Outcome.Effect.values()) {
                ALL[2 * effect.ordinal()] = new Done(false, effect);
                ALL[2 * effect.ordinal() + 1] = new Done(true, effect);
            }
        }

        /// {@return the one object with these components}
        public static Done of(boolean complete, Outcome.Effect effect) {
            return ALL[2 * effect.ordinal() + (complete ? 1 : 0)];
        }
    }

    /// A fault, with nothing committed (of a `rep` instruction, nothing after its last whole iteration); or, of a
    /// completed instruction, the single step that follows.
    ///
    /// @param vector the exception's vector, as of [Outcome.Exception]
    /// @param errorCode the error code, or 0 for a vector without one
    /// @param address the linear address of a page fault, else 0
    /// @param complete whether the instruction has been completed
    record RaisedException(int vector, int errorCode, long address, boolean complete) implements ExecutionResult {
    }
}
