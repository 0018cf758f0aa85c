package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dump: lines of an address and bytes or words.
final class DumpForm extends HexForm {
    private static final int[] RADICES = {16, 8, 10};
    /// From so many blanks on, a line without an address is od's second kind of unit for the bytes above it.
    private static final String BELOW = " ".repeat(7);
    private static final int OCTAL_DIGITS = 7;
    private static final int HALF = 8;

    private final DumpUnit unit;
    private final Kind kind;

    /// The tools, which tell themselves apart by a colon, a heading, and the radix of addresses.
    enum Kind {
        XXD, OD, HEXDUMP, OBJDUMP, WINDBG
    }

    DumpForm(String name, String description, String example, Kind kind, DumpUnit unit) {
        super(name, description, example);
        this.kind = kind;
        this.unit = unit;
    }

    @Override
    Fit fit(HexText text) {
        return switch (kind) {
            case XXD -> DumpChoice.colon(this, rows(text));
            case OD, HEXDUMP -> isOtherUnit(text) ? Fit.asked(1, DumpChoice.OTHER) : DumpChoice.noColon(this, text, rows(text));
            case WINDBG -> Fit.of(!rows(text).isEmpty());
            case OBJDUMP -> Fit.of(text.head().stream().anyMatch(line ->
                    line.text().startsWith("Contents of section ")) && !rows(text).isEmpty());
        };
    }

    Kind kind() {
        return kind;
    }

    DumpUnit unit() {
        return unit;
    }

    /// A row with its line.
    record Numbered(HexLine line, DumpRow row) {
    }

    /// Returns the rows that a text begins with; none if it has other lines.
    private List<Numbered> rows(HexText text) {
        List<Numbered> rows = new ArrayList<>();
        for (HexLine line : text.head()) {
            DumpRow row = addressed(line);
            if (row != null) {
                rows.add(new Numbered(line, row));
            } else if (kind != Kind.OBJDUMP && !isBeside(line) && line.last()) {
                return List.of();
            }
        }
        return rows;
    }

    /// Whether this is od's, but not in digits.
    private boolean isOtherUnit(HexText text) {
        return kind == Kind.OD && !text.head().isEmpty() && text.head().getFirst().text().startsWith("0000000 ")
                && addressed(text.head().getFirst()) == null;
    }

    private @Nullable DumpRow addressed(HexLine line) {
        if (kind == Kind.WINDBG) {
            HexLine straight = straight(line);
            DumpRow row = straight == null ? null : DumpRow.of(straight, true);
            return row == null || row.colon() ? null : row;
        }
        DumpRow row = DumpRow.of(line, kind == Kind.OBJDUMP);
        boolean xxd = kind == Kind.XXD;
        boolean odd = xxd && (line.text().startsWith(" ") || line.text().indexOf('\t') >= 0);
        return row == null || row.colon() != xxd || odd ? null : row;
    }

    /// Returns a line of WinDbg's `db` without the backtick in the address and the hyphen in the middle; null if it has
    /// neither.
    private static @Nullable HexLine straight(HexLine line) {
        String text = line.text();
        boolean tick = Digits.at(text, HALF) == '`';
        String joined = tick ? text.substring(0, HALF) + text.substring(HALF + 1) : text;
        int hyphen = joined.indexOf('-');
        boolean middle = hyphen > 0 && Digits.isHex(joined.charAt(hyphen - 1))
                && Digits.isHex(Digits.at(joined, hyphen + 1)) && joined.lastIndexOf("  ", hyphen) == Digits.hexEnd(joined, 0);
        if (!tick && !middle) {
            return null;
        }
        return new HexLine(line.source(), line.number(), line.column(), middle
                ? joined.substring(0, hyphen) + " " + joined.substring(hyphen + 1) : joined, line.last());
    }

