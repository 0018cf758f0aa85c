package org.vemmio.emulator.hex;

import java.io.IOException;

/// Bytes as decimal numbers, as Java, JavaScript, Python and Rust print a list of them.
final class DecimalForm extends HexForm {
    private static final String SEPARATORS = " \t,;[]{}()";
    private static final int LOWEST = -128;
    private static final int HIGHEST = 255;

    DecimalForm() {
        super("decimal", "a list of decimal numbers, -128 to 255, as Java, Python and Rust print it",
                "[72, 139, 7, 243, 102, 171]");
    }

    /// What the numbers at the beginning of a text have in common; a bracket counts as a comma.
    private record Numbers(int count, boolean comma, boolean negative, int longest, boolean padded, boolean octal,
            boolean even) {
    }

    @Override
    Fit fit(HexText text) {
        Numbers numbers = numbers(text);
        if (numbers.count == 0) {
            return Fit.NO;
        }
        if (numbers.negative || numbers.longest == 3 && numbers.comma && !numbers.octal) {
            return Fit.YES;
        }
        if (numbers.longest == 3) {
            return Fit.asked(1, "these numbers may be octal or decimal; --from od-o1 or --from decimal says which");
        }
        boolean hex = numbers.even && (!numbers.comma || numbers.padded);
        return hex ? Fit.NO : Fit.asked(1, "these numbers may be decimal or hex; --from decimal or --from hex says which");
    }

    /// Returns what the numbers of a text have in common that holds nothing else; none if it does.
    private static Numbers numbers(HexText text) {
        Numbers none = new Numbers(0, false, false, 0, false, false, false);
        int count = 0;
        boolean comma = false;
        boolean negative = false;
        int longest = 0;
        boolean padded = false;
        boolean octal = true;
        boolean even = true;
        for (HexLine line : text.head()) {
            String characters = line.text();
            int i = 0;
            while (i < characters.length()) {
                char c = characters.charAt(i);
                comma |= c == ',' || c == '[';
                if (SEPARATORS.indexOf(c) >= 0) {
                    i++;
                    continue;
                }
                int digits = c == '-' ? i + 1 : i;
                int end = Digits.wordEnd(characters, digits);
                String number = characters.substring(digits, end);
                if (number.length() > 3 || !Digits.isDecimal(number) || Integer.parseInt(number) > HIGHEST) {
                    return line.last() || end < characters.length() ? none
                            : new Numbers(count, comma, negative, longest, padded, octal, even);
                }
                count++;
                negative |= c == '-';
                longest = Math.max(longest, number.length());
                padded |= number.length() == 2 && number.charAt(0) == '0';
                octal &= number.length() == 3 && Digits.isOctal(number);
                even &= number.length() == 2;
                i = end;
            }
        }
        return new Numbers(count, comma, negative, longest, padded, octal, even);
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        for (HexLine line = text.next(); line != null; line = text.next()) {
            numbers(line, chunks);
            chunks.flush();
        }
    }

    private static void numbers(HexLine line, Chunks chunks) {
        String text = line.text();
        int i = 0;
        while (i < text.length()) {
            if (SEPARATORS.indexOf(text.charAt(i)) >= 0) {
                i++;
                continue;
            }
            int digits = text.charAt(i) == '-' ? i + 1 : i;
            int end = Digits.wordEnd(text, digits);
            chunks.add(number(line, i, end));
            i = end;
        }
    }

    /// Returns a number of at most three digits that fits a byte.
    static int number(HexLine line, int from, int end) {
        String digits = line.text().substring(from, Math.min(Math.max(end, from + 1), from + Digits.MOST));
        boolean negative = digits.startsWith("-");
        String magnitude = negative ? digits.substring(1) : digits;
        int value = magnitude.length() <= 3 && Digits.isDecimal(magnitude) ? Integer.parseInt(magnitude) : HIGHEST + 1;
        int signed = negative ? -value : value;
        if (signed < LOWEST || signed > HIGHEST) {
            throw line.wrong(from, "'%s' is no decimal number from -128 to 255".formatted(digits));
        }
        return signed & 0xff;
    }
}
