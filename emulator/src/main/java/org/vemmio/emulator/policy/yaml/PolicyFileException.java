package org.vemmio.emulator.policy.yaml;

import org.vemmio.emulator.input.InputException;

/// Thrown when a policy file cannot be read.
public final class PolicyFileException extends InputException {
    private static final long serialVersionUID = 1;

    PolicyFileException(String file, int line, int column, String problem) {
        super(file, line, column, problem, null);
    }
}
