package org.vemmio.emulator.hex;

/// A line of text without its end, or a piece of a long one.
///
/// @param source what messages call the text
/// @param number of the line, from 1
/// @param column of the first character, from 1
/// @param text the characters
/// @param last whether the line ends with this piece
record HexLine(String source, int number, int column, String text, boolean last) {
    /// Whether this piece is a line from its beginning to its end.
    boolean isWhole() {
        return column == 1 && last;
    }

    HexException wrong(int index, String problem) {
        return new HexException(source, number, column + index, problem);
    }
}
