package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// Who gets to know that something went wrong. That a host which refuses knows of it goes without saying.
public enum Witness {
    /// Whoever reads the guest's kernel log: a warning, an oops, a panic.
    KERNEL_LOG("the guest's kernel log"),
    /// The code that called, by an error.
    CALLER("the caller"),
    /// The host, since the guest tells it or a fault of its own does.
    HOST("the host"),
    /// Whoever waits for the guest to be migrated.
    MIGRATION("whoever waits for migration");

    private final String text;

    Witness(String text) {
        this.text = text;
    }

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return who, in a few words}
    public String text() {
        return text;
    }
}
