package org.vemmio.emulator.hex;

import java.util.List;
import java.util.function.Predicate;
import org.vemmio.emulator.hex.DumpForm.Numbered;

/// Tells dumps apart that look alike; what cannot be told is asked.
final class DumpChoice {
    /// How many rows are compared with the characters behind them.
    private static final int COMPARED = 256;
    private static final int FEWEST_DIGITS = 6;
    private static final int FEWEST_GROUPS = 2;
    /// What od prints as an address of a small file has at most so many digits.
    private static final int OD_DIGITS = 7;
    static final String OTHER = "a dump in units that are not read, such as od's characters; od -t x1 or xxd prints one"
            + " that is";
    private static final DumpUnit BINARY = new DumpUnit(2, 1, false);

    private DumpChoice() {
    }

    /// Decides between xxd, `xxd -e` and `xxd -b` by the characters, which stand in the order of memory.
    static Fit colon(DumpForm form, List<Numbered> rows) {
        if (rows.isEmpty()) {
            return Fit.NO;
        }
        Numbered first = rows.getFirst();
        String group = first.row().groups().getFirst();
        boolean pairs = agrees(rows, DumpUnit.PAIRS);
        boolean words = group.length() > 2 && agrees(rows, DumpUnit.WORDS);
        boolean bits = isBinary(rows) && agrees(rows, BINARY);
        DumpUnit unit = form.unit();
        if (!pairs && (words || bits)) {
            boolean mine = words ? unit.equals(DumpUnit.WORDS) : unit.equals(BINARY);
            return words && bits ? Fit.NO : Fit.of(mine);
        }
        if (!unit.equals(DumpUnit.PAIRS)) {
            return Fit.NO;
        }
        if (group.length() % 2 != 0) {
            return Fit.asked(first.line().number(),
                    "a dump with addresses, but bytes have two digits each; xxd prints one that can be read");
        }
        if (pairs && !words && !bits || group.length() <= 4) {
            return Fit.YES;
        }
        return Fit.asked(first.line().number(), isBinary(rows)
                ? "these groups may be binary or hex; --from xxd-b or --from xxd says which"
                : "these groups may be little-endian words; --from xxd-e says so, --from xxd that they are not");
    }

    private static boolean isBinary(List<Numbered> rows) {
        return rows.stream().limit(COMPARED).flatMap(row -> row.row().groups().stream())
                .allMatch(group -> group.length() == Byte.SIZE && Digits.hasOnly(group, "01"));
    }

    /// Whether the characters at the end of every line are those of its bytes.
    private static boolean agrees(List<Numbered> rows, DumpUnit unit) {
        return rows.stream().limit(COMPARED).allMatch(row -> agrees(row, unit));
    }

    private static boolean agrees(Numbered numbered, DumpUnit unit) {
        byte[] bytes;
        try {
            bytes = unit.bytes(numbered.line(), numbered.row().groups());
        } catch (HexException wrong) {
            return false;
        }
        String text = numbered.line().text();
        int from = text.length() - bytes.length;
        if (from < 2 || !text.startsWith("  ", from - 2)) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            char shown = text.charAt(from + i);
            if (shown != (bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.')) {
                return false;
            }
        }
        return true;
    }

    /// Takes bytes behind what must be an address; asks about anything else.
    static Fit noColon(DumpForm form, HexText text, List<Numbered> rows) {
        if (rows.isEmpty() || !form.unit().equals(DumpUnit.PAIRS)) {
            return Fit.NO;
        }
        Numbered first = rows.getFirst();
        DumpRow row = first.row();
        int digits = row.address().length();
        boolean ruled = rows.stream().allMatch(each -> each.row().drawn());
        boolean odd = digits % 2 != 0;
        boolean bytes = rows.stream().allMatch(each -> each.row().groups().stream()
                .allMatch(group -> group.length() == 2 && Digits.isHex(group)));
        if (bytes && !ruled && digits == OD_DIGITS && first.line().text().startsWith("  ", digits)
                && all(rows, group -> Digits.isDecimal(group) && group.charAt(0) != '0')) {
            return words(first.line().number(), rows);
        }
        if (bytes && (ruled || odd || form.goesUp(text))) {
            boolean canonical = digits > OD_DIGITS && first.line().text().startsWith("  ", digits);
            return Fit.of(canonical == (form.kind() == DumpForm.Kind.HEXDUMP));
        }
        // Few groups behind an address are more likely instructions, unless it begins as a small file's does.
        boolean few = row.groups().size() < FEWEST_GROUPS && !row.tabbed()
                || row.width() > 2 && row.groups().size() <= FEWEST_GROUPS;
        boolean plain = !odd && (row.width() == 0 || row.width() == digits || digits < FEWEST_DIGITS
                || few && !row.address().startsWith("00"));
        if (plain && !form.goesUp(text)) {
            return Fit.NO;
        }
        int line = first.line().number();
        return bytes ? Fit.asked(line, "the first column may be addresses or bytes; --from od or --from hex says which")
                : words(line, rows);
    }

    private static Fit words(int line, List<Numbered> rows) {
        int longest = rows.stream().flatMap(row -> row.row().groups().stream()).mapToInt(String::length).max()
                .orElse(0);
        boolean octal = all(rows, Digits::isOctal);
        boolean decimal = all(rows, group -> Digits.isDecimal(group.startsWith("-") ? group.substring(1) : group));
        boolean uniform = rows.stream().allMatch(row -> row.row().width() == longest);
        String forms = switch (longest) {
            case 1, 2 -> "--from od-u1 (decimal bytes) or --from od (hex)";
            case 3 -> uniform && octal ? "--from od-o1 (octal bytes) or --from od-u1 (decimal bytes)"
                    : decimal ? "--from od-u1 (decimal bytes)" : "";
            case 4 -> uniform ? "--from od-x2 (little-endian hex words)" : decimal
                    ? "--from od-u1 (decimal bytes) or --from od-u2 (decimal words)" : "";
            case 5 -> decimal ? "--from od-u2 (decimal words)" : "";
            case 6 -> octal ? "--from od-o2 (octal words)" : decimal ? "--from od-u2 (decimal words)" : "";
            case 8 -> "--from od-x4 (little-endian hex words)";
            case 16 -> "--from od-x8 (little-endian hex words)";
            default -> "";
        };
        return Fit.asked(line, forms.isEmpty()
                ? OTHER
                : "a dump whose units may be words, octal or decimal; " + forms + " says how to read it");
    }

    private static boolean all(List<Numbered> rows, Predicate<String> test) {
        return rows.stream().allMatch(row -> row.row().groups().stream().allMatch(test));
    }
}
