package org.vemmio.emulator.recording.replay;

/// What a replay says of a trap.
public enum Verdict {
    /// Everything that the recording tells came out.
    AGREED,
    /// Something else came out.
    DISAGREED,
    /// The handler could not deal with the trap, and the recording does not tell what must come out.
    REFUSED
}
