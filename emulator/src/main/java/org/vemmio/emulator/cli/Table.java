package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rows of text in columns that are as wide as their widest cell, two spaces apart.
final class Table {
    private final boolean[] rightAligned;
    private final List<List<String>> rows = new ArrayList<>();
    private final Map<Integer, String> notes = new HashMap<>();

    /// Creates a table.
    ///
    /// @param alignment one letter a column: `l` left, `r` right
    Table(String alignment) {
        rightAligned = new boolean[alignment.length()];
        for (int i = 0; i < rightAligned.length; i++) {
            rightAligned[i] = alignment.charAt(i) == 'r';
        }
    }

    void row(String... cells) {
        row(List.of(cells));
    }

    void row(List<String> cells) {
        if (cells.size() > rightAligned.length) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(cells.size(), rightAligned.length));
        }
        rows.add(List.copyOf(cells));
    }

    /// Adds a line below the last row, whatever the columns' widths.
    void note(String text) {
        rows.add(List.of());
        notes.put(rows.size() - 1, text);
    }

    void print(PrintWriter out) {
        int[] widths = new int[rightAligned.length];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (int number = 0; number < rows.size(); number++) {
            List<String> row = rows.get(number);
            StringBuilder line = new StringBuilder(notes.containsKey(number) ? "        " + notes.get(number) : "");
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(rightAligned[i] ? padding + row.get(i) : row.get(i) + padding);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
