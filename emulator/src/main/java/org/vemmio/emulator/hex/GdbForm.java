package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What gdb's `x/16xb` prints.
final class GdbForm extends HexForm {
    private static final int[] WORDS = {4, 8, 16};

    GdbForm() {
        super("gdb", "gdb's x/16xb", "0x401106 <f>:\t0x48\t0x8b\t0x07\t0xf3\t0x66\t0xab\t0x48\t0x89");
    }

    /// An address with bytes behind it, or with words.
    record Row(long address, String symbol, List<String> groups) {
    }

    /// Returns what a line is as a row; null if it is none.
    static @Nullable Row row(HexLine line) {
        String text = line.text();
        if (!line.isWhole() || !Digits.isPrefix(text, 0)) {
            return null;
        }
        int end = Digits.hexEnd(text, 2);
        int colon = text.indexOf(':', end);
        while (colon >= 0 && Digits.at(text, colon + 1) != '\t' && Digits.at(text, colon + 1) != ' ') {
            colon = text.indexOf(':', colon + 1);
        }
        if (end - 2 > Digits.MOST || colon < 0) {
            return null;
        }
        String symbol = text.substring(end, colon).strip();
        if (!symbol.isEmpty() && !(symbol.startsWith("<") && symbol.endsWith(">"))) {
            return null;
        }
        List<String> groups = new ArrayList<>();
        int i = Digits.blankEnd(text, colon + 1);
        while (i < text.length()) {
            int digits = Digits.isPrefix(text, i) ? Digits.hexEnd(text, i + 2) : i;
            if (digits == i || digits < text.length() && !Digits.isBlank(text.charAt(digits))) {
                return null;
            }
            groups.add(text.substring(i + 2, digits));
            i = Digits.blankEnd(text, digits);
        }
        return groups.isEmpty() ? null
                : new Row(Digits.hex(text, 2, end), symbol.isEmpty() ? "" : symbol.substring(1, symbol.length() - 1),
                        groups);
    }

    @Override
    Fit fit(HexText text) {
        boolean found = false;
        for (HexLine line : text.head()) {
            Row row = row(line);
            if (row != null) {
                found = true;
                for (int width : WORDS) {
                    if (row.groups.getFirst().length() == width) {
                        return Fit.asked(line.number(), "gdb's words, whose order of bytes is the target's;"
                                + " x/16xb prints bytes");
                    }
                }
            }
        }
        return Fit.of(found);
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        for (HexLine line = text.next(); line != null; line = text.next()) {
            Row row = row(line);
            if (row != null) {
                chunks.at(row.address);
                if (!row.symbol.isEmpty()) {
                    chunks.symbol(row.symbol);
                }
                chunks.add(bytes(line, row));
                chunks.flush();
            }
        }
        if (chunks.isEmpty()) {
            throw text.wrong(1, "there is no byte; the form gdb looks like this: " + example());
        }
    }

    static byte[] bytes(HexLine line, Row row) {
        byte[] bytes = new byte[row.groups.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (row.groups.get(i).length() > 2) {
                throw line.wrong(0, "gdb's words, whose order of bytes is the target's; x/16xb prints bytes");
            }
            bytes[i] = (byte) Integer.parseInt(row.groups.get(i), 16);
        }
        return bytes;
    }
}
