package org.vemmio.emulator.importing;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.vemmio.emulator.input.Suggestions;

/// The importers that are installed.
public final class TrapImporters {
    private static final List<TrapImporter> INSTALLED =
            ServiceLoader.load(TrapImporter.class, TrapImporter.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get).sorted(Comparator.comparing(TrapImporter::name)).toList();

    private TrapImporters() {
    }

    /// {@return all, by name}
    public static List<TrapImporter> all() {
        return INSTALLED;
    }

    /// {@return the importer of that name}
    ///
    /// @throws IllegalArgumentException if there is none; the message is fit to be put behind what names it
    public static TrapImporter named(String name) {
        return INSTALLED.stream().filter(importer -> importer.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is no format; %s".formatted(
                        name.substring(0, Math.min(name.length(), 40)),
                        Suggestions.hint(name, INSTALLED.stream().map(TrapImporter::name).toList(), "there are"))));
    }

    /// {@return the importer that recognises the source, the first by name; empty if none does}
    ///
    /// @throws ImportException if the source cannot be read
    public static Optional<TrapImporter> recognising(ImportSource source) {
        List<String> head = source.lines().head();
        return INSTALLED.stream().filter(importer -> importer.recognises(head)).findFirst();
    }
}
