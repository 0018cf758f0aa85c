package org.vemmio.emulator.hex;

import java.io.ByteArrayOutputStream;

/// Lists of bytes as hypervisors print them.
final class ByteLists {
    private ByteLists() {
    }

    /// Takes bytes of one or two hex digits, with `0x` or not, up to a bracket or anything else.
    static void read(String text, int from, ByteArrayOutputStream bytes) {
        int i = from;
        while (i < text.length()) {
            if (", \t".indexOf(text.charAt(i)) >= 0) {
                i++;
                continue;
            }
            int digits = Digits.isPrefix(text, i) ? i + 2 : i;
            int end = Digits.hexEnd(text, digits);
            if (end == digits || end - digits > 2 || Digits.isWord(Digits.at(text, end))) {
                return;
            }
            bytes.write((int) Digits.hex(text, digits, end));
            i = end;
        }
    }

    /// Checks that a list of Rust is in hex, which has two digits and a letter or a leading zero somewhere.
    ///
    /// @throws HexException if it may be decimal
    static void check(HexLine line, int from) {
        String text = line.text();
        boolean hex = false;
        boolean decimal = false;
        int i = from;
        while (i < text.length() && text.charAt(i) != ']') {
            int end = Digits.wordEnd(text, i);
            if (end > i) {
                String number = text.substring(i, end);
                hex |= number.length() == 2 && (number.charAt(0) == '0' || !Digits.isDecimal(number))
                        || number.startsWith("0x");
                decimal |= number.length() == 3;
            }
            i = Math.max(end, i + 1);
        }
        if (!hex || decimal) {
            throw line.wrong(from, "these numbers may be decimal or hex; the list alone with --from decimal or"
                    + " --from hex says which");
        }
    }
}