    private static boolean isBeside(HexLine line) {
        String stripped = line.text().strip();
        return stripped.isEmpty() || stripped.equals("*") || line.text().startsWith(BELOW) || isEnd(stripped);
    }

    private static boolean isEnd(String stripped) {
        return stripped.length() >= 6 && stripped.length() <= Digits.MOST && Digits.isHex(stripped);
    }

    /// Returns how often the addresses go up by the bytes of their rows, in each radix.
    private int[] steps(List<HexLine> lines) {
        int[] steps = new int[RADICES.length];
        DumpRow before = null;
        for (HexLine line : lines) {
            String stripped = line.text().strip();
            DumpRow row = addressed(line);
            boolean end = row == null && isEnd(stripped);
            DumpRow next = end ? new DumpRow(stripped, false, List.of(), false, false) : row;
            for (int i = 0; before != null && next != null && i < RADICES.length; i++) {
                long from = before.address(RADICES[i]);
                steps[i] += from >= 0 && next.address(RADICES[i]) - from == length(line, before) ? 1 : 0;
            }
            before = end || stripped.equals("*") ? null : row == null ? before : row;
        }
        return steps;
    }

    /// Whether addresses go up by the bytes of their rows.
    boolean goesUp(HexText text) {
        return Arrays.stream(steps(text.head())).anyMatch(count -> count > 0);
    }

    /// Returns the radix in which the addresses go up by the bytes of the rows; that of the tool if they do not tell.
    private int radix(List<HexLine> lines) {
        boolean octal = kind == Kind.OD && lines.stream().map(this::addressed).allMatch(row -> row == null
                || row.address().length() == OCTAL_DIGITS && Digits.isOctal(row.address()));
        int[] steps = steps(lines);
        int best = octal ? 1 : 0;
        for (int i = 0; i < RADICES.length; i++) {
            best = steps[i] > steps[best] ? i : best;
        }
        return RADICES[best];
    }

    private int length(HexLine line, DumpRow row) {
        try {
            return unit.bytes(line, row.groups()).length;
        } catch (HexException wrong) {
            return -1;
        }
    }

    /// Returns a line as a row; one of od without addresses only where none has any.
    private @Nullable DumpRow row(HexLine line, boolean any) {
        return kind != Kind.OD || !line.text().startsWith(" ") ? addressed(line) : any ? null : DumpRow.ofGroups(line);
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        int radix = radix(text.head());
        boolean any = false;
        for (HexLine line = text.next(); line != null; line = text.next()) {
            String stripped = line.text().strip();
            DumpRow row = row(line, any);
            if (stripped.equals("*")) {
                chunks.star();
            } else if (any && row == null && isEnd(stripped)) {
                chunks.repeatTo(address(line, new DumpRow(stripped, false, List.of(), false, false), radix), line);
            } else if (row != null) {
                any |= !row.address().isEmpty();
                row(line, row, radix, chunks);
            } else if (kind != Kind.OBJDUMP && !isBeside(line)) {
                throw line.wrong(0, line.isWhole() ? "no line of the form " + name()
                        : "a line of a dump has 65,536 characters at most");
            }
        }
        if (chunks.isEmpty()) {
            throw text.wrong(1, "there is no byte; the form %s looks like this: %s"
                    .formatted(name(), example().lines().findFirst().orElseThrow()));
        }
    }

    private void row(HexLine line, DumpRow row, int radix, Chunks chunks) {
        if (!row.address().isEmpty()) {
            long address = address(line, row, radix);
            chunks.repeatTo(address, line);
            chunks.at(address);
        }
        chunks.add(unit.bytes(line, row.groups()));
        chunks.row();
    }

    private static long address(HexLine line, DumpRow row, int radix) {
        try {
            return Long.parseUnsignedLong(row.address(), radix);
        } catch (NumberFormatException e) {
            throw line.wrong(0, "'%s' is no address in radix %d, which those above are in"
                    .formatted(row.address(), radix));
        }
    }
}
