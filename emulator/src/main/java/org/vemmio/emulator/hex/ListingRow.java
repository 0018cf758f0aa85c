package org.vemmio.emulator.hex;

import org.jspecify.annotations.Nullable;

/// A line of a disassembler's listing: an address, the bytes of one instruction, and its text.
///
/// @param arrow whether `=>` stands in front, where execution stopped
/// @param segment whether a segment's name and a colon stand in front of the address, as `.text:`
/// @param prefixed whether the address has `0x`
/// @param digits how many digits the address has; 0 if there is none
/// @param address the address
/// @param symbol between `<` and `>` behind the address; empty if there is none
/// @param colon whether a colon stands behind it
/// @param gap what stands between address and bytes: a tab, or how many blanks
/// @param glued whether the bytes stand without blanks
/// @param bytes the bytes; none where only text follows
/// @param text the rest, from its first letter
record ListingRow(boolean arrow, boolean segment, boolean prefixed, int digits, long address, String symbol,
        boolean colon, Gap gap, boolean glued, byte[] bytes, String text) {
    private static final int MOST_BYTES = 24;

    /// What stands between two columns.
    enum Gap {
        TAB, BLANK, BLANKS
    }

    /// Returns what a line is as a row; null if it is none.
    static @Nullable ListingRow of(HexLine line) {
        if (!line.isWhole()) {
            return null;
        }
        Cursor cursor = new Cursor(line.text());
        boolean arrow = cursor.passes("=>");
        cursor.blanks();
        boolean segment = cursor.segment();
        boolean prefixed = cursor.passes("0x");
        int from = cursor.at;
        if (!cursor.address()) {
            return null;
        }
        int digits = cursor.at - from;
        long address = cursor.value;
        String symbol = cursor.symbol();
        boolean colon = cursor.passes(":");
        int behind = cursor.at;
        cursor.blanks();
        if (cursor.at == behind) {
            return null;
        }
        Gap gap = gap(line.text(), behind, cursor.at);
        return rest(cursor, new ListingRow(arrow, segment, prefixed, digits, address, symbol, colon, gap, false,
                new byte[0], ""));
    }

    /// Returns what a line without an address is as a row; null if it is none.
    static @Nullable ListingRow ofBytes(HexLine line) {
        if (!line.isWhole() || !Digits.isBlank(Digits.at(line.text(), 0))) {
            return null;
        }
        Cursor cursor = new Cursor(line.text());
        ListingRow row = rest(cursor, new ListingRow(false, false, false, 0, 0, "", false, Gap.TAB, false,
                new byte[0], ""));
        return row == null || row.bytes.length == 0 || row.glued ? null : row;
    }

    private static Gap gap(String text, int from, int to) {
        return text.indexOf('\t', from) == from ? Gap.TAB : to - from == 1 ? Gap.BLANK : Gap.BLANKS;
    }

    private static @Nullable ListingRow rest(Cursor cursor, ListingRow head) {
        String text = cursor.text;
        int from = cursor.at;
        boolean glued = false;
        int end = pairsEnd(text, from);
        if (end == from) {
            int run = Digits.hexEnd(text, from);
            glued = run - from >= 4 && (run - from) % 2 == 0 && run - from <= 2 * MOST_BYTES
                    && (run == text.length() || Digits.isBlank(text.charAt(run)));
            end = glued ? run : from;
        }
        byte[] bytes = new byte[glued ? (end - from) / 2 : (end - from + 1) / 3];
        for (int i = 0; i < bytes.length; i++) {
            int at = from + (glued ? 2 : 3) * i;
            bytes[i] = (byte) Digits.hex(text, at, at + 2);
        }
        String behind = text.substring(end).strip();
        boolean apart = behind.isEmpty() || Digits.at(text, end) == '\t' || end == from
                || Digits.isBlank(text.charAt(end)) && (glued || Digits.isBlank(Digits.at(text, end + 1)));
        return apart && bytes.length <= MOST_BYTES ? new ListingRow(head.arrow, head.segment, head.prefixed,
                head.digits, head.address, head.symbol, head.colon, head.gap, glued, bytes, behind) : null;
    }

    /// Returns where pairs of digits with one blank between end.
    private static int pairsEnd(String text, int from) {
        int end = from;
        int i = from;
        while (Digits.hexEnd(text, i) == i + 2 && (i + 2 == text.length() || Digits.isBlank(text.charAt(i + 2)))) {
            end = i + 2;
            if (Digits.at(text, end) != ' ' || !Digits.isHex(Digits.at(text, end + 1))) {
                break;
            }
            i = end + 1;
        }
        return end;
    }

    /// Whether the text could be an instruction's.
    boolean hasMnemonic() {
        return !text.isEmpty() && Character.isLetter(text.charAt(0));
    }

    /// A place in a line that moves on.
    private static final class Cursor {
        private final String text;
        private int at;
        private long value;

        Cursor(String text) {
            this.text = text;
            blanks();
        }

        void blanks() {
            at = Digits.blankEnd(text, at);
        }

        boolean passes(String word) {
            boolean there = text.startsWith(word, at);
            at += there ? word.length() : 0;
            return there;
        }

        /// Passes over a name that is no number, and its colon.
        boolean segment() {
            int end = Digits.at(text, at) == '.' ? at + 1 : at;
            end = Digits.wordEnd(text, end);
            boolean there = Digits.at(text, end) == ':' && Digits.isHex(Digits.at(text, end + 1))
                    && Digits.hexEnd(text, at) < end && !Digits.isPrefix(text, at);
            at = there ? end + 1 : at;
            return there;
        }

        /// Passes over hex digits, with WinDbg's backtick in the middle or not.
        boolean address() {
            int from = at;
            int end = Digits.hexEnd(text, from);
            int count = end - from;
            if (Digits.at(text, end) == '`' && count == 8 && Digits.hexEnd(text, end + 1) == end + 9) {
                value = Digits.hex(text, from, end) << 32 | Digits.hex(text, end + 1, end + 9);
                at = end + 9;
                return true;
            }
            if (count == 0 || count > Digits.MOST) {
                return false;
            }
            value = Digits.hex(text, from, end);
            at = end;
            return true;
        }

        /// Passes over a symbol.
        String symbol() {
            if (!text.startsWith(" <", at)) {
                return "";
            }
            int end = text.indexOf('>', at);
            while (end >= 0 && end + 1 < text.length() && " :\t".indexOf(text.charAt(end + 1)) < 0) {
                end = text.indexOf('>', end + 1);
            }
            if (end < 0) {
                return "";
            }
            String name = text.substring(at + 2, end);
            at = end + 1;
            return name;
        }
    }
}
