package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// What a page is in one of its two views.
public enum Attribute {
    /// The guest's alone: the shared bit clear (TDX), or the C-bit set (SEV).
    PRIVATE,
    /// Memory that the host reads and writes too.
    SHARED;

    /// {@return the other one}
    public Attribute opposite() {
        return this == PRIVATE ? SHARED : PRIVATE;
    }

    /// {@return the name in lower case}
    public String label() {
        return Labels.of(this);
    }
}
