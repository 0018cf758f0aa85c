package org.vemmio.emulator.hex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of a dump: an address, groups of digits, and perhaps the bytes as characters behind them.
///
/// @param address in digits of any radix; empty if there is none
/// @param colon whether a colon stands behind it
/// @param groups the groups, in the order of the line
/// @param drawn whether `|` or `>` begins the characters
/// @param tabbed whether a tab stands behind the address
record DumpRow(String address, boolean colon, List<String> groups, boolean drawn, boolean tabbed) {
    private static final String GROUP = "0123456789abcdefABCDEF-";
    private static final int FEWEST_DIGITS = 4;

    /// Returns what a line is as a row; null if it is none.
    ///
    /// @param spaced whether two blanks begin the characters, as they do behind addresses with a colon
    static @Nullable DumpRow of(HexLine line, boolean spaced) {
        if (!line.isWhole()) {
            return null;
        }
        String text = line.text();
        int from = Digits.blankEnd(text, 0);
        int end = Digits.hexEnd(text, from);
        if (end - from < FEWEST_DIGITS || end - from > Digits.MOST) {
            return null;
        }
        boolean colon = Digits.at(text, end) == ':';
        int next = colon ? end + 1 : end;
        if (!Digits.isBlank(Digits.at(text, next))) {
            return null;
        }
        return groups(text, new DumpRow(text.substring(from, end), colon, List.of(), false,
                text.charAt(next) == '\t'), next, spaced || colon);
    }

    /// Returns a line without an address as a row; null if it is none.
    static @Nullable DumpRow ofGroups(HexLine line) {
        return line.isWhole() ? groups(line.text(), new DumpRow("", false, List.of(), false, false), 0, false)
                : null;
    }

    private static @Nullable DumpRow groups(String text, DumpRow head, int from, boolean spaced) {
        List<String> groups = new ArrayList<>();
        int i = from;
        while (true) {
            int start = Digits.blankEnd(text, i);
            char c = Digits.at(text, start);
            boolean drawn = c == '|' || c == '>';
            boolean characters = spaced && !groups.isEmpty() && start - i >= 2
                    && !isShort(text, start, groups.getFirst().length() - (start - i) + 1);
            if (start == text.length() || drawn || characters) {
                return groups.isEmpty() ? null : new DumpRow(head.address, head.colon, groups, drawn, head.tabbed);
            }
            int end = start;
            while (end < text.length() && GROUP.indexOf(text.charAt(end)) >= 0) {
                end++;
            }
            if (end == start || end < text.length() && !Digits.isBlank(text.charAt(end))) {
                return null;
            }
            groups.add(text.substring(start, end));
            i = end;
        }
    }

    /// Whether a last word with fewer digits stands there, which `xxd -e` moves to the right.
    private static boolean isShort(String text, int start, int digits) {
        return digits > 0 && digits % 2 == 0 && Digits.hexEnd(text, start) == start + digits
                && Digits.at(text, start + digits) == ' ';
    }

    /// Returns how many digits every group has; 0 if they differ. The last may be shorter.
    int width() {
        int width = groups.getFirst().length();
        for (int i = 0; i < groups.size(); i++) {
            int length = groups.get(i).length();
            if (length > width || length < width && i < groups.size() - 1) {
                return 0;
            }
        }
        return width;
    }

    /// Returns the address, read with some radix; -1 if it is no such number.
    long address(int radix) {
        try {
            return Long.parseUnsignedLong(address, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
