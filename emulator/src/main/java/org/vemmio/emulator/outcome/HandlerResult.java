package org.vemmio.emulator.outcome;

/// What a handler has made of a trap, before any policy is asked: it was emulated, the instruction raises an exception,
/// or the handler could not deal with it. Immutable.
public sealed interface HandlerResult permits Outcome.Emulated, Outcome.Exception, Failure {
}
