package org.vemmio.emulator.scenario.file;

import org.vemmio.emulator.input.InputException;

/// Thrown when a scenario file cannot be read.
public final class ScenarioException extends InputException {
    private static final long serialVersionUID = 1;

    ScenarioException(String file, int line, int column, String problem) {
        super(file, line, column, problem, null);
    }
}
