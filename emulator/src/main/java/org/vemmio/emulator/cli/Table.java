package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.vemmio.emulator.input.Visible;

/// Rows of text in columns that are as wide as their widest cell, two spaces apart. Columns may be wrapped so that the
/// table fits the width of a page.
final class Table {
    /// How many characters a line has, unless it cannot be wrapped.
    static final int WIDTH = 80;

    private static final int GAP = 2;
    private static final int NARROWEST = 16;
    private static final String INDENT = " ".repeat(8);

    private final String columns;
    private final List<Line> lines = new ArrayList<>();
    private int[] fixed = {};

    /// A text in a row, of one line or several, in one colour, whose control characters are made visible.
    record Cell(List<String> lines, Paint paint) {
        Cell {
            lines = lines.stream().map(Visible::line).toList();
        }

        Cell(String line, Paint paint) {
            this(List.of(line), paint);
        }

        static Cell plain(String line) {
            return new Cell(line, Paint.PLAIN);
        }

        static Cell plain(List<String> lines) {
            return new Cell(lines, Paint.PLAIN);
        }
    }

    private sealed interface Line {
    }

    private record Row(List<Cell> cells) implements Line {
    }

    private record Title(String text) implements Line {
    }

    private record Note(String text, Paint paint) implements Line {
    }

    /// Creates a table.
    ///
    /// @param columns one letter each: `l` left-aligned, `r` right-aligned, `w` left-aligned and wrapped
    Table(String columns) {
        this.columns = columns;
    }

    /// Makes the columns as wide as that, whatever is in their cells.
    Table fixed(int... widths) {
        fixed = widths.clone();
        return this;
    }

    void heading(List<String> cells) {
        row(cells.stream().map(text -> new Cell(text, Paint.HEADING)).toList());
    }

    void row(List<Cell> cells) {
        if (cells.size() != columns.length()) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(cells.size(), columns.length()));
        }
        lines.add(new Row(List.copyOf(cells)));
    }

    void row(String... cells) {
        row(Arrays.stream(cells).map(Cell::plain).toList());
    }

    void row(Cell... cells) {
        row(List.of(cells));
    }

    /// Adds a line of its own.
    void title(String text) {
        lines.add(new Title(Visible.line(text)));
    }

    /// Adds an indented text below the last row, whatever the columns' widths.
    void note(String text, Paint paint) {
        lines.add(new Note(Visible.line(text), paint));
    }

    void print(PrintWriter out, boolean colours) {
        int[] widths = widths();
        for (Line line : lines) {
            switch (line) {
                case Row(List<Cell> cells) -> print(out, colours, cells, widths);
                case Title(String text) -> out.println(colours ? Paint.HEADING.on(text) : text);
                case Note(String text, Paint paint) -> {
                    for (String part : wrap(text, WIDTH - INDENT.length())) {
                        out.println(INDENT + (colours ? paint.on(part) : part));
                    }
                }
            }
        }
    }

    private int[] widths() {
        if (fixed.length > 0) {
            return fixed;
        }
        int[] widths = new int[columns.length()];
        for (Line line : lines) {
            if (line instanceof Row(List<Cell> cells)) {
                for (int i = 0; i < widths.length; i++) {
                    int widest = cells.get(i).lines.stream().mapToInt(String::length).max().orElse(0);
                    widths[i] = Math.max(widths[i], widest);
                }
            }
        }
        int[] wrapped = IntStream.range(0, widths.length).filter(i -> columns.charAt(i) == 'w').toArray();
        int excess = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - WIDTH;
        while (excess > 0) {
            int widest = Arrays.stream(wrapped).filter(i -> widths[i] > NARROWEST).boxed()
                    .max(Comparator.comparingInt(i -> widths[i])).orElse(-1);
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            excess--;
        }
        return widths;
    }

    private void print(PrintWriter out, boolean colours, List<Cell> cells, int[] widths) {
        List<List<String>> parts = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            int width = columns.charAt(i) == 'w' ? widths[i] : Integer.MAX_VALUE;
            parts.add(cells.get(i).lines.stream().flatMap(line -> wrap(line, width).stream()).toList());
        }
        int height = parts.stream().mapToInt(List::size).max().orElse(0);
        for (int number = 0; number < height; number++) {
            StringBuilder line = new StringBuilder();
            int blanks = 0;
            for (int i = 0; i < widths.length; i++) {
                String part = number < parts.get(i).size() ? parts.get(i).get(number) : "";
                int padding = Math.max(0, widths[i] - part.length());
                boolean right = columns.charAt(i) == 'r';
                if (!part.isEmpty()) {
                    line.repeat(' ', blanks + (right ? padding : 0))
                            .append(colours ? cells.get(i).paint.on(part) : part);
                    blanks = 0;
                }
                blanks += (part.isEmpty() || !right ? padding : 0) + GAP;
            }
            out.println(line);
        }
    }

    /// Returns `text` in lines of up to `width` characters, broken at blanks where there are any.
    static List<String> wrap(String text, int width) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        while (text.length() - start > width) {
            int blank = text.lastIndexOf(' ', start + width);
            int end = blank > start ? blank : start + width;
            parts.add(text.substring(start, end));
            start = blank > start ? end + 1 : end;
        }
        parts.add(text.substring(start));
        return parts;
    }
}
