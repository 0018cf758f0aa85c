package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static String print(Table table, boolean colours) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), colours);
        return text.toString();
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("lrl");
        table.row("a", "1", "x");
        table.row("", "1000", "");
        table.row("longer", "", "y");
        assertThat(print(table, false)).isEqualTo("""
                a          1  x
                        1000
                longer        y
                """);
    }

    @Test
    void aCellMayHaveSeveralLines() {
        Table table = new Table("ll");
        table.row(Table.Cell.plain(List.of("a", "bb")), Table.Cell.plain(List.of("x", "y", "z")));
        table.row("c", "w");
        assertThat(print(table, false)).isEqualTo("""
                a   x
                bb  y
                    z
                c   w
                """);
    }

    @Test
    void theWrappedColumnTakesWhatIsLeftOfThePage() {
        Table table = new Table("lwr");
        table.row("left", "word ".repeat(30).strip(), "7");
        assertThat(print(table, false).lines()).hasSize(3)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
                .first().asString().matches("left  word( word)+ +7");
    }

    @Test
    void aWordLongerThanTheColumnIsBroken() {
        assertThat(Table.wrap("aaaaaaaa bb", 4)).containsExactly("aaaa", "aaaa", "bb");
    }

    @Test
    void notesAndTitlesDoNotWidenColumns() {
        Table table = new Table("ll");
        table.title("a title that is longer than the columns");
        table.row("a", "b");
        table.note("a note that is longer than the columns", Paint.ASIDE);
        table.row("c", "d");
        assertThat(print(table, false)).isEqualTo("""
                a title that is longer than the columns
                a  b
                        a note that is longer than the columns
                c  d
                """);
    }

    @Test
    void coloursAreAroundTheTextAndCountForNoWidth() {
        Table table = new Table("ll");
        table.row(List.of(new Table.Cell("ok", Paint.GOOD), new Table.Cell("x", Paint.PLAIN)));
        table.row("none", "y");
        assertThat(print(table, true)).isEqualTo("\u001b[32mok\u001b[0m    x\nnone  y\n");
        assertThat(print(table, false)).isEqualTo("ok    x\nnone  y\n");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Table("ll").row("a")).hasMessage("1 cells for 2 columns");
    }
}
