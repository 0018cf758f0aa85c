package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import org.vemmio.emulator.importing.ImportReason;
import org.vemmio.emulator.importing.ImportSummary;
import org.vemmio.emulator.importing.TrapImporter;
import org.vemmio.emulator.importing.TrapImporters;

/// What `import` tells of formats and reasons.
final class ImportText {
    private ImportText() {
    }

    /// Lists the formats, each with an example.
    static void formats(PrintWriter out) {
        String gap = "";
        for (TrapImporter importer : TrapImporters.all()) {
            out.print(gap);
            out.println("%-12s %s".formatted(importer.name(), importer.description()));
            importer.example().forEach(line -> out.println("    " + line.strip()));
            gap = System.lineSeparator();
        }
    }

    /// Returns why instructions, or else accesses, became no traps, the commonest reason first.
    static String reasons(ImportSummary summary) {
        Map<ImportReason, Long> left =
                summary.instructionsLeft().isEmpty() ? summary.accessesLeft() : summary.instructionsLeft();
        return left.isEmpty() ? "there are none" : left.entrySet().stream()
                .sorted(Map.Entry.<ImportReason, Long>comparingByValue(Comparator.reverseOrder()))
                .map(entry -> "%,d times, %s".formatted(entry.getValue(), entry.getKey().text()))
                .collect(Collectors.joining("; "));
    }
}
