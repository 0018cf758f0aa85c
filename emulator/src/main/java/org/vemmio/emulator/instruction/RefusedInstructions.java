package org.vemmio.emulator.instruction;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The list of mnemonics that the architectural handler refuses, by family: `refused-instructions.txt`.
final class RefusedInstructions {
    private static final String RESOURCE = "refused-instructions.txt";

    /// The mnemonics of each family, by its name.
    static final SortedMap<String, SortedSet<String>> BY_FAMILY = load();

    /// The family of each mnemonic.
    static final Map<String, String> FAMILY_OF = familyOf();

    private RefusedInstructions() {
    }

    private static SortedMap<String, SortedSet<String>> load() {
        SortedMap<String, SortedSet<String>> families = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        InputStream resource =
                Objects.requireNonNull(RefusedInstructions.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            SortedSet<String> family = new TreeSet<>();
            for (String line : reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList()) {
                if (line.endsWith(":")) {
                    family = families.computeIfAbsent(line.substring(0, line.length() - 1), name -> new TreeSet<>());
                } else {
                    Collections.addAll(family, line.strip().split(" +"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        families.replaceAll((name, mnemonics) -> Collections.unmodifiableSortedSet(mnemonics));
        return Collections.unmodifiableSortedMap(families);
    }

    private static Map<String, String> familyOf() {
        Map<String, String> families = new HashMap<>();
        BY_FAMILY.forEach((family, mnemonics) -> mnemonics.forEach(mnemonic -> families.put(mnemonic, family)));
        return Map.copyOf(families);
    }
}
