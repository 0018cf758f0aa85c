package org.vemmio.emulator.cli;

/// Colours for a terminal.
enum Paint {
    PLAIN(""),
    HEADING("1"),
    GOOD("32"),
    DOUBTFUL("33"),
    BAD("31"),
    ASIDE("2");

    private final String code;

    Paint(String code) {
        this.code = code;
    }

    /// Returns `text`, between the control sequences of this colour (ECMA-48, "Select graphic rendition").
    String on(String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
