package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A form that people have code bytes in, with a name that forces it. Immutable.
///
/// A new form is a recogniser and a reader in this package, a place in the order in which forms are tried, and an
/// example, which `HexFormsTest` reads.
public abstract class HexForm {
    private final String name;
    private final String description;
    private final String example;

    HexForm(String name, String description, String example) {
        this.name = name;
        this.description = description;
        this.example = example;
    }

    /// {@return all forms, in the order in which they are tried}
    public static List<HexForm> all() {
        return HexForms.ALL;
    }

    /// {@return the form with that name, if there is one}
    public static Optional<HexForm> named(String name) {
        return HexForms.ALL.stream().filter(form -> form.name.equals(name)).findFirst();
    }

    /// {@return the name, lower case}
    public String name() {
        return name;
    }

    /// {@return what it is, on one line}
    public String description() {
        return description;
    }

    /// {@return a text in this form, of one line or a few, without a line end at its end}
    public String example() {
        return example;
    }

    /// {@return whether it is a log, which is read to its end for what it tells of a trap; otherwise its bytes are read
    /// as they come}
    public boolean isLog() {
        return false;
    }

    abstract Fit fit(HexText text);

    /// Reads a text in this form.
    abstract void read(HexText text, Chunks chunks) throws IOException;

    @Override
    public String toString() {
        return name;
    }
}
