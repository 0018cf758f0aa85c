package org.vemmio.emulator.operation;

/// Ends an operation early. What it means is kept in the [Execution]; it never leaves the execute stage.
final class Interruption extends RuntimeException {
    static final Interruption INSTANCE = new Interruption();

    private static final long serialVersionUID = 1;

    private Interruption() {
        super(null, null, false, false);
    }
}
